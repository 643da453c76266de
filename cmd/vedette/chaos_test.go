package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/vedette-siem/vedette/ingest/ingesttest/moto"
)

// How much chaos there is: VEDETTE_CHAOS_OBJECTS, VEDETTE_CHAOS_KILLS and VEDETTE_SEED, read before TestMain takes them away.
var (
	chaosSize  = number("VEDETTE_CHAOS_OBJECTS", 200)
	chaosKills = number("VEDETTE_CHAOS_KILLS", 4)
	chaosSeed  = uint64(number("VEDETTE_SEED", int(time.Now().UnixNano()%1_000_000)))
)

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// chaos is a bucket and a queue on moto behind a proxy that fails, and a data directory whose process is killed.
type chaos struct {
	*testing.T
	moto, queue string
	proxy       *moto.Proxy
	s3          *s3.Client
	sqs         *sqs.Client
	objects     []chaosObject

	mu     sync.Mutex // guards what follows
	random *rand.Rand
	denied map[string]bool
	calm   bool // nothing fails any more but what is denied
	left   int  // requests for objects and of the queue until kill
	kill   func()
}

// TestEveryRecordIsThereOnceWhateverFails is the promise of ingest/DESIGN.md on the real process: objects come late, twice, broken, deleted and denied; notifications come twice, in any order and not at all;
// S3 and SQS fail; and the process is killed again and again.
func TestEveryRecordIsThereOnceWhateverFails(t *testing.T) {
	t.Logf("VEDETTE_SEED=%d VEDETTE_CHAOS_OBJECTS=%d VEDETTE_CHAOS_KILLS=%d", chaosSeed, chaosSize, chaosKills)
	w := newChaos(t)
	data := t.TempDir()
	config := w.config(w.proxy.URL)
	for life := range chaosKills {
		w.deliver(w.objects[len(w.objects)*life/(chaosKills+1) : len(w.objects)*(life+1)/(chaosKills+1)])
		cmd, s := serveChild(t, "serve", "--auth", "off", "--data", data, "--config", config)
		w.killAfter(10+w.pick(2*chaosSize/(chaosKills+1)), func() { _ = cmd.Process.Kill() })
		s.log.ends()
	}
	w.deliver(w.objects[len(w.objects)*chaosKills/(chaosKills+1):])
	_, s := serveChild(t, "serve", "--auth", "off", "--data", data, "--config", config)
	w.settle(s)
	w.wantRecords(s)
	w.wantCounts(s)
	if code := s.stop(); code != 0 {
		t.Errorf("the server stopped with status %d", code)
	}
	w.wantLetters(vedette(t, "sources", "list", "--data", data, "--config", config).stdout)
}

// ends waits until the program has ended.
func (tr *transcript) ends() {
	for {
		tr.mu.Lock()
		ended, changed := tr.ended, tr.changed
		tr.mu.Unlock()
		if ended {
			return
		}
		<-changed
	}
}

func newChaos(t *testing.T) *chaos {
	endpoint, queue, _ := bucketOnMoto(t, nil)
	server := moto.Start(t) // emptied: notifications are sent by the test
	w := &chaos{T: t, moto: endpoint, queue: queue, random: rand.New(rand.NewPCG(chaosSeed, 6)), denied: map[string]bool{}}
	w.s3, w.sqs = s3.NewFromConfig(server.Config(), func(o *s3.Options) { o.UsePathStyle = true }), sqs.NewFromConfig(server.Config())
	_, err := w.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("logs"), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: moto.Region}})
	w.check(err)
	_, err = w.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("news")})
	w.check(err)
	w.objects = chaosObjects(t, w.random, chaosSize)
	for _, o := range w.objects {
		if o.denied {
			w.denied["/logs/"+o.key] = true
		}
	}
	w.proxy = server.NewProxy(t)
	w.proxy.Intercept(w.fault)
	return w
}

