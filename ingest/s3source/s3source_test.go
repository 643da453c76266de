package s3source_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
	"github.com/vedette-siem/vedette/ingest/ingesttest/moto"
	"github.com/vedette-siem/vedette/ingest/s3source"
)

func TestMain(m *testing.M) {
	code := m.Run()
	moto.Stop()
	os.Exit(code)
}

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
)

// world is a bucket on moto behind a proxy, and a client by the SDK's own chain.
type world struct {
	*testing.T
	proxy *moto.Proxy
	setup *s3.Client
	*s3source.Client
}

func newWorld(t *testing.T, a awsaccess.Access, keys ...string) *world {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	server := moto.Start(t)
	w := &world{T: t, proxy: server.NewProxy(t)}
	w.setup = s3.NewFromConfig(server.Config(), func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := w.setup.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("logs"), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: moto.Region}}); err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		w.put(key, []byte(key))
	}
	a.Endpoint, a.PathStyle, a.MaxBackoff = w.proxy.URL, true, time.Millisecond
	if a.Region == "" {
		a.Region = moto.Region
	}
	c, err := a.Config(ctx)
	if err != nil {
		t.Fatal(err)
	}
	w.Client = s3source.NewClient(a.S3(c))
	w.Pause = func(ctx context.Context, _ int) error { return ctx.Err() }
	return w
}

func (w *world) put(key string, text []byte) {
	w.Helper()
	if _, err := w.setup.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String("logs"), Key: &key, Body: bytes.NewReader(text)}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) source(o s3source.Options) *s3source.Source {
	w.Helper()
	o.Bucket, o.Now = "logs", func() time.Time { return noon }
	s, err := s3source.New(w.Client, o)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func keysOf(s ingest.Source) (keys []string, err error) {
	err = s.Objects(ctx, func(o ingest.Object) error {
		keys = append(keys, o.Key)
		return nil
	}, nil)
	return keys, err
}

func (w *world) wantKeys(s ingest.Source, want ...string) {
	w.Helper()
	got, err := keysOf(s)
	if err != nil || !slices.Equal(got, want) {
		w.Errorf("listed %q, %v; want %q", got, err, want)
	}
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

const (
	trail = "AWSLogs/111122223333/CloudTrail/eu-central-1/"
	flow  = "deep/down/AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-central-1/"
)

func TestDaysAreListedWhereverAWSLogsLies(t *testing.T) {
	w := newWorld(t, awsaccess.Access{},
		trail+"2025/11/24/a.json.gz", trail+"2026/10/31/a.json.gz", trail+"2026/11/22/a.json.gz", trail+"2026/11/23/a.json.gz", trail+"2026/11/24/b.json.gz", trail+"2026/11/24/folder/", trail+"2026/11/25/skewed.json.gz", trail+"2026/11/27/x.json.gz",
		flow+"year=2026/month=11/day=23/hour=00/a.log.gz", flow+"year=2026/month=11/day=21/a.log.gz",
		"waf/AWSLogs/1/WAFLogs/r/acl/2026/11/24/10/05/w.gz",
		"access/2026-11-21-23-59-59-ABC", "access/2026-11-24-00-00-00-ABC")
	s := w.source(s3source.Options{})
	s.Between(day("2026-11-23"), time.Time{})
	recent := []string{trail + "2026/11/23/a.json.gz", trail + "2026/11/24/b.json.gz", trail + "2026/11/25/skewed.json.gz", "access/2026-11-24-00-00-00-ABC",
		flow + "year=2026/month=11/day=23/hour=00/a.log.gz", "waf/AWSLogs/1/WAFLogs/r/acl/2026/11/24/10/05/w.gz"}
	w.wantKeys(s, recent...)

	w.put(trail+"2026/11/23/A-comes-late-and-sorts-first.json.gz", []byte("x"))
	w.wantKeys(s, append([]string{trail + "2026/11/23/A-comes-late-and-sorts-first.json.gz"}, recent...)...)

	s.Between(day("2026-10-01"), day("2026-11-22")) // by months
	w.wantKeys(s, trail+"2026/10/31/a.json.gz", trail+"2026/11/22/a.json.gz", "access/2026-11-21-23-59-59-ABC", flow+"year=2026/month=11/day=21/a.log.gz")
	s.Between(time.Time{}, day("2025-12-31"))
	w.wantKeys(s, trail+"2025/11/24/a.json.gz")
	w.wantKeys(w.source(s3source.Options{Prefix: trail + "2025"}), trail+"2025/11/24/a.json.gz")
}

func TestListingGoesOverPages(t *testing.T) {
	w := newWorld(t, awsaccess.Access{})
	for i := range 1100 {
		w.put(fmt.Sprintf("flat/2026-11-24-%04d", i), nil)
	}
	s := w.source(s3source.Options{Prefix: "flat/"})
	if got, err := keysOf(s); len(got) != 1100 || err != nil {
		t.Errorf("%d, %v", len(got), err)
	}
	m := &s3source.Measured{Source: w.source(s3source.Options{})}
	for range 2 {
		if n, _, err := m.Measure(ctx); n != 1100 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		w.proxy.Intercept(func(rw http.ResponseWriter, _ *http.Request) bool {
			t.Error("listed a second time")
			return false
		})
	}
}

func (w *world) open(key string) (string, ingest.Object, error) {
	o := ingest.Object{Bucket: "logs", Key: key}
	r, err := w.Open(ctx, &o)
	if err != nil {
		return "", o, err
	}
	text, err := io.ReadAll(r)
	return string(text), o, errors.Join(err, r.Close())
}

// halved lets the first n answers to GetObject break off in the middle.
func (w *world) halved(n int, whole []byte, ranges bool) {
	w.proxy.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
		if n--; r.Method != http.MethodGet || n < 0 {
			return false
		}
		var from int
		if _, err := fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &from); err == nil && ranges {
			rw.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(whole)-1, len(whole)))
			rw.WriteHeader(http.StatusPartialContent)
		} else {
			from = 0
		}
		rw.Header().Set("Content-Length", fmt.Sprint(len(whole)-from))
		rw.Header().Set("ETag", `"whole"`)
		_, _ = rw.Write(whole[from : from+(len(whole)-from)/2])
		panic(http.ErrAbortHandler)
	})
}

