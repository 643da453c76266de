package collect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"go.uber.org/goleak"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/ingest/ingesttest/moto"
	"github.com/vedette-siem/vedette/ingest/vpcflow"
	"github.com/vedette-siem/vedette/storage/metadb"
)

func TestMain(m *testing.M) {
	code := m.Run()
	moto.Stop()
	http.DefaultClient.CloseIdleConnections()
	if err := goleak.Find(goleak.IgnoreTopFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"),
		goleak.IgnoreAnyFunction("github.com/vedette-siem/vedette/ingest/ingesttest/moto.start.func1")); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

const flowLine = "2 111122223333 eni-1 198.51.100.7 10.1.2.3 51034 22 6 12 2310 1760000000 1760000060 REJECT OK\n"

// world is a bucket and a queue behind a proxy, and a data directory's metadata.
type world struct {
	*testing.T
	proxy *moto.Proxy
	s3    *s3.Client
	sqs   *sqs.Client
	queue string
	db    *metadb.DB
	sink  ingesttest.Sink
	log   bytes.Buffer

	mu  sync.Mutex
	now time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	server := moto.Start(t)
	w := &world{T: t, proxy: server.NewProxy(t), now: noon, db: openDB(t, filepath.Join(t.TempDir(), "meta.db"))}
	w.s3 = s3.NewFromConfig(server.Config(), func(o *s3.Options) { o.UsePathStyle = true })
	w.sqs = sqs.NewFromConfig(server.Config())
	if _, err := w.s3.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("logs"), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: moto.Region}}); err != nil {
		t.Fatal(err)
	}
	made, err := w.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("news")})
	if err != nil {
		t.Fatal(err)
	}
	w.queue = *made.QueueUrl
	return w
}

var ctx = context.Background()

func (w *world) put(key, text string) {
	w.Helper()
	if _, err := w.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("logs"), Key: &key, Body: strings.NewReader(text)}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) access() awsaccess.Access {
	return awsaccess.Access{Region: moto.Region, Endpoint: w.proxy.URL, PathStyle: true, MaxBackoff: time.Millisecond}
}

func (w *world) bucket() Definition {
	return Definition{Name: "bucket", Kind: KindS3, Bucket: "logs", Access: w.access()}
}

func (w *world) news() Definition {
	return Definition{Name: "news", Kind: KindSQS, Queue: w.queue, Access: w.access()}
}

// life is a runner between two pauses: step lets it pass one.
type life struct {
	*Runner
	paused chan time.Duration // a source says for how long it pauses
	goOn   chan time.Time
	stop   func()
}

