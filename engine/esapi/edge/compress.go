package edge

import (
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// minCompressedBytes is the size from which compressing pays: below, everything fits into one packet anyway.
const minCompressedBytes = 1024

// A Writer sends whole answers, compressed when the client wants that. The zero value is ready; it is safe for concurrent use.
type Writer struct {
	pool sync.Pool // of *gzip.Writer
}

// Write sends body with its Content-Type, or only the header for a HEAD request. It reports no error: a client that is gone cannot be told.
func (c *Writer) Write(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Add("Vary", "Accept-Encoding")
	if len(body) >= minCompressedBytes && AcceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			c.compress(w, body)
		}
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

func (c *Writer) compress(w http.ResponseWriter, body []byte) {
	z, ok := c.pool.Get().(*gzip.Writer)
	if !ok {
		z, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is valid
	}
	z.Reset(w)
	if _, err := z.Write(body); err == nil {
		_ = z.Close()
	}
	c.pool.Put(z)
}

// AcceptsGzip says whether the request's Accept-Encoding allows gzip (RFC 9110, section 12.5.3).
func AcceptsGzip(r *http.Request) bool {
	accepted := false
	for _, header := range r.Header.Values("Accept-Encoding") {
		for item := range strings.SplitSeq(header, ",") {
			coding, params, _ := strings.Cut(item, ";")
			coding = strings.ToLower(strings.TrimSpace(coding))
			if coding != "gzip" && coding != "x-gzip" && coding != "*" {
				continue
			}
			q, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
			weight, err := strconv.ParseFloat(q, 64)
			wanted := !ok || err != nil || weight > 0
			if coding != "*" {
				return wanted
			}
			accepted = wanted
		}
	}
	return accepted
}
