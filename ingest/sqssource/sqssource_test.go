package sqssource

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/cloudtrail"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/ingest/ingesttest/moto"
	"github.com/vedette-siem/vedette/ingest/s3source"
	"github.com/vedette-siem/vedette/ingest/vpcflow"
	"github.com/vedette-siem/vedette/storage/document"
)

func TestMain(m *testing.M) {
	code := m.Run()
	moto.Stop()
	os.Exit(code)
}

var ctx = context.Background()

// errKilled is what everything answers after the process was killed at a step.
var errKilled = errors.New("killed")

// world is a bucket that tells a queue of its objects, and what outlives a process: documents, checkpoints and parked letters.
type world struct {
	*testing.T
	server *moto.Server
	s3     *s3.Client
	sqs    *sqs.Client
	queue  string
	sink   ingesttest.Sink
	checks ingesttest.Checkpoints

	mu     sync.Mutex
	parked map[string]string // reason by object's name or message's body
}

func newWorld(t *testing.T) *world {
	t.Helper()
	server := moto.Start(t)
	w := &world{T: t, server: server, parked: map[string]string{}, sqs: sqs.NewFromConfig(server.Config()), s3: s3.NewFromConfig(server.Config(), func(o *s3.Options) { o.UsePathStyle = true })}
	made, err := w.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("news")})
	if err != nil {
		t.Fatal(err)
	}
	w.queue = *made.QueueUrl
	if _, err := w.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("logs"), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: moto.Region}}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.s3.PutBucketNotificationConfiguration(ctx, &s3.PutBucketNotificationConfigurationInput{Bucket: aws.String("logs"), NotificationConfiguration: &s3types.NotificationConfiguration{
		QueueConfigurations: []s3types.QueueConfiguration{{QueueArn: aws.String("arn:aws:sqs:" + moto.Region + ":123456789012:news"), Events: []s3types.Event{"s3:ObjectCreated:*"}}},
	}}); err != nil {
		t.Fatal(err)
	}
	return w
}

const flowLine = "2 111122223333 eni-1 198.51.100.7 10.1.2.3 51034 22 6 12 2310 1760000000 1760000060 REJECT OK\n"

func (w *world) put(key, text string) {
	w.Helper()
	if _, err := w.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("logs"), Key: &key, Body: strings.NewReader(text)}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) send(bodies ...string) {
	w.Helper()
	for _, body := range bodies {
		if _, err := w.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &w.queue, MessageBody: &body}); err != nil {
			w.Fatal(err)
		}
	}
}

// left is how many messages the queue holds, visible or not.
func (w *world) left() int {
	w.Helper()
	out, err := w.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &w.queue, AttributeNames: []types.QueueAttributeName{"All"}})
	if err != nil {
		w.Fatal(err)
	}
	var visible, hidden int
	_, _ = fmt.Sscan(out.Attributes["ApproximateNumberOfMessages"], &visible)
	_, _ = fmt.Sscan(out.Attributes["ApproximateNumberOfMessagesNotVisible"], &hidden)
	return visible + hidden
}

// process is one life of a reader: what it calls, and the step at which it dies.
type process struct {
	*world
	API
	killAt string // `before` or `after` and a step, such as `before delete`
	end    context.CancelFunc

	mu   sync.Mutex
	dead bool
}

// step runs f unless the process is dead, or dies there.
func (p *process) step(name string, f func() error) error {
	die := func(when string) bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.dead = p.dead || p.killAt == when+" "+name
		if p.dead {
			p.end()
		}
		return p.dead
	}
	if die("before") {
		return errKilled
	}
	err := f()
	if die("after") {
		return errKilled
	}
	return err
}

func (p *process) ReceiveMessage(ctx context.Context, in *sqs.ReceiveMessageInput, o ...func(*sqs.Options)) (out *sqs.ReceiveMessageOutput, err error) {
	err = p.step("receive", func() error {
		out, err = p.API.ReceiveMessage(ctx, in, o...)
		return err
	})
	if err == nil && len(out.Messages) == 0 && p.left() == 0 {
		p.end()
	}
	return out, err
}

