package esapi

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi/jsonscan"
	"github.com/vedette-siem/vedette/engine/eserr"
)

const (
	// maxJSONDepth is far beyond what a query may nest (30 levels of bool) and far below what endangers a stack.
	maxJSONDepth = 500
	// A compressed body may not unpack to more than maxRatio times its size, once it is larger than freeBytes. Logs reach about 40;
	// deflate's limit is 1,032.
	maxRatio  = 250
	freeBytes = 4 << 20
	// firstBytes is what is reserved for a body before any of it came: what a header declares is a claim.
	firstBytes = 64 << 10
	// believed is how many times what has come of a body is reserved for what its header declares.
	believed = 10
)

// A budget counts the bytes that requests hold at a time.
type budget struct {
	total int64
	used  atomic.Int64
}

// take reserves n bytes, or refuses: a request that could never fit is too large (413, so that shippers split it), any other should come again (429).
func (b *budget) take(held, n int64) error {
	if held+n > b.total {
		return tooLarge("the request needs more memory than the limit of [%d] bytes: send it in parts", b.total)
	}
	if used := b.used.Add(n); used > b.total {
		b.used.Add(-n)
		return eserr.Errorf(http.StatusTooManyRequests, eserr.CircuitBreaking,
			"[in_flight_requests] Data too large, data for [<http_request>] would be [%d], which is larger than the limit of [%d]", used, b.total)
	}
	return nil
}

func (b *budget) free(n int64) { b.used.Add(-n) }

// reserve takes n bytes for this request; they are given back when it has been answered.
func (c *call) reserve(n int64) error {
	if err := c.s.held.take(c.held, n); err != nil {
		return err
	}
	c.held += n
	return nil
}

// body reads the whole request body, unpacked, within the limits. A request without one gives an empty slice. The Backend may keep
// parts of what is returned: it is never written to again.
func (c *call) body() ([]byte, error) {
	if !c.hasBody() {
		return nil, nil
	}
	raw, err := c.rawBody()
	if err != nil || !c.yamlBody {
		return raw, err
	}
	return fromYAML(raw)
}

func (c *call) rawBody() ([]byte, error) {
	limit := c.s.o.MaxBodyBytes
	if c.r.ContentLength > limit {
		return nil, &http.MaxBytesError{Limit: limit}
	}
	packed := &counter{r: http.MaxBytesReader(c.w, c.r.Body, limit)}
	switch coding := c.r.Header.Get("Content-Encoding"); coding {
	case "", "identity":
		return c.readAll(packed, max(c.r.ContentLength, 0), nil)
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(packed)
		if err != nil {
			return nil, brokenGzip(err)
		}
		defer func() { _ = z.Close() }() // it holds no resource and has reported its errors
		out, err := c.readAll(z, 0, packed)
		return out, brokenGzip(err)
	default:
		return nil, eserr.Errorf(http.StatusUnsupportedMediaType, eserr.IllegalArgument, "Content-Encoding [%.100s] is not supported: send gzip or none", coding)
	}
}

// brokenGzip translates errors of the decompressor; others pass.
func brokenGzip(err error) error {
	var tooLong *http.MaxBytesError
	var told *engine.Error
	if err == nil || errors.As(err, &tooLong) || errors.As(err, &told) {
		return err
	}
	return eserr.BadRequest("parse_exception", "the request body is no whole gzip stream: %v", err)
}

// readAll grows its buffer as the bytes come, up to expected (0: unknown) and the limit: by doubling, but by more where the header says that more will come, as
// each step copies what is there.
func (c *call) readAll(r io.Reader, expected int64, packed *counter) ([]byte, error) {
	limit := c.s.o.MaxBodyBytes
	buf := make([]byte, 0, firstBytes)
	if expected > 0 && expected < firstBytes {
		buf = make([]byte, 0, expected+1)
	}
	if err := c.reserve(int64(cap(buf))); err != nil {
		return nil, err
	}
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch {
		case int64(len(buf)) > limit:
			return nil, &http.MaxBytesError{Limit: limit}
		case packed != nil && int64(len(buf)) > freeBytes && int64(len(buf)) > maxRatio*packed.n:
			return nil, tooLarge("the compressed body unpacks to more than [%d] times its size", maxRatio)
		case errors.Is(err, io.EOF):
			return buf, nil
		case err != nil:
			return nil, err
		}
		if len(buf) == cap(buf) {
			if buf, err = c.grow(buf, expected, limit); err != nil {
				return nil, err
			}
		}
	}
}

