package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// upload sends a file to the dashboard's address.
func (s *server) upload(t *testing.T, query, body string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "POST", "http://"+s.board+"/api/v1/ingest/upload?"+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, string(raw)}
}

func TestAFileIsUploaded(t *testing.T) {
	s := serve(t, t.TempDir())
	text := strings.Repeat(flowLine, 5000)
	if a := s.upload(t, "name=flows.log.gz", zipped(t, text+"no flow\n")); a.status != 200 || !strings.Contains(a.body, `"events":5001,"duplicates":0,"pipeline_errors":1`) ||
		!strings.Contains(a.body, `"dataset":"aws.vpcflow"`) || !strings.Contains(a.body, `"problems":[]`) {
		t.Errorf("%+v", a)
	}
	if a := s.upload(t, "name=flows.log.gz", zipped(t, text+"no flow\n")); !strings.Contains(a.body, `"events":0,"duplicates":5001`) {
		t.Errorf("sent again: %+v", a)
	}
	if n := s.count(t, allLogs, "type:vpcflow"); n != 5001 {
		t.Errorf("%d documents", n)
	}
	broken := zipped(t, text)
	if a := s.upload(t, "name=half.gz", broken[:len(broken)-20]); a.status != 200 || !strings.Contains(a.body, `"files_failed":1`) || !strings.Contains(a.body, "truncated") {
		t.Errorf("a broken file: %+v", a)
	}
	fields := url.QueryEscape("${srcaddr} ${dstaddr} ${action}")
	if a := s.upload(t, "name=x&format=vpcflow&flow_format="+fields, "198.51.100.7 10.0.0.1 ACCEPT\n"); !strings.Contains(a.body, `"events":1`) {
		t.Errorf("%+v", a)
	}
	for query, says := range map[string]string{"": "parameter [name]", "name=" + strings.Repeat("a", 300): "parameter [name]", "name=x&format=csv": "parameter [format] must be one of"} {
		if a := s.upload(t, query, "x"); a.status != 400 || !strings.Contains(a.body, says) {
			t.Errorf("%s: %+v", query, a)
		}
	}
	if a := s.upload(t, "name=x", flowLine, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); a.status != 403 {
		t.Errorf("a page of another site: %+v", a)
	}
	if body := s.dashboard(t, "/api/v1/ingest"); !strings.Contains(body, `"kind":"upload"`) {
		t.Errorf("%s", body)
	}
}

func TestAnUploadNeedsTheRightToWrite(t *testing.T) {
	t.Setenv("VEDETTE_ADMIN_PASSWORD", "secret-admin")
	s := serve(t, t.TempDir(), "--auth", "on")
	if a := s.upload(t, "name=x", flowLine); a.status != 401 {
		t.Errorf("%+v", a)
	}
	made := s.as(t, "elastic", "secret-admin", "POST", "/_security/api_key", `{"name":"r","role_descriptors":{"r":{"indices":[{"names":["logs-*"],"privileges":["read"]}]}}}`)
	key := into[struct{ Encoded string }](t, made.body).Encoded
	if a := s.upload(t, "name=x", flowLine, "Authorization", "ApiKey "+key); a.status != 403 {
		t.Errorf("%+v", a)
	}
}

func TestTheAnswerOfAnUploadIsAsTheFileSays(t *testing.T) {
	s := serve(t, t.TempDir())
	raw, err := os.ReadFile("../../engine/console/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Components struct {
			Schemas map[string]struct {
				Required   []string
				Properties map[string]any
			}
		}
	}
	if err := yaml.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(s.upload(t, "name=x", flowLine).body), &got); err != nil {
		t.Fatal(err)
	}
	schema := file.Components.Schemas["Upload"]
	if len(schema.Required) != len(got) || len(got) != 3 {
		t.Errorf("the answer has %v, the file %v", got, schema.Required)
	}
	for _, name := range schema.Required {
		if got[name] == nil || schema.Properties[name] == nil {
			t.Errorf("%s is missing", name)
		}
	}
}
