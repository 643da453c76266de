package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi/edge"
	"github.com/vedette-siem/vedette/ingest"
)

// firehosePath is where Amazon Data Firehose delivers to, on the Elasticsearch API's address.
const firehosePath = "/_vedette/firehose"

// What one delivery may be: https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html
const (
	firehoseBody       = 64 << 20
	firehoseRecords    = 10_000
	firehoseRecord     = 1_024_000
	firehoseKey        = 4096
	firehoseBusyWait   = "30"
	firehoseMemory     = 2 * firehoseBody // for the bodies of all requests at a time
	firehoseGroupBytes = 8 << 20          // of records that are read as one object
)

// firehose takes the deliveries of Amazon Data Firehose. Its access key is an API key, as it was told when it was made (encoded), whose rights count. An answer of 200 means that all records are durable. Whatever
// else happens is answered in Firehose's form with a status that lets it try again and keep its backup; 413, which means never again, is not used.
type firehose struct {
	app    *app
	memory *semaphore.Weighted
	now    func() time.Time
}

func newFirehose(a *app) *firehose {
	return &firehose{app: a, memory: semaphore.NewWeighted(firehoseMemory), now: time.Now}
}

// withFirehose puts the endpoint before the Elasticsearch API, behind the same check of the host.
func (a *app) withFirehose(api http.Handler, hosts edge.Hosts) http.Handler {
	f := newFirehose(a)
	guard := edge.Guard{Hosts: hosts, Origin: http.NewCrossOriginProtection(), Log: a.log, Fail: func(w http.ResponseWriter, r *http.Request, err error) {
		f.fail(w, r.Header.Get("X-Amz-Firehose-Request-Id"), err)
	}}
	own := a.metrics.Wrap("elasticsearch", guard.Wrap(f))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == firehosePath {
			own.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	})
}

// delivery is the body of a request.
type delivery struct {
	RequestID string `json:"requestId"`
	Timestamp int64  `json:"timestamp"`
	Records   []struct {
		Data []byte `json:"data"` // base64
	} `json:"records"`
}

// firehoseAnswer is the body of an answer.
type firehoseAnswer struct {
	RequestID    string `json:"requestId"`
	Timestamp    int64  `json:"timestamp"`
	ErrorMessage string `json:"errorMessage,omitempty"`
}

// firehoseError is an answer other than 200.
type firehoseError struct {
	status int
	error
}

func refused(status int, format string, args ...any) error {
	return firehoseError{status, fmt.Errorf(format, args...)}
}

// ServeHTTP implements http.Handler.
func (f *firehose) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	edge.SetRoute(r.Context(), firehosePath)
	id := r.Header.Get("X-Amz-Firehose-Request-Id")
	if err := f.deliver(r, id); err != nil {
		f.fail(w, id, err)
		return
	}
	f.answer(w, http.StatusOK, firehoseAnswer{RequestID: id})
}

func (f *firehose) fail(w http.ResponseWriter, id string, err error) {
	status, message := http.StatusInternalServerError, err.Error()
	var told firehoseError
	var refusal *engine.Error
	switch {
	case errors.As(err, &told):
		status = told.status
	case errors.As(err, &refusal):
		status, message = refusal.Status, refusal.Reason
	default:
		f.app.log.Error("firehose delivery failed", "request", id, "err", err)
		status, message = http.StatusServiceUnavailable, "the records cannot be stored now; the server's log says why"
	}
	if status == http.StatusRequestEntityTooLarge || status == http.StatusTooManyRequests {
		status = http.StatusServiceUnavailable // to Firehose the first means never again
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", firehoseBusyWait)
	}
	f.answer(w, status, firehoseAnswer{RequestID: id, ErrorMessage: message})
}

