package main

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A run of hours must not lose what it found by a server that fails in the end.
func TestReportOfARunThatIsBrokenOff(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	found, err := askAll(t.Context(), config{vedette: s.URL, elasticsearch: s.URL, seed: 1, requests: 1, only: "agg.max", prefix: "x"})
	if err == nil || found == nil {
		t.Errorf("report %v, error %v", found, err)
	}
}