// start runs one source; pauses of the sweep and of retries never end, except that retries go on with retry.
func (w *world) start(d Definition) *life {
	w.Helper()
	l := &life{paused: make(chan time.Duration), goOn: make(chan time.Time)}
	life, cancel := context.WithCancel(ctx)
	checks := NewCheckpoints(w.db, w.clock)
	pipeline, err := ingest.New(ingest.Options{Sink: &w.sink, Checkpoints: checks, Decoders: map[ingest.Format]ingest.Decoder{ingest.VPCFlow: vpcflow.New(vpcflow.Options{})}})
	if err != nil {
		w.Fatal(err)
	}
	l.Runner, err = New(Options{DB: w.db, Pipeline: pipeline, Sources: []Definition{d}, Log: slog.New(slog.NewTextHandler(&w.log, nil)), Now: w.clock, queueWait: time.Second, retryAfter: -1,
		After: func(pause time.Duration) <-chan time.Time {
			if pause == retryInterval || pause == healthInterval || pause == 24*time.Hour {
				return nil
			}
			select {
			case l.paused <- pause:
			case <-life.Done():
			}
			return l.goOn
		}})
	if err != nil {
		w.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.Run(life)
	}()
	l.stop = func() { cancel(); <-done }
	w.Cleanup(l.stop)
	return l
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// pause waits for the source to pause and tells how it stands.
func (l *life) pause(t *testing.T) (time.Duration, Status) {
	t.Helper()
	select {
	case d := <-l.paused:
		all, err := l.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		return d, all[0]
	case <-time.After(time.Minute):
		t.Fatal("the source does not pause")
	}
	return 0, Status{}
}

func TestABucketIsListedAgainAndAgain(t *testing.T) {
	w := newWorld(t)
	w.put("AWSLogs/111122223333/vpcflowlogs/r/2026/11/24/a.log", flowLine)
	w.put("AWSLogs/111122223333/vpcflowlogs/r/2026/10/30/late.log", flowLine) // 25 days ago
	w.put("AWSLogs/111122223333/vpcflowlogs/r/2026/09/01/old.log", flowLine)
	l := w.start(w.bucket())
	if _, s := l.pause(t); s.State != StateIdle || s.Read.Counts.Files != 2 || !s.Next.After(noon) {
		t.Fatalf("%+v", s)
	}
	w.put("AWSLogs/111122223333/vpcflowlogs/r/2026/11/23/yesterday.log", flowLine)
	w.put("AWSLogs/111122223333/vpcflowlogs/r/2026/11/01/back-dated.log", flowLine)
	l.goOn <- noon
	if _, s := l.pause(t); s.Read.Counts.Files != 3 || s.Read.Counts.Known != 1 {
		t.Fatalf("the last days: %+v", s.Read.Counts)
	}
	w.later(24 * time.Hour)
	l.goOn <- noon
	if _, s := l.pause(t); s.Read.Counts.Files != 4 {
		t.Fatalf("once a day the late ones: %+v", s.Read.Counts)
	}
	l.stop()
	w.later(40 * 24 * time.Hour)
	w.put("AWSLogs/111122223333/vpcflowlogs/r/2026/11/10/while-nobody-listed.log", flowLine)
	if _, s := w.start(w.bucket()).pause(t); s.Read.Counts.Files != 1 || s.Read.Counts.Known != 4 {
		t.Fatalf("after a rest: %+v", s.Read.Counts)
	}
	if n := len(w.sink.Documents()); n != 5 {
		t.Errorf("%d documents", n)
	}
}

func TestStatesOfASourceAndItsWayBack(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		code   string
		want   State
	}{
		"throttled": {503, "SlowDown", StateThrottled}, "expired": {400, "ExpiredToken", StateCredentials},
		"denied": {403, "AccessDenied", StateDenied}, "gone": {404, "NoSuchBucket", StateFailed},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.put("a.log", flowLine)
			w.proxy.Intercept(func(rw http.ResponseWriter, _ *http.Request) bool {
				moto.S3Error(rw, c.status, c.code, "for a test")
				return true
			})
			l := w.start(w.bucket())
			for n := range 3 {
				pause, s := l.pause(t)
				if s.State != c.want || s.Err == nil || !strings.Contains(s.Err.Error(), "s3:ListObjectsV2") {
					t.Fatalf("%s, %v", s.State, s.Err)
				}
				if most := time.Second << n; pause < most/2 || pause > most {
					t.Errorf("pause %v after %d failures", pause, n+1)
				}
				if n == 2 {
					w.proxy.Intercept(nil)
					w.later(time.Since(w.clock())) // the object has no day in its key
				}
				l.goOn <- noon
			}
			if _, s := l.pause(t); s.State != StateIdle || s.Err != nil || s.Read.Counts.FilesFailed != 0 {
				t.Errorf("%s, %v, %+v", s.State, s.Err, s.Read.Counts)
			}
		})
	}
}

