package main

import (
	"os"
	"strings"
	"testing"
)

// The attackers' addresses of the seven stories, and where each is found; package demo tells them.
var stories = map[string]struct {
	query string
	least int
}{
	"a leaked key":                    {"type:cloudtrail AND source.ip:192.0.2.20 AND user.name:ci-deploy", 40},
	"console brute force":             {"type:cloudtrail AND source.ip:192.0.2.36 AND event.action:ConsoleLogin AND event.outcome:failure", 40},
	"privilege escalation":            {"type:cloudtrail AND source.ip:192.0.2.52 AND event.action:AttachUserPolicy", 2},
	"CloudTrail stopped":              {"type:cloudtrail AND source.ip:192.0.2.68 AND event.action:StopLogging", 1},
	"a port scan":                     {"type:vpcflow AND source.ip:192.0.2.84 AND event.action:reject", 500},
	"data upload":                     {"type:vpcflow AND destination.ip:192.0.2.91", 10},
	"brute force of web paths":        {"type:elblogs AND source.ip:192.0.2.100 AND http.response.status_code:[403 TO 404]", 1000},
	"a request flood":                 {"type:elblogs AND source.ip:198.51.100.128\\/25 AND http.response.status_code:[500 TO 599]", 10_000},
	"the names that AWS gives fields": {"type:cloudtrail AND sourceIPAddress:192.0.2.68 AND eventName:StopLogging", 1},
}

func TestTheDemoIsAliveFromTheBinaryAlone(t *testing.T) {
	_, s := serveChild(t, "demo", "--days", "1")
	s.log.await(t, `msg="(demo data is searchable)"`)
	t.Run("the day of a company is there", func(t *testing.T) { theDay(t, s) })
	for name, story := range stories {
		t.Run(name, func(t *testing.T) {
			if n := s.count(t, allLogs, story.query); n < story.least {
				t.Errorf("%d events, want at least %d", n, story.least)
			}
		})
	}
	t.Run("addresses have countries", func(t *testing.T) { countries(t, s) })
	t.Run("the tutorial's statistics work on its index names", func(t *testing.T) { statistics(t, s) })
	if code := s.stop(); code != 0 {
		t.Errorf("it stopped with status %d:\n%s", code, s.log)
	}
	if text := s.log.String(); strings.Contains(text, "level=ERROR") || strings.Contains(text, "level=WARN") {
		t.Errorf("it complained:\n%s", text)
	}
}

func TestADemoThatIsStoppedEarlyLeavesNothingBehind(t *testing.T) {
	built.path(t) // needs the usual folder for temporary files
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	_, s := serveChild(t, "demo")
	s.log.await(t, `msg="(writing demo data)"`)
	if code := s.stop(); code != 0 {
		t.Errorf("it stopped with status %d:\n%s", code, s.log)
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		t.Errorf("it left %v (%v)", left, err)
	}
}

func theDay(t *testing.T, s *server) {
	if n := s.count(t, allLogs, "*"); n < 150_000 || n > 300_000 {
		t.Errorf("%d events, want about 200,000", n)
	}
	if n := s.count(t, allLogs, "event.kind:pipeline_error"); n != 0 {
		t.Errorf("%d events could not be read", n)
	}
	if n := s.count(t, allLogs, "@timestamp:[now-25h TO now]"); n < 150_000 {
		t.Errorf("%d events are of the last day", n)
	}
	got := buckets(t, s, allLogs, `{"terms":{"field":"type"}}`)
	for _, kind := range []string{"cloudtrail", "vpcflow", "elblogs"} {
		if got[kind] < 1000 {
			t.Errorf("%d events of type %s", got[kind], kind)
		}
	}
	got = buckets(t, s, allLogs, `{"terms":{"field":"cloud.account.id"}}`)
	for _, account := range []string{"111122223333", "444455556666", "777788889999", "123456789012"} {
		if got[account] < 100 {
			t.Errorf("%d events of account %s", got[account], account)
		}
	}
	if got := buckets(t, s, allLogs, `{"terms":{"field":"cloud.region"}}`); len(got) != 3 {
		t.Errorf("regions: %v, want three", got)
	}
}

// buckets are the keys of an aggregation with their counts.
func buckets(t *testing.T, s *server, index, aggregation string) map[string]int {
	t.Helper()
	body := into[struct {
		Aggregations struct {
			A struct {
				Buckets []struct {
					Key   string
					Count int `json:"doc_count"`
				}
			}
		}
	}](t, s.ok(t, "POST", "/"+index+"/_search", `{"size":0,"aggs":{"a":`+aggregation+`}}`))
	out := map[string]int{}
	for _, b := range body.Aggregations.A.Buckets {
		out[b.Key] = b.Count
	}
	return out
}

func countries(t *testing.T, s *server) {
	got := buckets(t, s, allLogs, `{"terms":{"field":"source.geo.country_iso_code","size":100}}`)
	if len(got) < 10 || got["VN"] == 0 || got["BR"] == 0 || got["DE"] == 0 {
		t.Errorf("events by country: %v", got)
	}
	if n := s.count(t, allLogs, "source.ip:192.0.2.20 AND source.geo.country_iso_code:VN"); n == 0 {
		t.Error("the leaked key is not used from Vietnam")
	}
}

func statistics(t *testing.T, s *server) {
	if got := buckets(t, s, "security-events", `{"terms":{"field":"event_type"}}`); got["login_failure"] < 7 || got["port_scan"] != 1 {
		t.Errorf("security events by type: %v", got)
	}
	if got := buckets(t, s, "security-events", `{"terms":{"field":"severity"}}`); got["critical"] != 2 {
		t.Errorf("security events by severity: %v", got)
	}
	if got := buckets(t, s, "compliance-findings", `{"terms":{"field":"status"}}`); got["FAIL"] != 5 || got["WARN"] != 1 {
		t.Errorf("findings by status: %v", got)
	}
	if n := s.count(t, "security-events", "message:failed AND source_ip:192.0.2.0\\/24"); n < 7 {
		t.Errorf("%d failed logins by word and network, want at least 7", n)
	}
}