func TestReadingGoesOnBehindTheLastByte(t *testing.T) {
	whole := bytes.Repeat([]byte("0123456789abcdef"), 64<<10)
	w := newWorld(t, awsaccess.Access{})
	w.put("big", whole)
	real, o, err := w.open("big")
	if err != nil || real != string(whole) || o.Size != int64(len(whole)) || len(o.ETag) != 32 {
		t.Fatalf("%d bytes, %+v, %v", len(real), o, err)
	}
	broken := 0
	w.proxy.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
		if broken++; broken > 1 {
			if r.Header.Get("Range") != fmt.Sprintf("bytes=%d-", len(whole)/2) || r.Header.Get("If-Match") != `"`+o.ETag+`"` {
				t.Errorf("read on with %v", r.Header)
			}
			return false // moto's own 206
		}
		rw.Header().Set("Content-Length", fmt.Sprint(len(whole)))
		rw.Header().Set("ETag", `"`+o.ETag+`"`)
		_, _ = rw.Write(whole[:len(whole)/2])
		panic(http.ErrAbortHandler)
	})
	if text, _, err := w.open("big"); err != nil || text != string(whole) || broken != 2 {
		t.Errorf("%d bytes of %d in %d answers, %v", len(text), len(whole), broken, err)
	}
}

func TestAServerWithoutRangesIsReadFromTheStart(t *testing.T) {
	whole := bytes.Repeat([]byte("0123456789abcdef"), 64<<10)
	w := newWorld(t, awsaccess.Access{})
	n := 0
	w.proxy.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
		n++
		rw.Header().Set("Content-Length", fmt.Sprint(len(whole)))
		rw.Header().Set("ETag", `"e"`)
		if n > 1 {
			_, _ = rw.Write(whole)
			return true
		}
		_, _ = rw.Write(whole[:len(whole)/3])
		panic(http.ErrAbortHandler)
	})
	if text, _, err := w.open("big"); err != nil || text != string(whole) || n != 2 {
		t.Errorf("%d bytes in %d answers, %v", len(text), n, err)
	}
}