func TestAnObjectThatCannotBeReadIsParkedAndTriedAgainOnDemand(t *testing.T) {
	w := newWorld(t)
	const key = "AWSLogs/111122223333/vpcflowlogs/r/2026/11/24/a.log"
	w.put(key, flowLine)
	w.put("AWSLogs/111122223333/vpcflowlogs/r/2026/11/24/b.log", flowLine)
	refuse := func(rw http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "a.log") {
			return false
		}
		moto.S3Error(rw, 403, "AccessDenied", "not authorized to perform: kms:Decrypt on it")
		return true
	}
	w.proxy.Intercept(refuse)
	l := w.start(w.bucket())
	for n := range 6 {
		_, s := l.pause(t)
		if parked := n >= maxAttempts-1; (s.Parked == 1) != parked {
			t.Errorf("after %d listings %d are parked", n+1, s.Parked)
		}
		if n < 5 {
			l.goOn <- noon
		}
	}
	letters, err := l.letters.Parked("bucket")
	if err != nil || len(letters) != 1 || letters[0].Attempts != 5 || letters[0].Name() != "s3://logs/"+key || !strings.Contains(letters[0].Reason, "give the role kms:Decrypt") {
		t.Fatalf("%+v, %v", letters, err)
	}
	l.stop()
	if n, err := NewLetters(w.db).Retry("bucket"); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	w.proxy.Intercept(nil)
	l = w.start(w.bucket())
	for len(w.sink.Documents()) != 2 || len(letters) > 0 {
		if _, s := l.pause(t); s.State != StateIdle {
			t.Fatalf("%+v", s)
		}
		if letters, err = l.letters.Parked(""); err != nil {
			t.Fatal(err)
		}
		l.goOn <- noon
	}
}

func TestWhatS3CouldNotGiveIsTriedAgainByItself(t *testing.T) {
	w := newWorld(t)
	const key = "AWSLogs/111122223333/vpcflowlogs/r/2026/11/24/a.log"
	w.put(key, flowLine)
	fails := func(rw http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "a.log") {
			return false
		}
		moto.S3Error(rw, 503, "ServiceUnavailable", "for a test")
		return true
	}
	w.proxy.Intercept(fails)
	l := w.start(w.bucket())
	for range maxAttempts - 1 {
		if _, s := l.pause(t); s.State != StateIdle || s.Parked != 0 {
			t.Fatalf("one object that fails stops no other: %+v", s)
		}
		l.goOn <- noon
	}
	if _, s := l.pause(t); s.Parked != 1 {
		t.Fatalf("%+v", s)
	}
	l.stop()
	letters, err := l.letters.Parked("bucket")
	if err != nil || len(letters) != 1 || !letters[0].Retry || !letters[0].Next.Equal(noon.Add(time.Minute)) {
		t.Fatalf("%+v, %v", letters, err)
	}
	w.proxy.Intercept(nil)
	w.later(time.Minute)
	for len(letters) > 0 { // either way: it is listed again, and its letter is due
		l = w.start(w.bucket())
		l.pause(t)
		l.stop()
		if letters, err = l.letters.Parked(""); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(w.sink.Documents()); n != 1 {
		t.Errorf("%d documents", n)
	}
}

func TestALetterIsTriedLaterEachTime(t *testing.T) {
	out := awsaccess.Explain(ctx, "s3:GetObject", "s3://b/k", errors.New("connection reset"))
	for attempts, want := range map[int]time.Duration{1: time.Minute, maxAttempts: time.Minute, maxAttempts + 2: 4 * time.Minute, 100: time.Hour} {
		l := Letter{Attempts: attempts}
		if l.failed(out, noon); !l.Retry || l.Next.Sub(noon) != want {
			t.Errorf("after %d attempts: %+v, want %v", attempts, l, want)
		}
		if l.failed(ingest.ErrMalformed, noon); l.Retry || !l.Next.IsZero() {
			t.Errorf("what is malformed stays so: %+v", l)
		}
	}
}

