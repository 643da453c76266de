package forward

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/vedette-siem/vedette/storage/document"
)

// server answers bulk requests with a status for each document, and counts the requests.
type server struct {
	t        *testing.T
	requests int
	ids      []string
	whole    []int          // status of the whole request, by request
	items    map[string]int // status of a document, once
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests++
	if len(s.whole) >= s.requests && s.whole[s.requests-1] != 0 {
		http.Error(w, `{"error":"busy"}`, s.whole[s.requests-1])
		return
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		s.t.Error(err)
		return
	}
	var items []string
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		var a action
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			s.t.Error(err)
		}
		lines.Scan()
		status := 201
		if once, ok := s.items[a.Create.ID]; ok {
			status = once
			delete(s.items, a.Create.ID)
		}
		if status == 201 {
			s.ids = append(s.ids, a.Create.ID)
		}
		items = append(items, fmt.Sprintf(`{"create":{"status":%d,"error":{"type":"x"}}}`, status))
	}
	fmt.Fprintf(w, `{"errors":true,"items":[%s]}`, strings.Join(items, ","))
}

func documents(ids ...string) []*document.Document {
	var docs []*document.Document
	for _, id := range ids {
		docs = append(docs, &document.Document{Index: "logs-x-default", ID: id, Source: []byte(`{"a":1}`)})
	}
	return docs
}

func TestWrite(t *testing.T) {
	for _, c := range []struct {
		name                          string
		server                        server
		written, duplicates, requests int
		fails                         string
	}{
		{name: "all are new", written: 3, requests: 1},
		{name: "a conflict is a duplicate", server: server{items: map[string]int{"b": 409}}, written: 2, duplicates: 1, requests: 1},
		{name: "only what was refused for now is sent again", server: server{items: map[string]int{"b": 429}}, written: 3, requests: 2},
		{name: "a busy server is asked again", server: server{whole: []int{503, 429}}, written: 3, requests: 3},
		{name: "a server that stays busy", server: server{whole: []int{503, 503, 503}}, requests: 3, fails: "after 3 attempts"},
		{name: "a document that will never do", server: server{items: map[string]int{"c": 400}}, written: 2, requests: 1, fails: `document "c" of index logs-x-default was refused`},
		{name: "a request that will never do", server: server{whole: []int{401}}, requests: 1, fails: "status 401"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.server.t = t
			ts := httptest.NewServer(&c.server)
			defer ts.Close()
			s, err := New(Options{URL: ts.URL, FirstPause: time.Nanosecond, Attempts: 3})
			if err != nil {
				t.Fatal(err)
			}
			written, duplicates, err := s.Write(context.Background(), documents("a", "b", "c"))
			if written != c.written || duplicates != c.duplicates || c.server.requests != c.requests {
				t.Errorf("%d written, %d duplicates, %d requests", written, duplicates, c.server.requests)
			}
			if (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Errorf("error %v, want %q", err, c.fails)
			}
		})
	}
}

func TestWriteStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	ts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		http.Error(w, "busy", http.StatusServiceUnavailable)
	}))
	defer ts.Close()
	s, err := New(Options{URL: ts.URL, FirstPause: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Write(ctx, documents("a")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestAWrongAddressFailsAtOnceAndALostServerIsWaitedFor(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	s, err := New(Options{URL: gone.URL, FirstPause: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Write(context.Background(), documents("a")); err == nil || !strings.Contains(err.Error(), "no server answers at "+gone.URL) {
		t.Error(err)
	}
	ts := httptest.NewServer(&server{t: t})
	s, err = New(Options{URL: ts.URL, FirstPause: time.Nanosecond, Attempts: 3})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Write(context.Background(), documents("a")); err != nil {
		t.Fatal(err)
	}
	ts.Close()
	if _, _, err := s.Write(context.Background(), documents("b")); err == nil || !strings.Contains(err.Error(), "after 3 attempts") {
		t.Error(err)
	}
}

func TestNewRefusesWhatIsNoServer(t *testing.T) {
	for _, url := range []string{"", "127.0.0.1:9200", "ftp://x", "http://"} {
		if _, err := New(Options{URL: url}); err == nil {
			t.Errorf("%q was accepted", url)
		}
	}
}
