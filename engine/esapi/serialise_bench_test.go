package esapi

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/storage"
)

// BenchmarkSerialise sets what an answer costs to be written beside what the engine takes to find it: writing may add a tenth.
func BenchmarkSerialise(b *testing.B) {
	dir, err := storage.Open(filepath.Join(b.TempDir(), "data"), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	backend, err := engine.OpenEmbedded(dir, engine.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = backend.Close(); _ = dir.Close() })
	p := engine.Principal{Name: "bench", Superuser: true}

	const batch = 10_000
	ops := make([]engine.BulkOp, batch)
	bulk := func(b *testing.B, o engine.BulkOptions) *engine.BulkAnswer {
		for i := range ops {
			ops[i] = engine.BulkOp{Action: "create", Index: "logs-aws.vpcflow-default", Source: json.RawMessage(fmt.Sprintf(`{"@timestamp":"2026-06-01T10:%02d:%02dZ",`+
				`"source":{"ip":"10.0.%d.%d","port":%d},"destination":{"ip":"172.31.16.21","port":443},"network":{"bytes":%d,"transport":"tcp"},`+
				`"message":"2 123456789012 eni-1235b8ca123456789 10.0.0.1 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK"}`, i/60%60, i%60, i/250%250, i%250, i, i*7))}
		}
		b.StartTimer()
		answer, err := backend.Bulk(b.Context(), p, ops, o)
		if err != nil || answer.Errors {
			b.Fatal(err)
		}
		return answer
	}
	b.Run("bulk/engine", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			bulk(b, engine.BulkOptions{})
		}
	})
	b.StopTimer()
	answer := bulk(b, engine.BulkOptions{Refresh: "true"})
	b.Run("bulk/answer", func(b *testing.B) {
		for b.Loop() {
			if _, err := appendBulkAnswer(make([]byte, 0, 64+256*batch), answer); err != nil {
				b.Fatal(err)
			}
		}
	})
	for name, body := range map[string]string{
		"newest 500": `{"size":500,"sort":[{"@timestamp":"desc"}]}`,
		"best 10":    `{"size":10,"query":{"term":{"source.ip":"10.0.1.7"}}}`,
		"terms":      `{"size":0,"query":{"range":{"network.bytes":{"gte":1}}},"aggs":{"a":{"terms":{"field":"source.ip","size":1000},"aggs":{"b":{"sum":{"field":"network.bytes"}}}}}}`,
	} {
		r := &engine.SearchRequest{Target: engine.Target{Expression: "logs-*"}, Body: json.RawMessage(body), Params: map[string]string{"request_cache": "false"}}
		var found *engine.SearchAnswer
		b.Run(name+"/engine", func(b *testing.B) {
			for b.Loop() {
				var err error
				if found, err = backend.Search(b.Context(), p, r); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/answer", func(b *testing.B) {
			for b.Loop() {
				if _, err := encodeSearch(found); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
