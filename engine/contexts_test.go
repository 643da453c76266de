package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// scrolled is an engine with a clock that the test moves, and documents in two indices.
type scrolled struct {
	*harness
	now *time.Time
	log *bytes.Buffer
}

func newScrolled(t *testing.T, docs int) *scrolled {
	s := &scrolled{now: new(time.Time), log: &bytes.Buffer{}}
	*s.now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	s.harness = newHarnessWith(t, Options{Now: func() time.Time { return *s.now }, Logger: slog.New(slog.NewTextHandler(s.log, nil))})
	t.Cleanup(func() { s.must(s.Embedded.Close()) }) // before the directory
	s.write(0, docs)
	return s
}

// write writes documents by halves, so that there are several segments.
func (s *scrolled) write(from, to int) {
	s.t.Helper()
	for _, part := range [][2]int{{from, (from + to) / 2}, {(from + to) / 2, to}} {
		var ops []BulkOp
		for i := part[0]; i < part[1]; i++ {
			ops = append(ops, op("index", []string{"a", "b"}[i%2], fmt.Sprint(i), fmt.Sprintf(`{"n":%d,"w":"x %s","f":%d.5}`, i%7, strings.Repeat("y ", i%5), i%3)))
		}
		if len(ops) > 0 {
			s.bulk(ops...)
		}
	}
}

func (s *scrolled) begin(target, body string) *SearchAnswer {
	s.t.Helper()
	answer, err := s.Search(context.Background(), root, &SearchRequest{Target: Target{Expression: target}, Body: json.RawMessage(body), Scroll: "1m"})
	s.must(err)
	return answer
}

func (s *scrolled) next(id string) *SearchAnswer {
	s.t.Helper()
	answer, err := s.Scroll(context.Background(), root, &ScrollRequest{ID: id})
	s.must(err)
	return answer
}

// drain reads a scroll to its end and returns the documents and their sort keys in order.
func (s *scrolled) drain(page *SearchAnswer) (ids, keys []string) {
	s.t.Helper()
	for len(page.Hits.Hits) > 0 {
		for _, h := range page.Hits.Hits {
			ids, keys = append(ids, h.Index+"/"+h.ID), append(keys, sortKey(h))
		}
		page = s.next(page.ScrollID)
	}
	return ids, keys
}

// sortKey is what a hit is sorted by: the score where it has no sort values.
func sortKey(h Hit) string {
	if h.Score != nil {
		return fmt.Sprint(*h.Score)
	}
	return fmt.Sprintf("%s", h.Sort)
}

func (s *scrolled) search(body string) *SearchAnswer {
	s.t.Helper()
	answer, err := s.Search(context.Background(), root, &SearchRequest{Body: json.RawMessage(body)})
	s.must(err)
	return answer
}

func (s *scrolled) open(target string) *PIT {
	s.t.Helper()
	pit, err := s.OpenPIT(context.Background(), root, &PITRequest{Target: Target{Expression: target}, KeepAlive: "1m"})
	s.must(err)
	return pit
}

