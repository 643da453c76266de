package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/storage"
)

// The kill test: a process writes bulks from several goroutines and is killed. What it writes follows from the seed alone, and each goroutine has ids of its own, so that we know what must be there:
// all bulks that were acknowledged, and a beginning of the one that each goroutine had under way.

const (
	victimVariable = "VEDETTE_TEST_VICTIM" // directory and seed
	victimWriters  = 3
)

// bulkSource makes the bulks of one goroutine.
type bulkSource struct {
	r      *rand.Rand
	seed   uint64
	writer int
	n      int
}

func newBulkSource(seed uint64, writer int) *bulkSource {
	return &bulkSource{rand.New(rand.NewPCG(seed, uint64(writer))), seed, writer, 0}
}

func (b *bulkSource) next() (ops []BulkOp, o BulkOptions) {
	index := fmt.Sprint("i", b.r.IntN(2))
	for range 1 + b.r.IntN(25) {
		b.n++
		id := fmt.Sprintf("w%d-%d", b.writer, b.r.IntN(60))
		source := fmt.Sprintf(`{"mark":"%d %d %d","n":%d,"text":"some words %d"}`, b.seed, b.writer, b.n, b.r.IntN(1000), b.r.IntN(9))
		switch b.r.IntN(8) {
		case 0, 1:
			ops = append(ops, op("index", index, "", source))
		case 2:
			ops = append(ops, op("delete", index, id, ""))
		case 3:
			ops = append(ops, op("create", index, id, source))
		case 4, 5:
			ops = append(ops, op("update", index, id, fmt.Sprintf(`{"doc":{"changed":%d,"mark":"%d %d %d"}}`, b.n, b.seed, b.writer, b.n)))
		default:
			ops = append(ops, op("index", index, id, source))
		}
	}
	return ops, BulkOptions{Refresh: []string{"", "", "", "", "", "", "true", "wait_for"}[b.r.IntN(8)]}
}

// victim says when it begins, and `writer` for each bulk that was acknowledged, for ever.
func victim(path string, seed uint64) {
	fmt.Println("begin")
	dir, err := storage.Open(path, storage.Options{RefreshInterval: 5 * time.Millisecond})
	if err != nil {
		panic(err)
	}
	e, err := OpenEmbedded(dir, Options{})
	if err != nil {
		panic(err)
	}
	var wg sync.WaitGroup
	for writer := range victimWriters {
		wg.Go(func() {
			for b := newBulkSource(seed, writer); ; {
				ops, o := b.next()
				answer, err := e.Bulk(context.Background(), root, ops, o)
				if err != nil {
					panic(err)
				}
				for _, item := range answer.Items {
					if item.Status >= 500 || item.Status == 429 || item.Status == 400 {
						panic(item.Error)
					}
				}
				fmt.Println(writer)
			}
		})
	}
	wg.Wait()
}

// contents are the sources of an index's documents by index and id, and by index and mark for those whose ids were made.
type contents map[string]string

func (c contents) apply(o *BulkOp) {
	key := keyOf(o)
	was, there := c[key]
	switch o.Action {
	case "delete":
		delete(c, key)
	case "update":
		if there {
			var doc, update map[string]json.RawMessage
			mustDecode([]byte(was), &doc)
			mustDecode(o.Source, &struct{ Doc *map[string]json.RawMessage }{&update})
			for name, raw := range update {
				doc[name] = raw
			}
			raw, _ := json.Marshal(doc)
			c[key] = string(raw)
		}
	case "create":
		if !there {
			c[key] = string(o.Source)
		}
	default:
		c[key] = string(o.Source)
	}
}

func mustDecode(raw []byte, into any) {
	if err := json.Unmarshal(raw, into); err != nil {
		panic(fmt.Sprintf("%s: %v", raw, err))
	}
}

func markOf(source []byte) string {
	var doc struct{ Mark string }
	mustDecode(source, &doc)
	return doc.Mark
}

