package esapi

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// nowhere is where a benchmark's answers go.
type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header         { return n.header }
func (n nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n nowhere) WriteHeader(int)             {}

// BenchmarkBulk is what the API itself costs: everything but the Backend, for 1,000 events of a bulk.
func BenchmarkBulk(b *testing.B) {
	const lines = `{"create":{"_index":"logs-aws.vpcflow-default"}}` + "\n" + `{"@timestamp":"2026-06-01T10:00:00Z","message":"2 123456789012 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK"}` + "\n"
	body := strings.Repeat(lines, 1000)
	h := newServer(&fakeBackend{}).Handler()
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		r := request("POST", "/_bulk", "", "Content-Type: application/x-ndjson")
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
		h.ServeHTTP(nowhere{http.Header{}}, r)
	}
}