func (p *process) DeleteMessageBatch(ctx context.Context, in *sqs.DeleteMessageBatchInput, o ...func(*sqs.Options)) (out *sqs.DeleteMessageBatchOutput, err error) {
	err = p.step("delete", func() error {
		out, err = p.API.DeleteMessageBatch(ctx, in, o...)
		return err
	})
	return out, err
}

func (p *process) ChangeMessageVisibilityBatch(ctx context.Context, in *sqs.ChangeMessageVisibilityBatchInput, o ...func(*sqs.Options)) (out *sqs.ChangeMessageVisibilityBatchOutput, err error) {
	err = p.step("extend", func() error {
		out, err = p.API.ChangeMessageVisibilityBatch(ctx, in, o...)
		return err
	})
	return out, err
}

func (p *process) Write(ctx context.Context, docs []*document.Document) (written, duplicates int, err error) {
	err = p.step("write", func() error {
		written, duplicates, err = p.sink.Write(ctx, docs)
		return err
	})
	return written, duplicates, err
}

func (p *process) Has(ctx context.Context, identity string) (bool, error) {
	return p.checks.Has(ctx, identity)
}

func (p *process) Done(ctx context.Context, identities ...string) error {
	return p.step("checkpoint", func() error { return p.checks.Done(ctx, identities...) })
}

func (p *process) park(_ context.Context, l Letter) error {
	return p.step("park", func() error {
		p.world.mu.Lock()
		defer p.world.mu.Unlock()
		name := l.Body
		if l.Object != nil {
			name = l.Object.Name()
		}
		p.parked[name] = fmt.Sprintf("%d: %v", l.Receives, l.Reason)
		return nil
	})
}

// run is one life: until the queue is empty, or to the step at which it is killed.
func (w *world) run(killAt string) ingest.SourceStatus {
	w.Helper()
	life, end := context.WithTimeout(ctx, time.Minute)
	defer end()
	p := &process{world: w, API: w.sqs, killAt: killAt, end: end}
	source, err := New(Options{
		API: p, Objects: s3source.NewClient(w.s3), Queue: w.queue, Park: p.park, Visibility: 2 * time.Second, Wait: time.Second, RetryAfter: -1,
	})
	if err != nil {
		w.Fatal(err)
	}
	pipeline, err := ingest.New(ingest.Options{Sink: p, Checkpoints: p, Workers: 2, Decoders: map[ingest.Format]ingest.Decoder{
		ingest.VPCFlow: vpcflow.New(vpcflow.Options{}), ingest.CloudTrail: cloudtrail.New(cloudtrail.Options{}),
	}})
	if err != nil {
		w.Fatal(err)
	}
	status, err := pipeline.Run(life, source)
	if !errors.Is(err, context.Canceled) && !errors.Is(err, errKilled) {
		w.Fatalf("run ended with %v", err)
	}
	if killAt != "" && !p.dead {
		w.Errorf("was not killed %s", killAt)
	}
	return status
}

// wantOnce checks that exactly n documents are there, the queue is empty, and nothing but want is parked.
func (w *world) wantOnce(n int, want map[string]string) {
	w.Helper()
	if got := len(w.sink.Documents()); got != n || w.left() != 0 {
		w.Errorf("%d documents, want %d; %d messages left", got, n, w.left())
	}
	for name, says := range want {
		if !strings.Contains(w.parked[name], says) {
			w.Errorf("%s is parked as %q, want %q", name, w.parked[name], says)
		}
	}
	if len(w.parked) != len(want) {
		w.Errorf("parked: %q", w.parked)
	}
}

func TestObjectsAreReadAsTheQueueTells(t *testing.T) {
	w := newWorld(t)
	for i := range 25 {
		w.put(fmt.Sprintf("flow logs/%02d+x.log", i), flowLine+flowLine)
	}
	w.send(`{"Service":"Amazon S3","Event":"s3:TestEvent"}`, sns("CloudTrail validation message."),
		`{"detail-type":"AWS API Call via CloudTrail","source":"aws.ec2","detail":{"eventVersion":"1.08","eventTime":"2026-01-02T03:04:05Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","eventID":"e-1"}}`)
	w.run("")
	w.wantOnce(51, nil)
}