func TestAScrollReturnsTheSnapshotOnceInOrder(t *testing.T) {
	s := newScrolled(t, 200)
	for _, sort := range []string{`"_doc"`, `{"_doc":"desc"}`, `"n"`, `[{"n":"desc"},{"f":"asc"}]`, `[{"none":{"order":"asc","unmapped_type":"long"}}]`, `"_shard_doc"`, `"_score"`} {
		for _, query := range []string{`{"match_all":{}}`, `{"match":{"w":"y"}}`, `{"term":{"n":3}}`} {
			whole := s.search(fmt.Sprintf(`{"size":1000,"query":%s,"sort":%s}`, query, sort))
			page := s.begin("a,b", fmt.Sprintf(`{"size":13,"query":%s,"sort":%s,"aggs":{"x":{"max":{"field":"n"}}}}`, query, sort))
			if page.Aggregations == nil {
				t.Error("the first page has no aggregations")
			}
			s.write(1000, 1020) // which the scroll does not see
			s.bulk(op("delete", "a", "0", ""), op("delete", "a", "1000", ""), op("index", "a", "0", `{"n":0,"w":"x ","f":0.5}`))
			got, keys := s.drain(page)
			want := map[string]bool{}
			var order []string // by the keys: documents of one key may have another order in each snapshot, since a segment goes to disk beside it
			for _, h := range whole.Hits.Hits {
				want[h.Index+"/"+h.ID] = true
				order = append(order, sortKey(h))
			}
			if len(got) != len(want) || len(page.Hits.Hits) != min(13, len(got)) {
				t.Errorf("%s by %s: %d documents, want %d", query, sort, len(got), len(want))
			}
			for _, id := range got {
				if !want[id] {
					t.Errorf("%s by %s: %s is twice in it, or should not be", query, sort, id)
				}
				delete(want, id)
			}
			if !strings.Contains(sort, "_doc") && !slices.Equal(keys, order) {
				t.Errorf("%s by %s: got %v, want %v", query, sort, keys, order)
			}
			for i := 1000; i < 1020; i++ {
				s.bulk(op("delete", []string{"a", "b"}[i%2], fmt.Sprint(i), ""))
			}
			_, err := s.ClearScroll(context.Background(), root, nil)
			s.must(err)
		}
	}
}

func TestPagesOfAScrollKeepTotalAndScore(t *testing.T) {
	s := newScrolled(t, 40)
	page := s.begin("a", `{"size":7,"query":{"match":{"w":"y"}}}`)
	first := *page
	if first.Hits.MaxScore == nil {
		t.Fatal("no max_score")
	}
	for len(page.Hits.Hits) > 0 {
		page = s.next(page.ScrollID)
		equal(t, page.Hits.Total, first.Hits.Total)
		equal(t, *page.Hits.MaxScore, *first.Hits.MaxScore)
		equal(t, *page.Shards.Skipped+page.Shards.Successful, page.Shards.Total)
		for _, h := range page.Hits.Hits {
			if h.Sort != nil {
				t.Fatal("a hit shows the key by which pages are kept apart")
			}
		}
	}
}

func TestSlicesArePartsOfTheWhole(t *testing.T) {
	s := newScrolled(t, 100)
	s.must(s.CreateIndex(context.Background(), root, "many", json.RawMessage(`{"settings":{"number_of_shards":3}}`)))
	var ops []BulkOp
	for i := range 100 {
		ops = append(ops, op("index", "many", fmt.Sprint(i), fmt.Sprintf(`{"n":%d}`, i)))
	}
	s.bulk(ops...)
	for _, target := range []string{"a", "many", "a,b,many"} {
		pit := s.open(target)
		for _, field := range []string{"", `"field":"n",`} {
			for _, parts := range []int{2, 3, 4, 5, 16} {
				scrolled, pitted, seen := 0, 0, map[string]int{}
				for id := range parts {
					slice := fmt.Sprintf(`"size":1000,"slice":{%s"id":%d,"max":%d}`, field, id, parts)
					for _, h := range s.begin(target, "{"+slice+"}").Hits.Hits {
						seen["scroll/"+h.Index+"/"+h.ID]++
						scrolled++
					}
					for _, h := range s.search(fmt.Sprintf(`{%s,"pit":{"id":%q}}`, slice, pit.ID)).Hits.Hits {
						seen["pit/"+h.Index+"/"+h.ID]++
						pitted++
					}
				}
				want := int(s.count(target))
				if scrolled != want || pitted != want || len(seen) != 2*want {
					t.Errorf("%d slices of %s by %q: %d and %d documents, %d distinct, want %d", parts, target, field, scrolled, pitted, len(seen), want)
				}
			}
		}
		_, err := s.ClearScroll(context.Background(), root, nil)
		s.must(err)
	}
	_, err := s.Search(context.Background(), root, &SearchRequest{Body: json.RawMessage(`{"slice":{"id":0,"max":2}}`)})
	refusal(t, err, 400, "illegal_argument_exception", "[slice] can only be used with [scroll] or [point-in-time] requests")
}