func (c *call) grow(buf []byte, expected, limit int64) ([]byte, error) {
	size := 2 * int64(cap(buf))
	if expected >= int64(cap(buf)) {
		size = min(believed*int64(cap(buf)), expected+1) // one more, so that the end is seen without growing again
	}
	size = min(size, limit+1)
	if err := c.reserve(size - int64(cap(buf))); err != nil {
		return nil, err
	}
	return append(make([]byte, 0, size), buf...), nil
}

// A counter counts what was read through it.
type counter struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// jsonBody reads a body that is one JSON object, or empty. It takes `source` of the URL for the body if there is none.
func (c *call) jsonBody() (json.RawMessage, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	if source := c.query["source"]; len(body) == 0 && source != "" {
		body = []byte(source)
	}
	if isBlank(body) {
		return nil, nil
	}
	return body, checkObject(body)
}

// requiredBody reads a body that must be there, and one JSON object.
func (c *call) requiredBody() (json.RawMessage, error) {
	body, err := c.jsonBody()
	if err == nil && body == nil {
		err = errNoBody()
	}
	return body, err
}

// requiredBodyOrSource is requiredBody of an endpoint that names `source` of the URL where the body is missing.
func (c *call) requiredBodyOrSource() (json.RawMessage, error) {
	body, err := c.jsonBody()
	if err == nil && body == nil {
		err = errNoBodyOrSource()
	}
	return body, err
}

func errNoBody() error { return eserr.BadRequest("parse_exception", "request body is required") }

func errNoBodyOrSource() error {
	return eserr.BadRequest("parse_exception", "request body or source parameter is required")
}

// checkObject refuses what is not one whole JSON object of a sane depth, and a key that an object has twice.
func checkObject(body []byte) error {
	s := jsonscan.New(body, maxJSONDepth)
	first, err := s.Next()
	if err != nil {
		return err
	}
	if first.Kind != jsonscan.ObjectStart {
		e := eserr.BadRequest(eserr.Parsing, "Expected [START_OBJECT] but found [%s]", first.Kind)
		e.Line, e.Column = 1, first.Start+1
		return e
	}
	var keys keySets
	keys.open()
	for {
		t, err := s.Next()
		if err != nil {
			return err
		}
		switch t.Kind {
		case jsonscan.End:
			return nil
		case jsonscan.ObjectStart:
			keys.open()
		case jsonscan.ObjectEnd:
			keys.close()
		case jsonscan.Key:
			if name := t.Text(); !keys.add(name) {
				return jsonscan.At(body, t.Start+len(t.Raw), "Duplicate field '%s'", name)
			}
		}
	}
}

func isBlank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

// keySets are the keys of the objects that are open, so that one that comes twice is seen: a slice while there are few, a map after that.
type keySets struct {
	sets []keySet
}

type keySet struct {
	few  []string
	many map[string]bool
}

// fewKeys is how many keys are looked for one by one.
const fewKeys = 12

func (k *keySets) open() { k.sets = append(k.sets, keySet{}) }

func (k *keySets) close() { k.sets = k.sets[:len(k.sets)-1] }

// add reports whether the innermost object did not have the key.
func (k *keySets) add(key string) bool {
	s := &k.sets[len(k.sets)-1]
	if s.many[key] || s.many == nil && slices.Contains(s.few, key) {
		return false
	}
	if s.many == nil && len(s.few) < fewKeys {
		s.few = append(s.few, key)
		return true
	}
	if s.many == nil {
		s.many = make(map[string]bool, 4*fewKeys)
		for _, old := range s.few {
			s.many[old] = true
		}
	}
	s.many[key] = true
	return true
}