func TestAnObjectThatChangesWhileItIsReadFails(t *testing.T) {
	whole := bytes.Repeat([]byte("x"), 1<<20)
	w := newWorld(t, awsaccess.Access{})
	w.put("big", []byte("another state"))
	w.halved(1, whole, true)
	if text, _, err := w.open("big"); err == nil || !strings.Contains(err.Error(), "PreconditionFailed") || strings.Contains(text, "another") {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

func TestAConnectionThatBreaksForEverFailsTheObject(t *testing.T) {
	w := newWorld(t, awsaccess.Access{})
	n := 0
	w.proxy.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
		n++
		rw.Header().Set("Content-Length", "10")
		rw.Header().Set("ETag", `"e"`)
		rw.WriteHeader(http.StatusOK)
		rw.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	if _, _, err := w.open("big"); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "byte 0 of 10") || awsaccess.KindOf(err) != awsaccess.Unavailable || n != 6 {
		t.Errorf("%v after %d answers", err, n)
	}
}

func TestAServerThatFallsSilentIsNotWaitedFor(t *testing.T) {
	whole := bytes.Repeat([]byte("0123456789abcdef"), 64<<10)
	w := newWorld(t, awsaccess.Access{AnswerTimeout: 50 * time.Millisecond})
	w.Stall = 50 * time.Millisecond
	w.put("big", whole)
	n := 0
	w.proxy.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
		switch n++; n {
		case 1: // no answer begins
			<-r.Context().Done()
			return true
		case 2: // it begins, and does not go on
			rw.Header().Set("Content-Length", fmt.Sprint(len(whole)))
			_, _ = rw.Write(whole[:len(whole)/2])
			rw.(http.Flusher).Flush()
			<-r.Context().Done()
			return true
		}
		return false
	})
	if text, _, err := w.open("big"); err != nil || text != string(whole) || n != 3 {
		t.Errorf("%d bytes of %d in %d answers, %v", len(text), len(whole), n, err)
	}
}

func TestTheRegionOfABucketIsFoundOut(t *testing.T) {
	w := newWorld(t, awsaccess.Access{Region: "us-east-1"}, "a")
	var asked []string
	w.proxy.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
		region := strings.Split(r.Header.Get("Authorization"), "/")[2]
		asked = append(asked, region)
		if region == moto.Region {
			return false
		}
		rw.Header().Set("X-Amz-Bucket-Region", moto.Region)
		moto.S3Error(rw, http.StatusMovedPermanently, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint.")
		return true
	})
	w.wantKeys(w.source(s3source.Options{}), "a")
	if text, _, err := w.open("a"); text != "a" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	if want := []string{"us-east-1", moto.Region, moto.Region, moto.Region}; !slices.Equal(asked, want) {
		t.Errorf("asked in %v, want %v: the region is remembered", asked, want)
	}
}

func TestTheRequesterPays(t *testing.T) {
	w := newWorld(t, awsaccess.Access{}, "a")
	w.RequesterPays = true
	w.wantKeys(w.source(s3source.Options{}), "a")
	if _, _, err := w.open("a"); err != nil {
		t.Error(err)
	}
	for _, r := range w.proxy.Seen() {
		if r.Header.Get("X-Amz-Request-Payer") != "requester" {
			t.Errorf("%s %s says nothing of it", r.Method, r.URL)
		}
	}
}