func TestAPointInTimeDoesNotChange(t *testing.T) {
	s := newScrolled(t, 60)
	pit := s.open("a,b")
	s.write(60, 90)
	s.bulk(op("delete", "a", "0", ""))
	var got []string
	after := ""
	for {
		page := s.search(fmt.Sprintf(`{"size":11,"sort":[{"n":"asc"}],"pit":{"id":%q,"keep_alive":"2m"}%s}`, pit.ID, after))
		equal(t, page.PITID, pit.ID)
		if len(page.Hits.Hits) == 0 {
			break
		}
		for _, h := range page.Hits.Hits {
			got = append(got, h.Index+"/"+h.ID)
			if len(h.Sort) != 2 {
				t.Fatalf("a hit has the sort values %s: the last one should tell equals apart", h.Sort)
			}
		}
		last, err := json.Marshal(page.Hits.Hits[len(page.Hits.Hits)-1].Sort)
		s.must(err)
		after = `,"search_after":` + string(last)
	}
	slices.Sort(got)
	if equal(t, len(got), 60); len(slices.Compact(got)) != 60 {
		t.Error("a document came twice")
	}
}

func TestContextsExpire(t *testing.T) {
	s := newScrolled(t, 10)
	unused, used, pit := s.begin("a", `{"size":1}`), s.begin("a", `{"size":1}`), s.open("a")
	*s.now = s.now.Add(59 * time.Second)
	s.next(used.ScrollID)
	*s.now = s.now.Add(time.Second)
	for _, id := range []string{unused.ScrollID} {
		_, err := s.Scroll(context.Background(), root, &ScrollRequest{ID: id})
		refusal(t, err, 404, "search_context_missing_exception", "No search context found for id")
	}
	_, err := s.Search(context.Background(), root, &SearchRequest{Body: json.RawMessage(`{"pit":{"id":"` + pit.ID + `"}}`)})
	refusal(t, err, 404, "search_context_missing_exception", "No search context found for id")
	s.next(used.ScrollID)
	equal(t, s.OpenContexts(), map[string]int{"async": 0, "pit": 0, "scroll": 1})
	if got := strings.Count(s.log.String(), "search context expired unused"); got != 2 {
		t.Errorf("%d lines about contexts that expired unused, want 2:\n%s", got, s.log)
	}
	*s.now = s.now.Add(time.Hour)
	s.must(s.SweepContexts(context.Background()))
	equal(t, s.OpenContexts(), map[string]int{"async": 0, "pit": 0, "scroll": 0})
}

func TestContextsAreLimited(t *testing.T) {
	s := newScrolled(t, 2)
	for range maxScrolls {
		s.begin("a", `{}`)
	}
	_, err := s.Search(context.Background(), root, &SearchRequest{Scroll: "1m"})
	refusal(t, err, 429, "too_many_scroll_contexts_exception", "Must be less than or equal to: [500]")
	for range maxPITs {
		s.open("a")
	}
	_, err = s.OpenPIT(context.Background(), root, &PITRequest{KeepAlive: "1m"})
	refusal(t, err, 429, "too_many_scroll_contexts_exception", "500")
	n, err := s.ClearScroll(context.Background(), root, nil)
	s.must(err)
	equal(t, n, maxScrolls)
	s.begin("a", `{}`)
	_, err = s.Search(context.Background(), root, &SearchRequest{Scroll: "1m", Target: Target{Expression: "none"}})
	refusal(t, err, 404, "index_not_found_exception", "none")
	_, err = s.Search(context.Background(), root, &SearchRequest{Scroll: "25h"})
	refusal(t, err, 400, "illegal_argument_exception", "Keep alive for request (25h) is too large. It must be less than (1d)")
	equal(t, s.contexts.counts[scrollKind], 1)
}

