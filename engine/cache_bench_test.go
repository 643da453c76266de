package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/vedette-siem/vedette/storage"
)

// BenchmarkDashboard asks for the same panel of a dashboard again, with and without the cache, over 500,000 events.
func BenchmarkDashboard(b *testing.B) {
	dir, err := storage.Open(b.TempDir(), storage.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer dir.Close()
	e, err := OpenEmbedded(dir, Options{})
	if err != nil {
		b.Fatal(err)
	}
	for at := 0; at < 500_000; at += 5000 {
		ops := make([]BulkOp, 5000)
		for i := range ops {
			n := at + i
			ops[i] = op("create", trail, "", fmt.Sprintf(`{"@timestamp":%d,"source":{"ip":"10.0.%d.%d"},"event":{"action":"a%d"}}`, 1780000000000+int64(n)*1000, n>>8&255, n&255, n%97))
		}
		if _, err := e.Bulk(context.Background(), root, ops, BulkOptions{Refresh: "true"}); err != nil {
			b.Fatal(err)
		}
	}
	for name, aggs := range map[string]string{
		"histogram": `"t":{"date_histogram":{"field":"@timestamp","fixed_interval":"1h"},"aggs":{"a":{"terms":{"field":"event.action"}}}}`,
		"addresses": `"ip":{"terms":{"field":"source.ip"}}`, // 65,536 different ones in each segment
	} {
		for _, use := range []string{"false", "true"} {
			b.Run(name+"/request_cache="+use, func(b *testing.B) {
				for range b.N {
					_, err := e.Search(context.Background(), root, &SearchRequest{Target: Target{Expression: trail}, Params: map[string]string{"request_cache": use}, Body: json.RawMessage(`{"size":0,"aggs":{` + aggs + `}}`)})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
	b.Logf("%+v", e.cache.Stats())
}
