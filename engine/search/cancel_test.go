package search

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine/aggs"
)

// countdown is a context that is cancelled when it is looked at for the n-th time. It is for one goroutine.
type countdown struct {
	context.Context
	looks, cancelAt int // 0 is never
}

func (c *countdown) Err() error {
	c.looks++
	if c.cancelAt > 0 && c.looks >= c.cancelAt {
		return context.Canceled
	}
	return nil
}

// runCounted is Run in one goroutine, so that all looks at the context are seen.
func runCounted(ctx *countdown, t *testing.T, body string, ix Index) error {
	t.Helper()
	r, err := Parse([]byte(body), nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &session{request: r, options: Options{Workers: 1}.withDefaults(), keys: r.keys()}
	run, err := s.prepare(ix, 0)
	if err != nil {
		t.Fatal(err)
	}
	s.runs = append(s.runs, run)
	for _, part := range run.parts {
		if err := part.search(ctx, -1); err != nil {
			return err
		}
	}
	_, err = s.result(ctx, make([]Index, 1))
	return err
}

// TestSearchLooksAtItsContext counts the looks that a search takes, which bounds the work between two of them, and breaks it off at many of them: then it ends with
// the context's error within a few looks more.
func TestSearchLooksAtItsContext(t *testing.T) {
	const docs = 10_000
	var segments [2][]string
	for i := range docs {
		segments[i%2] = append(segments[i%2], fmt.Sprintf(`{"k":"key-%05d","n":%d,"m":["a%d","b%d"],"t":"the quick w%05d fox the lazy w%05d dog"}`, i, i, i%500, i%501, i, i/2))
	}
	ix := newIndex(t, "i", `{"k":{"type":"keyword"},"m":{"type":"keyword"},"n":{"type":"long"},"t":{"type":"text"}}`, segments[0], segments[1])
	perBlock, perTerms := docs/blockSize, docs/termBlock
	for _, c := range []struct {
		body  string
		least int
	}{
		{`{"query":{"wildcard":{"k":"*99*"}}}`, perTerms},
		{`{"query":{"regexp":{"k":"key-.*9"}}}`, perTerms},
		{`{"query":{"regexp":{"m":"[ab].*"}}}`, perBlock},
		{`{"query":{"fuzzy":{"k":{"value":"key-00099","max_expansions":100}}}}`, perTerms},
		{`{"query":{"match_phrase_prefix":{"t":{"query":"lazy w","max_expansions":600}}}}`, docs/64 - 2},
		{`{"query":{"match_phrase":{"t":"quick fox"}}}`, docs/64 - 2},
		{`{"query":{"match_phrase":{"t":{"query":"dog quick","slop":9}}}}`, docs / 256},
		{`{"query":{"terms":{"k":[` + strings.Repeat(`"key-1",`, 5000) + `"x"]}}}`, 0},
		{`{"query":{"terms":{"n":[1,2,3,9000]}}}`, 2},
		{`{"query":{"term":{"m":"a1"}}}`, 2},
		{`{"query":{"match_all":{}},"sort":["k"],"size":9000}`, 2},
		{`{"query":{"match":{"t":"the"}},"size":50,"min_score":0.0001}`, 2 * perBlock},
		{`{"size":0,"aggs":{"k":{"terms":{"field":"k","size":10000}}}}`, perBlock + docs/4096 + docs/256},
		{`{"size":0,"aggs":{"k":{"terms":{"field":"k","size":500},"aggs":{"c":{"cardinality":{"field":"n"}},"h":{"top_hits":{"size":1}}}}}}`, 500},
		{`{"size":0,"aggs":{"c":{"composite":{"size":1000,"sources":[{"m":{"terms":{"field":"m"}}},{"k":{"terms":{"field":"k"}}}]}}}}`, docs / 4096 * 2},
		{`{"size":0,"query":{"match_none":{}},"aggs":{"g":{"global":{},"aggs":{"k":{"terms":{"field":"k"}}}}}}`, perBlock},
	} {
		t.Run(c.body[:min(len(c.body), 60)], func(t *testing.T) {
			whole := &countdown{Context: context.Background()}
			if err := runCounted(whole, t, c.body, ix); err != nil {
				t.Fatal(err)
			}
			if whole.looks < c.least {
				t.Errorf("%d looks at the context, want %d at least", whole.looks, c.least)
			}
			for at := 1; at <= whole.looks; at += max(1, whole.looks/5) {
				ctx := &countdown{Context: context.Background(), cancelAt: at}
				if err := runCounted(ctx, t, c.body, ix); !errors.Is(err, context.Canceled) {
					t.Errorf("cancelled at look %d of %d: %v", at, whole.looks, err)
				}
				if more := ctx.looks - at; more > 12 {
					t.Errorf("cancelled at look %d of %d: %d looks followed", at, whole.looks, more)
				}
			}
		})
	}
}

// TestTimeoutStillAnswersWithAggregations makes sure that what ends a search whose client has gone does not make an error of a timeout.
func TestTimeoutStillAnswersWithAggregations(t *testing.T) {
	ix := newIndex(t, "i", `{"k":{"type":"keyword"}}`, []string{`{"k":"a"}`})
	r, err := Parse([]byte(`{"size":0,"timeout":"1h","aggs":{"g":{"global":{},"aggs":{"k":{"terms":{"field":"k"}}}}}}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.timeout = time.Nanosecond
	got, err := Run(t.Context(), r, []Index{ix}, Options{Cache: NewCache(1<<20, nil)})
	if err != nil || !got.TimedOut {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestMemoryOfHitsIsCounted refuses searches by what their hits would take.
func TestMemoryOfHitsIsCounted(t *testing.T) {
	var sources []string
	for i := range 5000 {
		sources = append(sources, fmt.Sprintf(`{"k":"key-%05d","long":%q}`, i, strings.Repeat("x", 200)))
	}
	ix := newIndex(t, "i", `{"k":{"type":"keyword"},"long":{"type":"keyword"}}`, sources)
	for _, c := range []struct {
		body string
		room int64
		what string
	}{
		{`{"size":10,"sort":["k"]}`, 100_000, ""},
		{`{"size":5000,"sort":["k"],"_source":false}`, 100_000, "[hits]"},
		{`{"size":5000,"_source":false}`, 100_000, "[hits]"},
		{`{"size":3000,"sort":["k"]}`, 800_000, "[hits]"},
		{`{"size":3000,"sort":["k"],"_source":false}`, 800_000, ""},
		{`{"size":0}`, 10, "[documents]"},
	} {
		r, err := Parse([]byte(c.body), nil)
		if err != nil {
			t.Fatal(err)
		}
		all := aggs.NewBudget(0)
		b := all.Request(c.room)
		_, err = Run(t.Context(), r, []Index{ix}, Options{Budget: b})
		switch {
		case c.what == "" && err != nil:
			t.Errorf("%s: %v", c.body, err)
		case c.what != "" && (err == nil || !strings.Contains(err.Error(), "[request] Data too large, data for "+c.what)):
			t.Errorf("%s: %v, want a refusal for %s", c.body, err, c.what)
		}
		if b.Release(); all.Used() != 0 {
			t.Errorf("%s: %d bytes were not given back", c.body, all.Used())
		}
	}
}
