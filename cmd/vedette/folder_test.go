package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dashboard asks the dashboard's address, without authentication.
func (s *server) dashboard(t *testing.T, path string) string {
	t.Helper()
	resp, err := http.Get("http://" + s.board + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, %v: %s", path, resp.StatusCode, err, raw)
	}
	return string(raw)
}

func appendTo(t *testing.T, file, text string) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

const flowLine = "2 111122223333 eni-1 198.51.100.7 10.1.2.3 51034 22 6 12 2310 1760000000 1760000060 REJECT OK\n"

func TestServeWatchesAFolder(t *testing.T) {
	data, logs := t.TempDir(), t.TempDir()
	file := filepath.Join(logs, "flows.log")
	appendTo(t, file, flowLine+flowLine)
	appendTo(t, filepath.Join(logs, "other.log"), "something else\n")
	vedette(t, "sources", "add", "folder", "here", "--path", logs, "--interval", "1s", "--data", data).want(t, 0, `"here" is added`, logs)
	vedette(t, "sources", "add", "folder", "nowhere", "--path", filepath.Join(logs, "absent"), "--data", data).want(t, 0)
	vedette(t, "sources", "add", "folder", "bad", "--bucket", "b", "--path", logs, "--data", data).want(t, 2, "takes a path")
	vedette(t, "sources", "add", "folder", "bad", "--data", data).want(t, 2, "needs a path")
	s := serve(t, data)
	s.log.await(t, `"source read" source=here (files=2)`)
	s.log.await(t, `(source failed).*source=nowhere`)
	appendTo(t, file, flowLine)
	s.log.await(t, `"source read" source=here (files=1)`)
	if n := s.count(t, allLogs, "type:vpcflow"); n != 3 { // twins are three events
		t.Errorf("%d flows", n)
	}
	if body := s.dashboard(t, "/api/v1/ingest"); !strings.Contains(body, `"kind":"folder"`) || !strings.Contains(body, "no such file") {
		t.Errorf("%s", body)
	}
	if body := s.dashboard(t, "/metrics"); !strings.Contains(body, `vedette_ingest_events_total{dataset="aws.vpcflow",source="here"} 3`) || !strings.Contains(body, `vedette_source_state{source="nowhere",state="failed"} 1`) {
		t.Errorf("%s", body)
	}
	s.stop()
	if err := os.Rename(file, file+".1"); err != nil {
		t.Fatal(err)
	}
	appendTo(t, file, flowLine)
	s = serve(t, data)
	s.log.await(t, `"source read" source=here (files=1)`)
	if n := s.count(t, allLogs, "type:vpcflow"); n != 4 {
		t.Errorf("%d flows after the rotation", n)
	}
	s.stop()
	vedette(t, "sources", "list", "--data", data).want(t, 0, "here", "folder", logs)
}