func TestErrorsNameTheCallAndWhatIsMissing(t *testing.T) {
	w := newWorld(t, awsaccess.Access{})
	for name, c := range map[string]struct {
		status        int
		code, message string
		kind          awsaccess.Kind
		list, get     []string
	}{
		"no permission":       {403, "AccessDenied", "Access Denied", awsaccess.Denied, []string{"s3:ListObjectsV2 on s3://logs/", "AccessDenied", "give the role s3:ListBucket"}, []string{"s3:GetObject on s3://logs/a", "give the role s3:GetObject"}},
		"a key of KMS":        {403, "AccessDenied", "User: arn:aws:sts::1:assumed-role/r/s is not authorized to perform: kms:Decrypt on resource: k", awsaccess.Denied, []string{"kms:Decrypt"}, []string{"give the role kms:Decrypt"}},
		"expired credentials": {400, "ExpiredToken", "The provided token has expired.", awsaccess.Credentials, []string{"expired", "credentials"}, []string{"expired"}},
		"wrong clock":         {403, "RequestTimeTooSkewed", "too large", awsaccess.Credentials, []string{"clock"}, []string{"clock"}},
		"slow down":           {503, "SlowDown", "Please reduce your request rate.", awsaccess.Throttled, []string{"reduce your request rate", "slow down"}, []string{"SlowDown"}},
		"unavailable":         {503, "ServiceUnavailable", "later", awsaccess.Unavailable, []string{"later"}, []string{"later"}},
		"no bucket":           {404, "NoSuchBucket", "The specified bucket does not exist", awsaccess.Missing, []string{"does not exist"}, []string{"NoSuchBucket"}},
		"archived":            {403, "InvalidObjectState", "not valid for the object's storage class", awsaccess.Refused, []string{"storage class"}, []string{"storage class"}},
		"nowhere to go":       {301, "PermanentRedirect", "elsewhere", awsaccess.WrongRegion, []string{"set the source's region"}, []string{"set the source's region"}},
	} {
		t.Run(name, func(t *testing.T) {
			w.proxy.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
				moto.S3Error(rw, c.status, c.code, c.message)
				return true
			})
			_, listed := keysOf(w.source(s3source.Options{}))
			_, _, got := w.open("a")
			for err, says := range map[error][]string{listed: c.list, got: c.get} {
				if awsaccess.KindOf(err) != c.kind {
					t.Errorf("%v is %q, want %q", err, awsaccess.KindOf(err), c.kind)
				}
				for _, part := range says {
					if err == nil || !strings.Contains(err.Error(), part) {
						t.Errorf("%v does not say %q", err, part)
					}
				}
			}
		})
	}
}

func TestACallIsTriedAgainWhenS3IsBusy(t *testing.T) {
	w := newWorld(t, awsaccess.Access{}, "a")
	n := 0
	w.proxy.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
		if n++; n > 3 {
			return false
		}
		moto.S3Error(rw, 503, "SlowDown", "Please reduce your request rate.")
		return true
	})
	if text, _, err := w.open("a"); text != "a" || err != nil || n != 4 {
		t.Errorf("%q, %v after %d answers", text, err, n)
	}
}

func TestARoleIsAssumedWithItsExternalID(t *testing.T) {
	w := newWorld(t, awsaccess.Access{RoleARN: "arn:aws:iam::111122223333:role/reader", ExternalID: "only-us"}, "a")
	var form string
	w.proxy.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			body, _ := io.ReadAll(r.Body)
			form, r.Body = string(body), io.NopCloser(bytes.NewReader(body))
		}
		return false
	})
	if text, _, err := w.open("a"); text != "a" || err != nil {
		t.Fatalf("%q, %v", text, err)
	}
	for _, part := range []string{"Action=AssumeRole", "ExternalId=only-us", "role%2Freader"} {
		if !strings.Contains(form, part) {
			t.Errorf("STS was asked %q, without %s", form, part)
		}
	}
	w.proxy.Intercept(func(rw http.ResponseWriter, r *http.Request) bool {
		rw.WriteHeader(http.StatusForbidden)
		fmt.Fprint(rw, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>`)
		return true
	})
	a := awsaccess.Access{RoleARN: "arn:aws:iam::111122223333:role/other", Endpoint: w.proxy.URL, PathStyle: true, Region: moto.Region}
	c, err := a.Config(ctx)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s3source.NewClient(a.S3(c)).Open(ctx, &ingest.Object{Bucket: "logs", Key: "a"})
	if awsaccess.KindOf(err) != awsaccess.Credentials || !strings.Contains(err.Error(), "sts:AssumeRole") {
		t.Errorf("%v", err)
	}
}