func (w *chaos) check(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// config is a configuration file with a source that lists and one that is told.
func (w *chaos) config(endpoint string) string {
	return write(w.T, filepath.Join(w.TempDir(), "vedette.yaml"), fmt.Sprintf("sources:\n"+
		"  - {name: news, kind: sqs, queue: %[1]q, endpoint: %[2]q, region: %[3]s, path-style: true}\n"+
		"  - {name: bucket, kind: s3, bucket: logs, interval: 10s, endpoint: %[2]q, region: %[3]s, path-style: true}\n", w.queue, endpoint, moto.Region))
}

func (w *chaos) pick(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.random.IntN(n)
}

// deliver puts objects into the bucket and sends what tells of them, in another order, some twice, some not at all.
func (w *chaos) deliver(objects []chaosObject) {
	w.Helper()
	var bodies []string
	for _, o := range objects {
		_, err := w.s3.PutObject(context.Background(), &s3.PutObjectInput{Bucket: aws.String("logs"), Key: &o.key, Body: strings.NewReader(o.text)})
		w.check(err)
		if o.deleted {
			_, err := w.s3.DeleteObject(context.Background(), &s3.DeleteObjectInput{Bucket: aws.String("logs"), Key: &o.key})
			w.check(err)
		}
		body := fmt.Sprintf(`{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"logs"},"object":{"key":%q}}}]}`, o.key)
		if !o.lost {
			bodies = append(bodies, body)
		}
		if o.twice {
			bodies = append(bodies, body)
		}
	}
	w.mu.Lock()
	w.random.Shuffle(len(bodies), func(i, j int) { bodies[i], bodies[j] = bodies[j], bodies[i] })
	w.mu.Unlock()
	for some := range slices.Chunk(bodies, 10) {
		var entries []sqstypes.SendMessageBatchRequestEntry
		for i := range some {
			entries = append(entries, sqstypes.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: &some[i]})
		}
		_, err := w.sqs.SendMessageBatch(context.Background(), &sqs.SendMessageBatchInput{QueueUrl: &w.queue, Entries: entries})
		w.check(err)
	}
}

// killAfter lets the process die at one of its next requests, before or after it is answered.
func (w *chaos) killAfter(requests int, kill func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left, w.kill = requests, kill
}

var visibility = regexp.MustCompile(`"VisibilityTimeout": ?[0-9]+`)

// fault answers in the place of moto, if something is to fail. Messages that were received are visible again soon, as if time ran faster.
func (w *chaos) fault(rw http.ResponseWriter, r *http.Request) bool {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	seconds := 3
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "ReceiveMessage") {
		seconds = 20 // enough to read what came, also on a slow machine
	}
	body = visibility.ReplaceAll(body, fmt.Appendf(nil, `"VisibilityTimeout":%d`, seconds))
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	w.mu.Lock()
	defer w.mu.Unlock()
	call := r.Header.Get("X-Amz-Target")
	if object := strings.Count(r.URL.Path, "/") > 2; call != "" || object {
		if w.left--; w.left == 0 && w.kill != nil {
			w.kill()
		}
	}
	if call == "" && w.denied[r.URL.Path] {
		moto.S3Error(rw, http.StatusForbidden, "AccessDenied", "User is not authorized to perform: kms:Decrypt on the resource")
		return true
	}
	if w.calm {
		return false
	}
	switch dice := w.random.IntN(100); {
	case dice < 3 && call != "":
		moto.SQSError(rw, http.StatusServiceUnavailable, "ServiceUnavailable", "for a test")
	case dice < 5 && call != "":
		moto.SQSError(rw, http.StatusBadRequest, "RequestThrottled", "for a test")
	case dice < 5:
		moto.S3Error(rw, http.StatusServiceUnavailable, "ServiceUnavailable", "for a test")
	case dice < 8 && call == "":
		moto.S3Error(rw, http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate.")
	case dice < 10 && call == "":
		moto.S3Error(rw, http.StatusBadRequest, "RequestTimeout", "Your socket connection to the server was not read from or written to within the timeout period.")
	case dice < 12:
		panic(http.ErrAbortHandler) // no answer at all
	case dice < 20 && call == "" && r.Method == http.MethodGet && strings.Count(r.URL.Path, "/") > 2:
		w.half(rw, r)
	default:
		return false
	}
	return true
}

// half gives half of what moto gives, or does what it is told and does not say so.
func (w *chaos) half(rw http.ResponseWriter, r *http.Request) {
	ask, err := http.NewRequest(r.Method, w.moto+r.URL.RequestURI(), nil)
	if err == nil {
		ask.Header = r.Header.Clone()
		var answer *http.Response
		if answer, err = http.DefaultClient.Do(ask); err == nil {
			defer answer.Body.Close()
			maps.Copy(rw.Header(), answer.Header)
			rw.WriteHeader(answer.StatusCode)
			_, _ = io.CopyN(rw, answer.Body, max(answer.ContentLength/2, 1))
		}
	}
	panic(http.ErrAbortHandler)
}