// TestContextsHoldNothingButSnapshots compares the places that contexts refer to: all share the snapshot of the index, and a page leaves no more than its last sort values.
func TestContextsHoldNothingButSnapshots(t *testing.T) {
	s := newScrolled(t, 300)
	for range 200 {
		s.next(s.begin("a,b", `{"size":50,"sort":["n"]}`).ScrollID)
	}
	for range maxPITs {
		s.search(fmt.Sprintf(`{"sort":["n"],"pit":{"id":%q}}`, s.open("a,b").ID))
	}
	segments := map[any]bool{}
	for _, c := range s.contexts.byID {
		equal(t, len(c.opened.snapshots), 2)
		for _, ix := range c.opened.indices {
			for _, v := range ix.Views {
				segments[v.Segment] = true
			}
		}
	}
	if used := s.memory.Used(); used != 0 {
		t.Errorf("contexts hold %d bytes of the memory of requests", used)
	}
	if len(segments) > 50 { // some were written to disk and merged meanwhile
		t.Errorf("700 contexts refer to %d segments, of two indices", len(segments))
	}
}

func TestADeletedIndexFreesItsSnapshots(t *testing.T) {
	s := newScrolled(t, 100)
	page, pit := s.begin("a,b", `{"size":60,"sort":["_doc"]}`), s.open("a")
	s.must(s.DeleteIndex(context.Background(), root, Target{Expression: "a"}))
	for _, c := range s.contexts.byID {
		if c.opened.snapshots[0] != nil {
			t.Errorf("a %s still holds a snapshot of the deleted index", c.kind)
		}
	}
	rest := s.next(page.ScrollID)
	equal(t, len(rest.Hits.Hits), 40)
	equal(t, fmt.Sprint(rest.Shards.Total, rest.Shards.Successful, rest.Shards.Failed), "2 1 1")
	_, err := s.Search(context.Background(), root, &SearchRequest{Body: json.RawMessage(`{"pit":{"id":"` + pit.ID + `"}}`)})
	refusal(t, err, 404, "search_context_missing_exception", "")
}

func TestAContextBelongsToWhoOpenedIt(t *testing.T) {
	s := newScrolled(t, 10)
	page, pit := s.begin("a", `{"size":1}`), s.open("a")
	other := Principal{Name: "other", Superuser: true}
	_, err := s.Scroll(context.Background(), other, &ScrollRequest{ID: page.ScrollID})
	refusal(t, err, 404, "search_context_missing_exception", "")
	_, err = s.Search(context.Background(), other, &SearchRequest{Body: json.RawMessage(`{"pit":{"id":"` + pit.ID + `"}}`)})
	refusal(t, err, 404, "search_context_missing_exception", "")
	n, err := s.ClearScroll(context.Background(), other, nil)
	s.must(err)
	equal(t, n, 0)
	closed, err := s.ClosePIT(context.Background(), other, []string{pit.ID})
	s.must(err)
	equal(t, len(closed), 0)
	_, err = s.Scroll(context.Background(), root, &ScrollRequest{ID: pit.ID})
	refusal(t, err, 400, "illegal_argument_exception", "Cannot parse scroll id")
	all, err := s.PITs(context.Background(), root)
	s.must(err)
	equal(t, len(all), 1)
}

