package esapi

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestAsyncSearchAnswers(t *testing.T) {
	f := &fakeBackend{async: &engine.AsyncAnswer{ID: "x", Running: true, Partial: true, Start: at(), Expires: at().Add(time.Hour)}}
	s := newServer(f)
	const running = `"id":"x","is_partial":true,"is_running":true,"start_time_in_millis":1795526055000,"expiration_time_in_millis":1795529655000`
	ask(t, s, "POST", "/a/_async_search?wait_for_completion_timeout=2s&keep_alive=1h", `{"size":1}`, 200,
		`{`+running+`,"response":{"took":0,"timed_out":false,"_shards":{"total":0,"successful":0,"skipped":0,"failed":0},"hits":{"total":{"value":0,"relation":"gte"},"max_score":null,"hits":[]}}}`)
	if f.name != "2s 1h" || f.body != `{"size":1}` || f.target.Expression != "a" {
		t.Errorf("%q %q %+v", f.name, f.body, f.target)
	}
	ask(t, s, "GET", "/_async_search/status/x", "", 200, `{`+running+`,"_shards":{"total":0,"successful":0,"skipped":0,"failed":0}}`)
	f.async = &engine.AsyncAnswer{ID: "x", Partial: true, Start: at(), Expires: at(), Ended: at(), Err: eserr.Errorf(404, "index_not_found_exception", "no such index [a]")}
	ask(t, s, "GET", "/_async_search/x", "", 404, `~"completion_time_in_millis":1795526055000,"error":{"root_cause":[{"type":"index_not_found_exception"`)
	ask(t, s, "GET", "/_async_search/status/x", "", 200, `~"completion_status":404`)
	ask(t, s, "DELETE", "/_async_search/x", "", 200, `{"acknowledged":true}`)
}

// TestASearchEndsWhenItsClientIsGone closes a connection under a search, a page of a scroll, and what is done by a query.
func TestASearchEndsWhenItsClientIsGone(t *testing.T) {
	for _, asked := range [][2]string{{"GET /_search", ""}, {"POST /_search/scroll", `{"scroll_id":"x"}`}, {"POST /x/_update_by_query", ""}, {"POST /x/_delete_by_query", `{"query":{"match_all":{}}}`}} {
		t.Run(asked[0], func(t *testing.T) { endsWithItsClient(t, asked[0], asked[1]) })
	}
}

func endsWithItsClient(t *testing.T, what, body string) {
	method, path, _ := strings.Cut(what, " ")
	f := &fakeBackend{gone: make(chan error)}
	server := httptest.NewServer(newServer(f).Handler())
	defer server.Close()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, method, server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if answer, err := http.DefaultClient.Do(r); err == nil {
			_ = answer.Body.Close()
			t.Error("there was an answer")
		}
	}()
	<-f.gone
	cancel()
	if err := <-f.gone; !errors.Is(err, context.Canceled) {
		t.Errorf("the search was not cancelled: %v", err)
	}
	<-ended
}
