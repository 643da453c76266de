package main

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// firehoseDelivery is the body of a delivery.
func firehoseDelivery(id string, records ...string) string {
	var items []string
	for _, r := range records {
		items = append(items, fmt.Sprintf(`{"data":%q}`, base64.StdEncoding.EncodeToString([]byte(r))))
	}
	return fmt.Sprintf(`{"requestId":%q,"timestamp":1578090901599,"records":[%s]}`, id, strings.Join(items, ","))
}

// deliver sends one, as Firehose does.
func (s *server) deliver(t *testing.T, id, body string, headers ...string) answer {
	t.Helper()
	return s.ask(t, "POST", firehosePath, body, append([]string{"X-Amz-Firehose-Protocol-Version", "1.0", "X-Amz-Firehose-Request-Id", id}, headers...)...)
}

func payload(id string) string {
	return `{"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"flows","logStream":"eni-1","subscriptionFilters":["f"],"logEvents":[{"id":"` + id + `","timestamp":1760000000000,"message":"` + strings.TrimSpace(flowLine) + `"}]}`
}

func TestFirehoseDelivers(t *testing.T) {
	s := serve(t, t.TempDir())
	const id = "ed4acda5-034f-9f42-bba1-f29aea6d7d8f"
	body := firehoseDelivery(id,
		strings.TrimSpace(flowLine), flowLine+flowLine, // lines, twins among them
		trailRecord+strings.Replace(trailRecord, "e-1", "e-2", 1), // JSON without anything between
		zipped(t, payload("1"))+zipped(t, payload("2")),           // CloudWatch, two members
		zipped(t, `{"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","subscriptionFilters":[],"logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}`),
		"what is this\n")
	for range 2 { // a retry has the same request id
		if a := s.deliver(t, id, body); a.status != 200 || !strings.Contains(a.body, `"requestId":"`+id+`","timestamp":1`) || strings.Contains(a.body, "errorMessage") {
			t.Fatalf("%+v", a)
		}
		for query, want := range map[string]int{"type:vpcflow": 5, "type:cloudtrail": 2, "type:unknown": 1, "*": 8} {
			if n := s.count(t, allLogs, query); n != want {
				t.Errorf("%s: %d documents, want %d", query, n, want)
			}
		}
	}
	if a := s.deliver(t, id, zipped(t, body), "Content-Encoding", "gzip"); a.status != 200 {
		t.Errorf("%+v", a)
	}
	if a := s.deliver(t, "other", firehoseDelivery("other", flowLine)); a.status != 200 || s.count(t, allLogs, "type:vpcflow") != 6 {
		t.Errorf("%+v: the same line in another delivery is another event", a)
	}
	if body := s.dashboard(t, "/api/v1/ingest"); !strings.Contains(body, `"kind":"firehose"`) {
		t.Errorf("%s", body)
	}
	if body := s.dashboard(t, "/metrics"); !strings.Contains(body, `vedette_ingest_events_total{dataset="aws.vpcflow",source="firehose"} 6`) || !strings.Contains(body, `vedette_ingest_duplicates_total{source="firehose"} 16`) {
		t.Errorf("metrics do not tell of it")
	}
}

func TestFirehoseIsToldWhatIsWrong(t *testing.T) {
	s := serve(t, t.TempDir())
	long := strings.Repeat("x", firehoseRecord+1)
	for name, c := range map[string]struct {
		id, body string
		headers  []string
		status   int
		says     string
	}{
		"no JSON":              {"1", "records", nil, 400, "no delivery"},
		"no base64":            {"1", `{"requestId":"1","records":[{"data":"%"}]}`, nil, 400, "no delivery"},
		"no records":           {"1", firehoseDelivery("1"), nil, 400, "1 to 10000 records"},
		"another id":           {"1", firehoseDelivery("2", "x"), nil, 400, "not that of the header"},
		"no id":                {"", firehoseDelivery("", "x"), nil, 400, "X-Amz-Firehose-Request-Id"},
		"no gzip":              {"1", firehoseDelivery("1", "x"), []string{"Content-Encoding", "gzip"}, 400, "no gzip"},
		"an unknown encoding":  {"1", firehoseDelivery("1", "x"), []string{"Content-Encoding", "br"}, 400, "not supported"},
		"a record too long":    {"1", firehoseDelivery("1", long), nil, 400, "record 0"},
		"a bomb":               {"1", zipped(t, strings.Repeat(" ", firehoseBody+1)), []string{"Content-Encoding", "gzip"}, 400, "no more than"},
		"half a gzip":          {"1", firehoseDelivery("1", zipped(t, payload("1"))[:100]), nil, 500, "could not be read"},
		"binary":               {"1", firehoseDelivery("1", "\x00\x01\x02\x03"), nil, 500, "could not be read"},
		"a request of another": {"1", firehoseDelivery("1", "x"), []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 403, ""},
	} {
		if a := s.deliver(t, c.id, c.body, c.headers...); a.status != c.status || !strings.Contains(a.body, c.says) || !strings.Contains(a.body, `"errorMessage"`) {
			t.Errorf("%s: %+v", name, a)
		}
	}
	if a := s.ask(t, "GET", firehosePath, ""); a.status != 405 {
		t.Errorf("GET: %+v", a)
	}
}

func TestFirehoseNeedsItsKey(t *testing.T) {
	t.Setenv("VEDETTE_ADMIN_PASSWORD", "secret-admin")
	s := serve(t, t.TempDir(), "--auth", "on")
	key := func(names string) string {
		a := s.as(t, "elastic", "secret-admin", "POST", "/_security/api_key", `{"name":"firehose","role_descriptors":{"w":{"indices":[{"names":["`+names+`"],"privileges":["create_doc","auto_configure"]}]}}}`)
		return into[struct{ Encoded string }](t, a.body).Encoded
	}
	body := firehoseDelivery("1", flowLine)
	for name, c := range map[string]struct {
		key    string
		status int
	}{"no key": {"", 401}, "a wrong key": {"bm9ib2R5OnNlY3JldA==", 401}, "one for other indices": {key("other-*"), 403}, "one that is too long": {strings.Repeat("a", firehoseKey+1), 401}} {
		if a := s.deliver(t, "1", body, "X-Amz-Firehose-Access-Key", c.key); a.status != c.status || !strings.Contains(a.body, `"requestId":"1"`) {
			t.Errorf("%s: %+v", name, a)
		}
	}
	if a := s.deliver(t, "1", body, "X-Amz-Firehose-Access-Key", key("logs-*")); a.status != 200 {
		t.Errorf("%+v", a)
	}
	if a := s.as(t, "elastic", "secret-admin", "POST", firehosePath, body); a.status != 400 { // without an id, and a user's password is no access key
		t.Errorf("%+v", a)
	}
}