// TestContextsUnderFire opens, pages, clears and deletes at once; run it with -race. In the end nothing may be open, or the directory would not close.
func TestContextsUnderFire(t *testing.T) {
	s := newScrolled(t, 100)
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(worker), 1))
			for i := range 40 {
				page, err := s.Search(context.Background(), root, &SearchRequest{Scroll: "1m", Body: json.RawMessage(`{"size":9}`)})
				if err != nil {
					t.Error(err)
					return
				}
				for range r.IntN(6) {
					_, _ = s.Scroll(context.Background(), root, &ScrollRequest{ID: page.ScrollID}) // somebody may have cleared it
				}
				name := "t" + strconv.Itoa(worker)
				switch i % 4 {
				case 0:
					_, err = s.ClearScroll(context.Background(), root, nil)
				case 1:
					err = s.CreateIndex(context.Background(), root, name, nil)
				case 2:
					err = s.DeleteIndex(context.Background(), root, Target{Expression: name})
				case 3:
					err = s.SweepContexts(context.Background())
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	s.must(s.Embedded.Close())
	equal(t, s.OpenContexts(), map[string]int{"async": 0, "pit": 0, "scroll": 0})
	_, err := s.Search(context.Background(), root, &SearchRequest{Scroll: "1m"})
	refusal(t, err, 503, "node_closed_exception", "")
}

// TestPagesAreAuthorisedAnew takes the privilege away between two pages.
func TestPagesAreAuthorisedAnew(t *testing.T) {
	s := newScrolled(t, 20)
	reader := with(t, nil, "a,b", "read")
	less := with(t, nil, "a", "read")
	page, err := s.Search(context.Background(), reader, &SearchRequest{Target: Target{Expression: "a,b"}, Body: json.RawMessage(`{"size":1}`), Scroll: "1m"})
	s.must(err)
	pit, err := s.OpenPIT(context.Background(), reader, &PITRequest{Target: Target{Expression: "*"}, KeepAlive: "1m"})
	s.must(err)
	ask := func(p Principal) (byScroll, byPIT error) {
		_, byScroll = s.Scroll(context.Background(), p, &ScrollRequest{ID: page.ScrollID})
		_, byPIT = s.Search(context.Background(), p, &SearchRequest{Body: json.RawMessage(`{"pit":{"id":"` + pit.ID + `"}}`)})
		return byScroll, byPIT
	}
	byScroll, byPIT := ask(reader)
	s.must(byScroll)
	s.must(byPIT)
	byScroll, byPIT = ask(less)
	refusal(t, byScroll, 403, "security_exception", "[b]")
	refusal(t, byPIT, 403, "security_exception", "[b]")
	s.must(s.DeleteIndex(context.Background(), root, Target{Expression: "b"}))
	byScroll, byPIT = ask(less) // what is deleted is told by the answer
	s.must(byScroll)
	s.must(byPIT)
}

func TestAPointInTimeTakesNoRouting(t *testing.T) {
	s := newScrolled(t, 4)
	body := json.RawMessage(`{"pit":{"id":"` + s.open("a").ID + `"}}`)
	_, err := s.Search(context.Background(), root, &SearchRequest{Body: body, Routing: "x", Preference: "_local"})
	refusal(t, err, 400, "action_request_validation_exception", "Validation Failed: 1: [routing] cannot be used with point in time;2: [preference] cannot be used with point in time;")
}

// TestExpiredContextsFreeTheirSegments opens 200 scrolls and 500 points in time, merges what they hold into other segments, and lets them expire: all of the old segments are closed then, and none before.
func TestExpiredContextsFreeTheirSegments(t *testing.T) {
	s := newScrolled(t, 300)
	for range 200 {
		s.begin("a,b", `{"size":10}`)
	}
	for range maxPITs {
		s.open("a,b")
	}
	closed, old := make(chan struct{}, 1000), map[any]bool{}
	for _, c := range s.contexts.byID {
		for _, ix := range c.opened.indices {
			for _, v := range ix.Views {
				if !old[v.Segment] {
					old[v.Segment] = true
					v.Segment.OnClose(func() { closed <- struct{}{} })
				}
			}
		}
	}
	if n := len(old); n == 0 || n > 50 {
		t.Fatalf("700 contexts of two indices hold %d segments", n)
	}
	s.write(300, 400)
	_, err := s.ForceMerge(context.Background(), root, Target{Expression: "a,b"}, MergeOptions{MaxSegments: 1})
	s.must(err)
	if n := len(closed); n > 0 {
		t.Errorf("%d segments that contexts hold were closed by a merge", n)
	}
	*s.now = s.now.Add(time.Hour)
	s.must(s.SweepContexts(context.Background()))
	equal(t, s.OpenContexts(), map[string]int{"async": 0, "pit": 0, "scroll": 0})
	for range old {
		<-closed
	}
}
