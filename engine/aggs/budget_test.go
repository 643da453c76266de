package aggs_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// crowd is an index of n documents with distinct keywords and numbers, in two segments.
func crowd(t testing.TB, n int) shelf {
	var sources [2][]string
	for i := range n {
		sources[i%2] = append(sources[i%2], fmt.Sprintf(`{"k":"user-%06d","n":%d,"d":%d.5}`, i, i, i%100))
	}
	return newShelf(t, "crowd", testMapping, kinds(), sources[0], sources[1])
}

func TestMemoryIsCounted(t *testing.T) {
	s := crowd(t, 6000)
	for _, request := range []string{
		`{"a":{"terms":{"field":"k"}}}`,
		`{"a":{"terms":{"field":"n"},"aggs":{"b":{"max":{"field":"d"}}}}}`,
		`{"a":{"terms":{"field":"d"},"aggs":{"b":{"cardinality":{"field":"n"}}}}}`,
		`{"a":{"percentiles":{"field":"n"}}}`,
		`{"a":{"terms":{"field":"n"},"aggs":{"b":{"terms":{"field":"k"},"aggs":{"c":{"cardinality":{"field":"k"}}}}}}}`,
		`{"a":{"composite":{"sources":[{"k":{"terms":{"field":"k"}}},{"n":{"terms":{"field":"n"}}}]}}}`,
		`{"a":{"terms":{"field":"n"},"aggs":{"b":{"top_hits":{}}}}}`,
		`{"a":{"terms":{"field":"n"},"aggs":{"b":{"filters":{"filters":[{"match_all":{}},{"match_all":{}}]}}}}}`,
	} {
		t.Run(request, func(t *testing.T) {
			tree := parse(t, request)
			plenty := aggs.NewBudget(1 << 30)
			if _, err := s.partials(tree, nil, plenty); err != nil {
				t.Fatal(err)
			}
			if plenty.Used() < 10_000 {
				t.Errorf("only %d bytes were counted", plenty.Used())
			}
			parts, err := s.partials(tree, nil, aggs.NewBudget(plenty.Used()/2))
			if err == nil {
				_, err = tree.Result(aggs.Merge(parts), false)
			}
			var refusal *eserr.Error
			if !errors.As(err, &refusal) || refusal.Status != 429 || refusal.Type != eserr.CircuitBreaking || !strings.Contains(refusal.Reason, "Data too large") {
				t.Errorf("half of the memory: error %v", err)
			}
		})
	}
}