func TestMessagesThatRepeatAndReorderAreReadOnce(t *testing.T) {
	w := newWorld(t)
	w.put("b.log", flowLine)
	w.put("a.log", flowLine+flowLine)
	direct := func(key string) string {
		head, err := w.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: aws.String("logs"), Key: &key})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf(`{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"logs"},"object":{"key":%q,"size":%d,"eTag":%s}}}]}`, key, *head.ContentLength, *head.ETag)
	}
	w.send(direct("a.log"), direct("a.log"), direct("b.log"), sns(`{"s3Bucket":"logs","s3ObjectKey":["a.log","b.log"]}`))
	w.run("")
	w.wantOnce(3, nil)
	w.send(direct("b.log"), direct("a.log"))
	if again := w.run(""); again.Counts.Known != 2 || again.Counts.Bytes != 0 {
		t.Errorf("read again: %+v", again.Counts)
	}
	w.wantOnce(3, nil)
}

func TestWhatTheQueueLostIsFoundByListing(t *testing.T) {
	w := newWorld(t)
	w.put("a.log", flowLine)
	w.put("lost.log", flowLine)
	if _, err := w.sqs.PurgeQueue(ctx, &sqs.PurgeQueueInput{QueueUrl: &w.queue}); err != nil {
		t.Fatal(err)
	}
	w.put("a.log", flowLine) // the same state again, this time with its message
	w.run("")
	w.wantOnce(1, nil)
	list, err := s3source.New(s3source.NewClient(w.s3), s3source.Options{Bucket: "logs"})
	if err != nil {
		t.Fatal(err)
	}
	p, err := ingest.New(ingest.Options{Sink: &w.sink, Checkpoints: &w.checks, Decoders: map[ingest.Format]ingest.Decoder{ingest.VPCFlow: vpcflow.New(vpcflow.Options{})}})
	if err != nil {
		t.Fatal(err)
	}
	if status, err := p.Run(ctx, list); err != nil || status.Counts.Known != 1 || status.Counts.Files != 1 {
		t.Errorf("%+v, %v", status.Counts, err)
	}
	w.wantOnce(2, nil)
}

func TestAProcessKilledBetweenAnyTwoStepsLosesAndRepeatsNothing(t *testing.T) {
	for _, at := range []string{"after receive", "before write", "after write", "before checkpoint", "after checkpoint", "before delete", "after delete", "before park", "after park"} {
		t.Run(at, func(t *testing.T) {
			w := newWorld(t)
			for i := range 12 {
				w.put(fmt.Sprintf("%02d.log", i), strings.Repeat(flowLine, 10))
			}
			w.put("notes.txt", "remember the milk")
			w.run(at)
			w.run("")
			w.wantOnce(120, map[string]string{"s3://logs/notes.txt": "format unknown"})
		})
	}
}

func TestWhatCannotBeReadIsParkedAfterFiveTimes(t *testing.T) {
	w := newWorld(t)
	w.put("good.log", flowLine)
	w.put("gone.log", flowLine)
	w.put("cut.log.gz", "\x1f\x8b\x08\x00cut")
	w.put("milk.txt", "remember the milk")
	if _, err := w.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String("logs"), Key: aws.String("gone.log")}); err != nil {
		t.Fatal(err)
	}
	w.send("what is this?")
	w.run("")
	w.wantOnce(1, map[string]string{
		"s3://logs/gone.log": "5: s3:GetObject on s3://logs/gone.log: NoSuchKey", "s3://logs/cut.log.gz": "5: ", "what is this?": "5: message is not JSON",
		"s3://logs/milk.txt": "1: format unknown", // it stays what it is
	})
}

// slow opens objects when it is told to.
type slow struct {
	Opener
	release chan struct{}
}

func (s slow) Open(ctx context.Context, o *ingest.Object) (io.ReadCloser, error) {
	<-s.release
	return s.Opener.Open(ctx, o)
}

