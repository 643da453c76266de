package console

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

func TestSoManyUploadsAtATime(t *testing.T) {
	f := &fake{uploading: make(chan string), goOn: make(chan struct{})}
	s := newServer(f, nil).Handler()
	ask := func() int {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "http://127.0.0.1:5601/api/v1/ingest/upload?name=x", strings.NewReader("x"))
		s.ServeHTTP(w, r)
		return w.Code
	}
	var all sync.WaitGroup
	for range maxUploads {
		all.Go(func() {
			if code := ask(); code != 200 {
				t.Errorf("status %d", code)
			}
		})
		<-f.uploading
	}
	if code := ask(); code != 429 {
		t.Errorf("one more: status %d", code)
	}
	close(f.goOn)
	all.Wait()
}