// TestMemoryOfMergingIsCounted has enough memory for what the segments found, but not for making one answer of it.
func TestMemoryOfMergingIsCounted(t *testing.T) {
	const n = 6000
	s := crowd(t, n)
	for _, c := range []struct {
		request string
		least   int64 // bytes that merging and printing must count
	}{
		{`{"a":{"terms":{"field":"k","order":{"_key":"asc"}}}}`, 24 * n},
		{`{"a":{"terms":{"field":"k"}}}`, 24 * n},
		{`{"a":{"terms":{"field":"n","order":{"_key":"asc"}}}}`, 24 * n},
		{`{"a":{"terms":{"field":"n","order":{"b.max":"asc"}},"aggs":{"b":{"stats":{"field":"d"}}}}}`, (24 + 4 + 40) * n},
		{`{"a":{"terms":{"field":"n","order":{"_key":"asc"}},"aggs":{"b":{"cardinality":{"field":"n"}}}}}`, (24 + 4 + 40) * n},
		{`{"a":{"terms":{"field":"n","order":{"_key":"asc"}},"aggs":{"b":{"percentiles":{"field":"n"}}}}}`, (24 + 4 + 64) * n},
		{`{"a":{"terms":{"field":"n","order":{"_key":"asc"}},"aggs":{"b":{"filters":{"filters":[{"match_all":{}},{"match_all":{}}]}}}}}`, (24 + 4 + 16 + 8) * n},
		{`{"a":{"terms":{"field":"n","order":{"_key":"asc"}},"aggs":{"b":{"top_hits":{}}}}}`, (24 + 4 + 16) * n},
		{`{"a":{"terms":{"field":"n","order":{"_key":"asc"}},"aggs":{"b":{"terms":{"field":"k"}}}}}`, (24 + 4 + 24) * n},
		{`{"a":{"histogram":{"field":"n","interval":1}}}`, 24 * n},
		{`{"a":{"composite":{"size":6000,"sources":[{"k":{"terms":{"field":"k"}}}]}}}`, 24 * n},
		{`{"a":{"terms":{"field":"one"},"aggs":{"c":{"cardinality":{"field":"n"}}}},"c":{"cardinality":{"field":"n","precision_threshold":40000}}}`, 5 * n}, // its set doubles
		{`{"a":{"percentiles":{"field":"n"}}}`, 8 * n / 2},
		{`{"a":{"terms":{"field":"k","size":6000}}}`, (24 + 30) * n}, // with the text of the answer
	} {
		t.Run(c.request, func(t *testing.T) {
			tree := parse(t, c.request)
			run := func(limit int64) (found, all int64, err error) {
				budget := aggs.NewBudget(limit)
				parts, err := s.partials(tree, nil, budget)
				if err != nil {
					t.Fatal(err)
				}
				found = budget.Used()
				_, err = tree.Answer(parts, aggs.Printing{Budget: budget})
				return found, budget.Used(), err
			}
			found, all, err := run(0)
			if err != nil || all-found < c.least {
				t.Errorf("found with %d bytes, answered with %d more, want %d at least: %v", found, all-found, c.least, err)
			}
			_, _, err = run(found + c.least/2)
			if refusal := (*eserr.Error)(nil); !errors.As(err, &refusal) || refusal.Status != 429 || refusal.Type != eserr.CircuitBreaking {
				t.Errorf("with too little memory: %v", err)
			}
		})
	}
}

