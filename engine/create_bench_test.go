package engine

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage"
)

// BenchmarkCreate measures loading events with given ids: the first time, again, and new ones, in 1 and in 10 indices of a data stream. Ids are those of flow logs (an object's
// share their beginning) and of CloudTrail (random).
//
//	go test ./engine -run - -bench Create -benchtime 1x
func BenchmarkCreate(b *testing.B) {
	for kind, idOf := range map[string]func(int) string{"objects": objectID, "random": trailID} {
		for _, indices := range []int{1, 10} {
			b.Run(fmt.Sprintf("%s/%d", kind, indices), func(b *testing.B) { benchmarkCreate(b, idOf, indices) })
		}
	}
}

func objectID(n int) string {
	object := sha256.Sum256([]byte(fmt.Sprint(n / 2000)))
	return fmt.Sprintf("%s-%07d", base64.RawURLEncoding.EncodeToString(object[:12]), n%2000)
}

func trailID(n int) string {
	u := sha256.Sum256([]byte(fmt.Sprint(n)))
	h := hex.EncodeToString(u[:16])
	return "ct-" + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func benchmarkCreate(b *testing.B, idOf func(int) string, indices int) {
	const perLoad = 200_000
	stream := "logs-aws.vpcflow-default"
	for range b.N {
		dir, err := storage.Open(b.TempDir(), storage.Options{})
		if err != nil {
			b.Fatal(err)
		}
		e, err := OpenEmbedded(dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		load := func(from, n int) float64 {
			begin := time.Now()
			const batch = 5000
			for at := from; at < from+n; at += batch {
				ops := make([]BulkOp, batch)
				for i := range ops {
					ops[i] = op("create", stream, idOf(at+i), fmt.Sprintf(`{"@timestamp":%d,"source":{"ip":"10.0.%d.%d","port":%d},"destination":{"ip":"10.1.0.7","port":443},"network":{"bytes":%d},"event":{"action":"ACCEPT"}}`,
						1780000000000+int64(at+i)*10, (at+i)>>8&255, (at+i)&255, (at+i)%60000, (at+i)*7%10000))
				}
				if _, err := e.Bulk(context.Background(), root, ops, BulkOptions{}); err != nil {
					b.Fatal(err)
				}
			}
			return float64(n) / time.Since(begin).Seconds()
		}
		first := load(0, perLoad/indices)
		for i := 1; i < indices; i++ {
			all, err := e.managed()
			if err != nil {
				b.Fatal(err)
			}
			if err := e.rollOver(all[len(all)-1], "benchmark"); err != nil {
				b.Fatal(err)
			}
			first = load(i*perLoad/indices, perLoad/indices)
		}
		b.ReportMetric(first, "first/s")
		b.ReportMetric(load(0, perLoad), "again/s")
		b.ReportMetric(load(perLoad, perLoad), "new/s")
		if err := dir.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(0, "ns/op")
}