// extending tells of each extension.
type extending struct {
	API
	told chan int
}

func (e extending) ChangeMessageVisibilityBatch(ctx context.Context, in *sqs.ChangeMessageVisibilityBatchInput, o ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	out, err := e.API.ChangeMessageVisibilityBatch(ctx, in, o...)
	if in.Entries[0].VisibilityTimeout > 0 && err == nil {
		select {
		case e.told <- len(in.Entries):
		case <-ctx.Done():
		}
	}
	return out, err
}

func TestMessagesStayInvisibleWhileTheyAreWorkedOn(t *testing.T) {
	w := newWorld(t)
	w.put("big.log", flowLine)
	life, end := context.WithTimeout(ctx, time.Minute)
	defer end()
	p := &process{world: w, end: end}
	e := extending{API: w.sqs, told: make(chan int)}
	p.API = e
	opener := slow{s3source.NewClient(w.s3), make(chan struct{})}
	source, err := New(Options{API: p, Objects: opener, Queue: w.queue, Park: p.park, Visibility: 2 * time.Second, Wait: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	pipeline, err := ingest.New(ingest.Options{Sink: p, Checkpoints: p, Decoders: map[ingest.Format]ingest.Decoder{ingest.VPCFlow: vpcflow.New(vpcflow.Options{})}})
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for range 3 { // longer than the message would stay invisible by itself
			if n := <-e.told; n != 1 {
				t.Errorf("%d messages were extended", n)
			}
		}
		close(opener.release)
		for {
			select {
			case <-e.told:
			case <-life.Done():
				return
			}
		}
	}()
	status, err := pipeline.Run(life, source)
	if !errors.Is(err, context.Canceled) || status.Counts.Files != 1 || status.Counts.Known != 0 {
		t.Errorf("%+v, %v: the message came twice", status.Counts, err)
	}
	w.wantOnce(1, nil)
}

func TestARefusalEndsTheRunAndKeepsTheMessages(t *testing.T) {
	for call, c := range map[string]struct {
		code string
		says []string
	}{
		"ReceiveMessage":      {"AccessDenied", []string{"sqs:ReceiveMessage", "give the role sqs:ReceiveMessage"}},
		"DeleteMessageBatch":  {"AccessDenied", []string{"give the role sqs:DeleteMessage"}},
		"GetObject":           {"ExpiredToken", []string{"s3:GetObject", "credentials"}},
		"ReceiveMessage gone": {"AWS.SimpleQueueService.NonExistentQueue", []string{"sqs:ReceiveMessage", "no such queue"}},
	} {
		t.Run(call, func(t *testing.T) {
			w := newWorld(t)
			w.put("a.log", flowLine)
			proxy := w.server.NewProxy(t)
			name, _, _ := strings.Cut(call, " ")
			proxy.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
				switch {
				case strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+name):
					moto.SQSError(rw, http.StatusBadRequest, c.code, "no such queue or no permission")
				case name == "GetObject" && r.Method == http.MethodGet:
					moto.S3Error(rw, http.StatusBadRequest, c.code, "The provided token has expired.")
				default:
					return false
				}
				return true
			})
			config := w.server.Config()
			config.BaseEndpoint = &proxy.URL
			p := &process{world: w, end: func() {}}
			source, err := New(Options{API: sqs.NewFromConfig(config), Objects: s3source.NewClient(s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true })), Queue: w.queue, Park: p.park, Wait: time.Second})
			if err != nil {
				t.Fatal(err)
			}
			pipeline, err := ingest.New(ingest.Options{Sink: p, Checkpoints: p, Decoders: map[ingest.Format]ingest.Decoder{ingest.VPCFlow: vpcflow.New(vpcflow.Options{})}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = pipeline.Run(ctx, source)
			for _, part := range c.says {
				if err == nil || !strings.Contains(err.Error(), part) {
					t.Errorf("%v does not say %q", err, part)
				}
			}
			if w.left() == 0 || len(w.parked) != 0 {
				t.Errorf("%d messages left, parked %v", w.left(), w.parked)
			}
		})
	}
}