func (f *firehose) answer(w http.ResponseWriter, status int, a firehoseAnswer) {
	if !requestID.MatchString(a.RequestID) {
		a.RequestID = "" // nothing is echoed that is no id
	}
	a.Timestamp = f.now().UnixMilli()
	body, err := json.Marshal(a)
	if err != nil {
		panic("BUG: " + err.Error()) // texts and a number
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that is gone asks again
}

// requestID is a UUID in AWS's examples; more is allowed.
var requestID = regexp.MustCompile(`^[A-Za-z0-9_.:-]{1,128}$`)

// deliver stores the records of a request.
func (f *firehose) deliver(r *http.Request, id string) error {
	if r.Method != http.MethodPost {
		return refused(http.StatusMethodNotAllowed, "Firehose delivers by POST, not by %s", r.Method)
	}
	if !requestID.MatchString(id) {
		return refused(http.StatusBadRequest, "header X-Amz-Firehose-Request-Id must be an id of up to 128 letters, digits and -_.:")
	}
	p, err := f.principal(r)
	if err != nil {
		return err
	}
	if !f.memory.TryAcquire(firehoseBody) {
		return refused(http.StatusServiceUnavailable, "too many deliveries at a time")
	}
	defer f.memory.Release(firehoseBody)
	d, err := readDelivery(r)
	if err != nil {
		return err
	}
	if d.RequestID != id {
		return refused(http.StatusBadRequest, "requestId %.128q of the body is not that of the header", d.RequestID)
	}
	status, err := f.app.take(r.Context(), p, &pushed{sourceFirehose, d.objects(id, f.now())})
	if err != nil {
		return err
	}
	if err := unread(status); err != nil {
		return firehoseError{http.StatusInternalServerError, err} // it tries again, and keeps its backup
	}
	return nil
}

// principal is whom the access key belongs to. Without authentication nobody is asked for one.
func (f *firehose) principal(r *http.Request) (engine.Principal, error) {
	key := r.Header.Get("X-Amz-Firehose-Access-Key")
	if f.app.users == nil {
		return operator, nil
	}
	if key == "" || len(key) > firehoseKey {
		return engine.Principal{}, refused(http.StatusUnauthorized, "header X-Amz-Firehose-Access-Key must be an API key (its field [encoded])")
	}
	asking := r.Clone(r.Context())
	asking.Header = http.Header{"Authorization": {"ApiKey " + key}} // which is compared in constant time
	return f.app.users.Authenticate(asking)
}

// readDelivery reads the body within its limits.
func readDelivery(r *http.Request) (*delivery, error) {
	body := io.Reader(r.Body)
	if r.ContentLength > firehoseBody {
		return nil, refused(http.StatusBadRequest, "the body may have no more than %d bytes but has %d", firehoseBody, r.ContentLength)
	}
	switch encoding := r.Header.Get("Content-Encoding"); encoding {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(io.LimitReader(body, firehoseBody))
		if err != nil {
			return nil, refused(http.StatusBadRequest, "the body is no gzip: %w", err)
		}
		body = z
	default:
		return nil, refused(http.StatusBadRequest, "Content-Encoding %.64q is not supported: use GZIP or none", encoding)
	}
	limited := &io.LimitedReader{R: body, N: firehoseBody + 1}
	var d delivery
	switch err := json.NewDecoder(limited).Decode(&d); {
	case limited.N <= 0:
		return nil, refused(http.StatusBadRequest, "the body may have no more than %d bytes", firehoseBody)
	case err != nil:
		return nil, refused(http.StatusBadRequest, "the body is no delivery: %w", err)
	case len(d.Records) == 0 || len(d.Records) > firehoseRecords:
		return nil, refused(http.StatusBadRequest, "a delivery has 1 to %d records, not %d", firehoseRecords, len(d.Records))
	}
	for i := range d.Records {
		if n := len(d.Records[i].Data); n > firehoseRecord {
			return nil, refused(http.StatusBadRequest, "record %d may have no more than %d bytes but has %d", i, firehoseRecord, n)
		}
	}
	return &d, nil
}

// objects are the records as objects to read: a compressed one by itself, plain ones of one format together. The ids of their events follow from the request's id and their place, so that a delivery that is repeated adds nothing.
func (d *delivery) objects(id string, now time.Time) []ingest.Object {
	at := now
	if d.Timestamp > 0 {
		at = time.UnixMilli(d.Timestamp)
	}
	var all []ingest.Object
	var group *bytes.Buffer
	var format ingest.Format
	for i := range d.Records {
		data := d.Records[i].Data
		found := ingest.Content(data[:min(len(data), ingest.DetectBytes)])
		packed := bytes.HasPrefix(data, []byte("\x1f\x8b")) || bytes.HasPrefix(data, []byte("\x28\xb5\x2f\xfd"))
		if group != nil && !packed && found == format && group.Len()+len(data) < firehoseGroupBytes {
			group.WriteByte('\n')
			group.Write(data)
			all[len(all)-1].Size = int64(group.Len())
			continue
		}
		o := ingest.Object{Key: "firehose/" + id + "/" + strconv.Itoa(i), ETag: id, Size: int64(len(data)), ModTime: at, IDPrefix: ingest.HashID("firehose", id, strconv.Itoa(i))}
		if group = nil; packed {
			o.Ticket = bytes.NewReader(data)
		} else {
			group, format = bytes.NewBuffer(bytes.Clone(data)), found
			o.Ticket = group
		}
		all = append(all, o)
	}
	return all
}