// settle waits until each good record is there and the queue is empty.
func (w *chaos) settle(s *server) {
	w.Helper()
	deadline := time.Now().Add(5*time.Minute + time.Duration(chaosSize)*time.Second/4)
	for tick := time.NewTicker(time.Second); ; <-tick.C {
		missing, twice := w.missing(s)
		out, err := w.sqs.GetQueueAttributes(w.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &w.queue, AttributeNames: []sqstypes.QueueAttributeName{"All"}})
		w.check(err)
		queued := out.Attributes["ApproximateNumberOfMessages"] + "+" + out.Attributes["ApproximateNumberOfMessagesNotVisible"]
		if len(missing) == 0 && queued == "0+0" || len(twice) > 0 {
			break
		}
		if time.Now().After(deadline) {
			w.Fatalf("%d records are missing (%.300v), messages %s:\n%s", len(missing), missing, queued, s.log)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calm = true
}

var tokenShape = regexp.MustCompile(`t\d{5}x\d\d`)

// missing are the tokens of good records that are not there, and those that are there more than once.
func (w *chaos) missing(s *server) (missing, twice []string) {
	w.Helper()
	there := w.tokens(s)
	for _, o := range w.objects {
		for _, token := range o.records {
			switch n := there[token]; {
			case n == 0:
				missing = append(missing, token)
			case n > 1:
				twice = append(twice, token)
			}
		}
	}
	return missing, twice
}

// tokens counts the documents with each token.
func (w *chaos) tokens(s *server) map[string]int {
	w.Helper()
	there := map[string]int{}
	s.ok(w.T, "POST", "/logs-*/_refresh?allow_no_indices=true", "")
	page := s.ok(w.T, "POST", "/logs-*/_search?scroll=1m&allow_no_indices=true", `{"size":5000,"sort":["_doc"]}`)
	for {
		answer := into[struct {
			ID   string `json:"_scroll_id"`
			Hits struct {
				Hits []struct {
					ID     string          `json:"_id"`
					Source json.RawMessage `json:"_source"`
				}
			}
		}](w.T, page)
		if len(answer.Hits.Hits) == 0 {
			s.ok(w.T, "DELETE", "/_search/scroll", fmt.Sprintf(`{"scroll_id":%q}`, answer.ID))
			return there
		}
		for _, h := range answer.Hits.Hits {
			if token := tokenShape.FindString(string(h.Source)); token != "" {
				there[token]++
			}
		}
		page = s.ok(w.T, "POST", "/_search/scroll", fmt.Sprintf(`{"scroll":"1m","scroll_id":%q}`, answer.ID))
	}
}

// wantRecords looks for each record that may be there.
func (w *chaos) wantRecords(s *server) {
	w.Helper()
	there := w.tokens(s)
	for _, o := range w.objects {
		for _, token := range o.records {
			if there[token] != 1 {
				w.Errorf("%s: record %s is there %d times", o.key, token, there[token])
			}
			delete(there, token)
		}
		for _, token := range o.partly {
			if there[token] > 1 {
				w.Errorf("%s: record %s is there %d times", o.key, token, there[token])
			}
			delete(there, token)
		}
	}
	if len(there) > 0 {
		w.Errorf("records that should not be there: %v", there)
	}
}

// wantCounts reads the whole bucket again: what is read is what is indexed (now nothing), what was there, and what failed.
func (w *chaos) wantCounts(s *server) {
	w.Helper()
	files, failed, unknown := 0, 0, 0
	for _, o := range w.objects {
		switch {
		case o.deleted:
		case o.fate == fateBinary:
			unknown++
		case o.fate != "":
			failed++
		default:
			files++
		}
	}
	stored := s.count(w.T, allLogs, "NOT event.kind:pipeline_error")
	twins := 0
	for _, o := range w.objects {
		if o.fate == "" && strings.Contains(o.key, "CloudTrail") {
			twins += strings.Count(inflated(w.T, o.text), `"eventID"`) - len(o.records)
		}
	}
	got := vedette(w.T, "load", "s3://logs/", "--url", "http://"+s.api, "--endpoint", w.proxy.URL, "--path-style", "--region", moto.Region)
	got.want(w.T, 1, fmt.Sprintf("%d files: 0 events", files), fmt.Sprintf("%d files could not be read to their end", failed))
	if unknown > 0 {
		got.want(w.T, 1, fmt.Sprintf("%d files have a format that is not known and are no text", unknown))
	}
	var records int
	if _, err := fmt.Sscanf(got.stdout[strings.Index(got.stdout, " files: 0 events, "):], " files: 0 events, %d already there", &records); err != nil || records-s.count(w.T, allLogs, "event.kind:pipeline_error") != stored+twins {
		w.Errorf("%d records were there already, want the %d that are stored and %d of them once more\n%s", records, stored, twins, got.stdout)
	}
}

// wantLetters looks for each bad object, with its reason, and for no other.
func (w *chaos) wantLetters(list string) {
	w.Helper()
	for _, o := range w.objects {
		var said []string
		for line := range strings.Lines(list) {
			if strings.Contains(line, "s3://logs/"+o.key+":") {
				said = append(said, line)
			}
		}
		if o.fate == "" && len(said) > 0 {
			w.Errorf("a good object is a dead letter: %s", said)
		}
		if o.fate != "" && !slices.ContainsFunc(said, func(line string) bool { return strings.Contains(line, o.fate) }) {
			w.Errorf("%s is not listed with %q: %s", o.key, o.fate, said)
		}
	}
}

// inflated is the text of an object.
func inflated(t *testing.T, text string) string {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		return text
	}
	whole, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(whole)
}
