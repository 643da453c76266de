package esapi

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheSecondPersona(t *testing.T) {
	s := New(&fakeBackend{}, Options{Now: at, OpenSearch: true})
	for path, want := range map[string]string{
		"/":            `"distribution":"opensearch"`,
		"/_nodes":      `"version":"2.19.0"`,
		"/_nodes/http": `"version":"2.19.0"`,
	} {
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, request("GET", path, ""))
		if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, want) || strings.Contains(body, "build_flavor") {
			t.Errorf("%s: %d %s", path, w.Code, body)
		}
		if got := w.Header().Get("X-Elastic-Product"); got != "" {
			t.Errorf("%s: X-Elastic-Product: %s", path, got)
		}
	}
}
