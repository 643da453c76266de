package esapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// waiting is a store whose searches begin, tell so, and wait for their context.
func waiting() (f *fakeBackend, begun chan struct{}) {
	begun = make(chan struct{}, 1)
	f = &fakeBackend{searchCtx: func(ctx context.Context) error {
		begun <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}}
	return f, begun
}

func TestACancelledSearchSaysSo(t *testing.T) {
	f, begun := waiting()
	s := newServer(f)
	done := make(chan string)
	go func() {
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, request("POST", "/x/_search", ""))
		done <- fmt.Sprint(w.Code, w.Body)
	}()
	<-begun
	ask(t, s, "GET", "/_tasks?detailed&group_by=parents", "", 200, `~"action":"indices:data/read/search","description":"indices[x]"`)
	ask(t, s, "POST", "/_tasks/_cancel?actions=*search", "", 200, `~"cancelled":true`)
	if got := <-done; !strings.HasPrefix(got, "400") || !strings.Contains(got, "task_cancelled_exception") {
		t.Error(got)
	}
	ask(t, s, "GET", "/_tasks?actions=*search", "", 200, `{"nodes":{}}`)
}

func TestAByQueryThatNobodyWaitsForCanBeCancelledAndEndsWithTheServer(t *testing.T) {
	for name, stop := range map[string]func(*Server, string){
		"cancel": func(s *Server, id string) {
			ask(t, s, "POST", "/_tasks/"+id+"/_cancel?wait_for_completion", "", 200, `~"cancelled":true`)
			ask(t, s, "GET", "/_tasks/"+id, "", 200, `~"canceled":"by user request"`)
		},
		"close": func(s *Server, id string) {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			ask(t, s, "GET", "/_tasks/"+id, "", 200, `~"type":"node_closed_exception"`)
			ask(t, s, "POST", "/x/_update_by_query?wait_for_completion=false", "", 503, "~the server is being stopped")
		},
	} {
		f, begun := waiting()
		s := newServer(f)
		_, body, _ := do(t, s, request("POST", "/x/_update_by_query?wait_for_completion=false", ""))
		var answer struct{ Task string }
		if err := json.Unmarshal([]byte(body), &answer); err != nil || answer.Task == "" {
			t.Fatal(name, body)
		}
		<-begun
		ask(t, s, "GET", "/_tasks/"+answer.Task, "", 200, `~"completed":false`)
		stop(s, answer.Task)
	}
}

// TestTheRateCanBeChangedWhileItWaits deletes at a rate at which the second batch would come after hours.
func TestTheRateCanBeChangedWhileItWaits(t *testing.T) {
	s := newServer(aStore(""))
	_, body, _ := do(t, s, request("POST", "/x*/_delete_by_query?wait_for_completion=false&scroll_size=1&requests_per_second=0.0001", `{"query":{"match_all":{}}}`))
	if !strings.Contains(body, "vedette:1") {
		t.Fatal(body)
	}
	for batches := 0; batches == 0; { // it has begun to wait, or is about to
		_, body, _ = do(t, s, request("GET", "/_tasks/vedette:1", ""))
		var answer struct {
			Task struct{ Status struct{ Batches int } }
		}
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			t.Fatal(err)
		}
		batches = answer.Task.Status.Batches
	}
	ask(t, s, "POST", "/_delete_by_query/vedette:1/_rethrottle?requests_per_second=-1", "", 200, `~"requests_per_second":-1.0`)
	ask(t, s, "GET", "/_tasks/vedette:1?wait_for_completion", "", 200, `~"deleted":5`)
}

func TestAnswersOfTasksAreKeptWithinABound(t *testing.T) {
	var ts tasks
	for i := range maxFinished + 5 {
		x := &task{response: json.RawMessage("1")}
		if i == maxFinished {
			x.response = make([]byte, maxFinishedBytes-10)
		}
		ts.add(context.Background(), x)
		ts.end(x, time.Time{})
	}
	if n := len(ts.finished); n > maxFinished || ts.bytes > maxFinishedBytes || ts.find(maxFinished+5) == nil || ts.find(1) != nil {
		t.Errorf("%d kept with %d bytes", n, ts.bytes)
	}
}

func TestReindexFromAnotherServer(t *testing.T) {
	var seen []string
	source := &fakeBackend{}
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		seen = append(seen, r.Method+" "+r.URL.RequestURI()+" "+user+":"+password)
		w.Header().Set("Content-Type", "application/json")
		hits := `{"_index":"a","_id":"1","_version":3,"_source":{"n":1}}`
		switch {
		case r.URL.Path == "/moved/_search":
			http.Redirect(w, r, "/a/_search", http.StatusFound)
			return
		case r.URL.Path == "/_search/scroll":
			hits = ""
		}
		fmt.Fprintf(w, `{"_scroll_id":"s","_shards":{"failed":0},"hits":{"total":{"value":1},"hits":[%s]}}`, hits)
	}))
	defer other.Close()
	body := func(index string) string {
		return fmt.Sprintf(`{"source":{"index":%q,"remote":{"host":%q,"username":"u","password":"p"}},"dest":{"index":"b","version_type":"external"}}`, index, other.URL)
	}
	s := New(source, Options{Now: at, ReindexRemote: []string{"127.0.0.1:*"}})
	ask(t, s, "POST", "/_reindex", body("a"), 200, `~"total":1,"updated":0,"created":1`)
	if len(source.ops) != 1 || source.ops[0].ID != "1" || *source.ops[0].Version != 3 || string(source.ops[0].Source) != `{"n":1}` {
		t.Errorf("written: %+v", source.ops)
	}
	if got, want := strings.Join(seen, ", "), "POST /a/_search?scroll=5m u:p, DELETE /_search/scroll u:p"; got != want {
		t.Errorf("asked: %s", got)
	}
	ask(t, s, "POST", "/_reindex", body("moved"), 400, "~it redirects to another place, which is not followed")
	ask(t, newServer(source), "POST", "/_reindex", body("a"), 400, "~not whitelisted")
	other.Close()
	ask(t, s, "POST", "/_reindex", body("a"), 503, "~cannot be reached")
	ask(t, s, "POST", "/_reindex", strings.Replace(body("a"), "http://", "ftp://", 1), 400, "~must be of the form")
}

func TestAListedNameDoesNotLeadInside(t *testing.T) {
	list := []string{"es.example.com:9200", "10.1.*:9200", "localhost:*"}
	for address, allowed := range map[string]bool{
		"93.184.216.34:9200": true, "10.1.2.3:9200": true, "127.0.0.1:9200": true, "[::1]:9200": true, "10.2.2.3:9200": false, "10.1.2.3:22": false, "192.168.0.1:9200": false,
		"169.254.169.254:80": false, "[fe80::1]:9200": false, "[fd00::1]:9200": false, "[::ffff:192.168.0.1]:9200": false, "0.0.0.0:9200": false, "100.100.100.200:80": false,
	} {
		if err := checkAddress(list, address); (err == nil) != allowed {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := checkAddress([]string{"es.example.com:9200"}, "127.0.0.1:9200"); err == nil {
		t.Error("a name leads to loopback")
	}
}