// TestMemoryOfChoosingIsCounted has merged already, and little to print.
func TestMemoryOfChoosingIsCounted(t *testing.T) {
	s := crowd(t, 6000)
	for _, request := range []string{
		`{"a":{"terms":{"field":"k","size":1,"order":{"_count":"asc"}}}}`,
		`{"a":{"histogram":{"field":"n","interval":1,"min_doc_count":2}}}`,
	} {
		tree := parse(t, request)
		parts, err := s.partials(tree, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		merged := aggs.Merge(parts)
		all := aggs.NewBudget(0)
		if _, err := tree.Answer([]*aggs.Partial{merged.Clone()}, aggs.Printing{Budget: all.Request(0)}); err != nil {
			t.Fatal(err)
		}
		most := all.Used() // what merging one part takes, but for what was given back
		_, err = tree.Answer([]*aggs.Partial{merged}, aggs.Printing{Budget: aggs.NewBudget(most + 100_000)})
		if err == nil || !strings.Contains(err.Error(), "Data too large") {
			t.Errorf("%s: 6,000 buckets were compared in 100,000 bytes: %v", request, err)
		}
	}
}

func TestBucketsOfASegmentAreBounded(t *testing.T) {
	s := crowd(t, 10_000)
	ranges := strings.TrimSuffix(strings.Repeat(`{"to":1},`, aggs.MaxBuckets), ",")
	refuses(t, `{"a":{"terms":{"field":"n"},"aggs":{"r":{"range":{"field":"n","ranges":[`+ranges+`]},"aggs":{"m":{"max":{"field":"n"}}}}}}}`, s, "Trying to create too many buckets")
	refuses(t, `{"a":{"range":{"field":"n","ranges":[{"to":1},`+ranges+`]}}}`, s, "Trying to create too many buckets")
	tree := parse(t, `{"a":{"terms":{"field":"n"},"aggs":{"k":{"terms":{"field":"k","min_doc_count":0}}}}}`)
	parts, err := s.partials(tree, nil, aggs.NewBudget(100<<20))
	if err == nil {
		_, err = tree.Result(aggs.Merge(parts), false)
	}
	if err == nil || !strings.Contains(err.Error(), "Data too large") {
		t.Errorf("5,000 times 5,000 buckets: %v", err)
	}
}

func TestTooManyBuckets(t *testing.T) {
	s := crowd(t, 300)
	ranges := strings.TrimSuffix(strings.Repeat(`{"to":1},`, 300), ",")
	refuses(t, `{"a":{"terms":{"field":"k","size":2147483647},"aggs":{"r":{"range":{"field":"n","ranges":[`+ranges+`]}}}}}`, s,
		"too_many_buckets_exception", "[65536] but this number of buckets was exceeded", "[search.max_buckets]")
	wants(t, `{"a":{"terms":{"field":"k","size":1}}}`, `{"a":{"doc_count_error_upper_bound":0,"sum_other_doc_count":299,"buckets":[{"key":"user-000000","doc_count":1}]}}`, s)
}

func TestSketches(t *testing.T) {
	const n = 24_000
	s := crowd(t, n)
	for _, field := range []string{"k", "n"} {
		for _, request := range []string{`{"a":{"cardinality":{"field":"` + field + `"}}}`, `{"f":{"filters":{"filters":[{"match_all":{}},{"term":{"n":3}}]},"aggs":{"a":{"cardinality":{"field":"` + field + `"}}}}}`} {
			got, err := ask(t, request, false, s)
			if err != nil {
				t.Fatal(err)
			}
			var estimate int
			if _, err := fmt.Sscanf(got[strings.Index(got, `"value":`):], `"value":%d`, &estimate); err != nil || estimate < n*97/100 || estimate > n*103/100 {
				t.Errorf("%s: %s, want about %d (%v)", request, got, n, err)
			}
		}
	}
	wants(t, `{"a":{"cardinality":{"field":"d"}}}`, `{"a":{"value":100}}`, s)
	got, err := ask(t, `{"a":{"percentiles":{"field":"n","percents":[0,50,99,100]}}}`, false, s)
	if err != nil {
		t.Fatal(err)
	}
	var p0, p50, p99, p100 float64
	if _, err := fmt.Sscanf(got, `{"a":{"values":{"0.0":%g,"50.0":%g,"99.0":%g,"100.0":%g}}}`, &p0, &p50, &p99, &p100); err != nil {
		t.Fatalf("%v: %s", err, got)
	}
	if p0 != 0 || p100 != n-1 || p50 < n*0.494 || p50 > n*0.506 || p99 < n*0.984 || p99 > n*0.996 {
		t.Errorf("percentiles of 0 to %d: %s", n-1, got)
	}
}

func TestSegmentsRunAtOnce(t *testing.T) {
	s := crowd(t, 2000)
	tree := parse(t, `{"a":{"date_histogram":{"field":"t","calendar_interval":"day","missing":"2026-01-01","time_zone":"Europe/Berlin"},"aggs":{
		"k":{"terms":{"field":"k","include":"user-0.*","size":1},"aggs":{"m":{"percentiles":{"field":"n"}}}},"c":{"cardinality":{"field":"k"}}}},
		"r":{"range":{"field":"n","ranges":[{"to":5}]}},"f":{"filters":{"filters":[{"term":{"n":7}}],"other_bucket":true}},
		"c":{"composite":{"sources":[{"k":{"terms":{"field":"k"}}},{"n":{"histogram":{"field":"n","interval":10}}}]}}}`)
	bound, err := tree.Bind(s.index)
	if err != nil {
		t.Fatal(err)
	}
	budget := aggs.NewBudget(1 << 30)
	const rounds = 8
	parts := make([]*aggs.Partial, rounds*len(s.segments))
	var group sync.WaitGroup
	for i := range parts {
		group.Go(func() {
			v := s.segments[i%len(s.segments)]
			c, err := bound.Segment(v, func(q dsl.Query) (*roaring.Bitmap, error) { return run(v, q) }, budget)
			if err != nil {
				t.Error(err)
				return
			}
			c.Collect(v.Live().ToArray())
			parts[i] = c.Finish()
		})
	}
	group.Wait()
	got, err := tree.Result(aggs.Merge(parts), false)
	if err != nil || !strings.Contains(string(got), fmt.Sprintf(`"doc_count":%d`, rounds*2000)) || !strings.Contains(string(got), `"key":"user-000000","doc_count":8`) {
		t.Errorf("%v: %.300s", err, got)
	}
}