func TestAKilledProcessLosesNothingAcknowledged(t *testing.T) {
	if path, seed, ok := strings.Cut(os.Getenv(victimVariable), "\n"); ok {
		n, _ := strconv.ParseUint(seed, 10, 64)
		victim(path, n)
	}
	seed, err := strconv.ParseUint(os.Getenv("VEDETTE_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	rounds, err := strconv.Atoi(os.Getenv("VEDETTE_KILLS"))
	if err != nil {
		rounds = 10
	}
	t.Logf("VEDETTE_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	var path string
	var want contents
	bulks := 0
	for round := range rounds {
		if round%10 == 0 { // else it goes on with what the last kill has left
			path, want = t.TempDir(), contents{}
		}
		acked := killAfter(t, path, seed+uint64(round), 1+random.IntN(1+random.IntN(200)))
		if _, err := os.Stat(filepath.Join(path, "vedette-data.json")); errors.Is(err, os.ErrNotExist) {
			continue // killed before there was anything
		}
		checkDirectory(t, path) // an end of the log that was never acknowledged is nothing to find
		got := contentsAfterKill(t, path)
		for writer := range victimWriters {
			bulks += acked[writer]
			b := newBulkSource(seed+uint64(round), writer)
			for range acked[writer] {
				ops, _ := b.next()
				for n := range ops {
					want.apply(&ops[n])
				}
			}
			ops, _ := b.next()
			want.applyBeginning(got, ops)
		}
		for key, source := range want {
			if !sameJSON([]byte(got[key]), source) {
				t.Fatalf("round %d, after %v bulks %s is %q, want %s", round, acked, key, got[key], source)
			}
		}
		for key, source := range got {
			if want[key] == "" {
				t.Fatalf("round %d, after %v bulks there is %s: %s", round, acked, key, source)
			}
		}
	}
	t.Logf("%d kills, %d bulks acknowledged", rounds, bulks)
}

// keyOf is where apply puts what an operation writes.
func keyOf(o *BulkOp) string {
	if o.ID == "" {
		return o.Index + "/made " + markOf(o.Source)
	}
	return o.Index + "/" + o.ID
}

// applyBeginning applies as many operations of a bulk that was never acknowledged as make of its documents what they are. If no number does, it applies none.
func (c contents) applyBeginning(got contents, ops []BulkOp) {
	before := maps.Clone(c)
	for done := 0; ; done++ {
		as := !slices.ContainsFunc(ops, func(o BulkOp) bool {
			key := keyOf(&o)
			return c[key] != got[key] && !sameJSON([]byte(got[key]), c[key])
		})
		switch {
		case as:
			return
		case done == len(ops):
			clear(c)
			maps.Copy(c, before)
			return
		}
		c.apply(&ops[done])
	}
}

// killAfter runs the victim, kills it after so many lines, and returns how many bulks of each writer it has acknowledged.
func killAfter(t *testing.T, path string, seed uint64, lines int) (acked [victimWriters]int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestAKilledProcessLosesNothingAcknowledged$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s\n%d", victimVariable, path, seed))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for said := bufio.NewScanner(out); said.Scan(); {
		if writer, err := strconv.Atoi(said.Text()); err == nil {
			acked[writer]++
		}
		if seen++; seen == lines {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // killed
	if seen < lines {
		t.Fatalf("the victim ended after %d lines: %s", seen, &stderr)
	}
	return acked
}

// contentsAfterKill opens the directory and reads all documents, by search and by id.
func contentsAfterKill(t *testing.T, path string) contents {
	t.Helper()
	h := &harness{t: t, path: path}
	h.open()
	got := contents{}
	answer, err := h.Search(context.Background(), root, &SearchRequest{Body: json.RawMessage(`{"size":10000,"track_total_hits":true}`)})
	h.must(err)
	if int(answer.Hits.Total.(TotalHits).Value) != len(answer.Hits.Hits) {
		t.Fatalf("%d hits of %+v", len(answer.Hits.Hits), answer.Hits.Total)
	}
	for _, hit := range answer.Hits.Hits {
		key := hit.Index + "/" + hit.ID
		if len(hit.ID) == 20 { // the length of those that were made
			key = hit.Index + "/made " + markOf(hit.Source)
		}
		if _, twice := got[key]; twice {
			t.Fatalf("%s is there twice", key)
		}
		got[key] = string(hit.Source)
		one, err := h.Get(context.Background(), root, hit.Index, hit.ID, GetOptions{Realtime: true})
		if h.must(err); !one.Found || string(one.Source) != string(hit.Source) {
			t.Fatalf("get of %s is %+v", key, one)
		}
	}
	h.must(h.dir.Close())
	return got
}