func TestAQueueIsReadAndItsLettersTriedAgain(t *testing.T) {
	w := newWorld(t)
	w.put("a.log", flowLine)
	direct := `{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"logs"},"object":{"key":"a.log"}}}]}`
	err := errors.Join(
		NewLetters(w.db).Park(Letter{Source: "news", Message: "m", Body: direct, Reason: "a version before could not read it", Attempts: 5}),
		NewLetters(w.db).Park(Letter{Source: "news", Message: "n", Body: "still no JSON", Reason: "x", Attempts: 5}))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := NewLetters(w.db).Retry("news"); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	written := make(chan struct{}, 10)
	w.sink.Fail = func() error { written <- struct{}{}; return nil }
	l := w.start(w.news())
	<-written
	w.put("b.log", flowLine)
	if _, err := w.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &w.queue, MessageBody: aws.String(strings.ReplaceAll(direct, "a.log", "b.log"))}); err != nil {
		t.Fatal(err)
	}
	<-written
	l.stop()
	if parked, err := l.letters.Parked(""); err != nil || len(parked) != 1 || parked[0].Attempts != 6 || parked[0].Retry {
		t.Errorf("%+v, %v", parked, err)
	}
}

func TestDefinitionsThatCannotBeAreRefused(t *testing.T) {
	queue := "https://sqs.eu-west-1.amazonaws.com/111122223333/q"
	for says, d := range map[string]Definition{
		"letters, digits": {Name: "a b", Kind: KindS3, Bucket: "b"}, "needs a bucket": {Name: "a", Kind: KindS3}, "takes no queue": {Name: "a", Kind: KindS3, Bucket: "b", Queue: queue},
		"needs a queue": {Name: "a", Kind: KindSQS, Queue: "q"}, "takes no bucket": {Name: "a", Kind: KindSQS, Queue: queue, Bucket: "b"}, "must be s3, sqs or folder": {Name: "a", Kind: "ftp"},
		"twelve digits": {Name: "a", Kind: KindS3, Bucket: "b", Account: "1"}, "10s or more": {Name: "a", Kind: KindS3, Bucket: "b", Interval: time.Second},
		"1m0s or more":             {Name: "a", Kind: KindS3, Bucket: "b", SilentAfter: time.Second},
		"a name beside an account": {Name: "a", Kind: KindS3, Bucket: "b", Access: awsaccess.Access{RoleARN: "reader"}},
		"goes with assume-role":    {Name: "a", Kind: KindS3, Bucket: "b", Access: awsaccess.Access{ExternalID: "x"}},
		"must be a URL":            {Name: "a", Kind: KindS3, Bucket: "b", Access: awsaccess.Access{Endpoint: "minio:9000"}},
	} {
		if err := d.Check(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want %q", d, err, says)
		}
	}
	d := Definition{Name: "a", Kind: KindSQS, Queue: queue, Account: "111122223333", Access: awsaccess.Access{RoleARN: "reader"}}
	if way := d.Way(); d.Check() != nil || way.RoleARN != "arn:aws:iam::111122223333:role/reader" || way.Region != "eu-west-1" {
		t.Errorf("%+v, %v", way, d.Check())
	}
	if err := CheckAll([]Definition{d, d}); err == nil || !strings.Contains(err.Error(), "two of that name") {
		t.Error(err)
	}
}

func TestTheStoreKeepsDefinitions(t *testing.T) {
	s := NewStore(openDB(t, filepath.Join(t.TempDir(), "meta.db")))
	d := Definition{Name: "a", Kind: KindS3, Bucket: "b", Interval: time.Hour, Access: awsaccess.Access{Region: "eu-west-1", ExternalID: "x", RoleARN: "arn:aws:iam::1:role/r"}}
	if err := s.Add(d); err != nil {
		t.Fatal(err)
	}
	if err := s.Add(d); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Error(err)
	}
	if all, err := s.All(); err != nil || len(all) != 1 || all[0] != d {
		t.Errorf("%+v, %v", all, err)
	}
	if err := errors.Join(s.SetListedUpTo("a", noon), s.Remove("a")); err != nil {
		t.Error(err)
	}
	if at, err := s.ListedUpTo("a"); err != nil || !at.IsZero() {
		t.Error(at, err)
	}
	if err := s.Remove("a"); err == nil || !strings.Contains(err.Error(), "configuration file") {
		t.Error(err)
	}
}
