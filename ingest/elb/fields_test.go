package elb

import (
	"encoding/json"
	"testing"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// source builds an event with a session and returns its parsed source.
func source(t *testing.T, build func(*session)) (s struct {
	HTTP struct {
		Version string
		Request struct{ Method string }
	}
	URL struct {
		Original, Scheme, Domain, Path, Query string
		Port                                  int
	}
	Cloud struct {
		Region  string
		Account struct{ ID string }
	}
}) {
	t.Helper()
	b := ecs.NewBuilders(ecs.Options{}).Get()
	b.Object(&ingest.Object{Key: "x"}, ingest.ALB.Dataset())
	b.Begin(0)
	build(&session{b: b, place: ingest.Place{Account: "key-account", Region: "key-region"}})
	if err := json.Unmarshal(b.Document("i").Source, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRequest(t *testing.T) {
	for request, want := range map[string][7]string{
		// method, version, scheme, domain, port, path, query
		"GET https://www.example.com:443/a/b?q=1&r=2 HTTP/1.1": {"GET", "1.1", "https", "www.example.com", "443", "/a/b", "q=1&r=2"},
		"GET http://[2001:db8::1]:8080/ HTTP/2.0":              {"GET", "2.0", "http", "2001:db8::1", "8080", "/", ""},
		"GET http://[2001:db8::1]/ HTTP/2.0":                   {"GET", "2.0", "http", "2001:db8::1", "0", "/", ""},
		"GET http://host?x HTTP/1.1":                           {"GET", "1.1", "http", "host", "0", "", "x"},
		"GET http://host/a b c HTTP/1.1":                       {"GET", "1.1", "http", "host", "0", "/a b c", ""},
		"GET /just/a/path?http://x/ HTTP/1.0":                  {"GET", "1.0", "", "", "0", "/just/a/path", "http://x/"},
		"- http://prod-alb-1.elb.amazonaws.com:80- -":          {"", "", "http", "prod-alb-1.elb.amazonaws.com", "0", "", ""},
		"- - - ": {"", "", "", "", "0", "", ""},
		"-":      {"", "", "", "", "0", "", ""},
		"":       {"", "", "", "", "0", "", ""},
	} {
		s := source(t, func(s *session) { s.b.Request([]byte(request)) })
		got := [7]string{s.HTTP.Request.Method, s.HTTP.Version, s.URL.Scheme, s.URL.Domain, "", s.URL.Path, s.URL.Query}
		port, err := json.Marshal(s.URL.Port)
		if err != nil {
			t.Fatal(err)
		}
		got[4] = string(port)
		if got != want {
			t.Errorf("%s:\n got %q\nwant %q", request, got, want)
		}
	}
}

func TestHostPort(t *testing.T) {
	for text, want := range map[string][2]string{
		"10.0.0.1:80": {"10.0.0.1", "80"}, "[2001:db8::1]:443": {"2001:db8::1", "443"}, "host:1": {"host", "1"},
	} {
		host, port, ok := hostPort([]byte(text))
		if !ok || string(host) != want[0] || string(port) != want[1] {
			t.Errorf("%s: %s, %s, %v", text, host, port, ok)
		}
	}
	for _, text := range []string{"", ":", ":80", "host", "host:", "host:x", "-"} {
		if host, port, ok := hostPort([]byte(text)); ok {
			t.Errorf("%q: %s, %s", text, host, port)
		}
	}
}

func TestCloudPlaceComesFromTheFirstARNThatHasOneElseFromTheKey(t *testing.T) {
	const arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/1"
	for _, test := range []struct {
		arns            []string
		account, region string
	}{
		{[]string{arn, "-"}, "111122223333", "eu-west-1"},
		{[]string{"-", arn}, "111122223333", "eu-west-1"},
		{[]string{"session-reused", "arn:aws:s3:::bucket"}, "key-account", "key-region"},
		{[]string{"arn:aws:x"}, "key-account", "key-region"},
		{nil, "key-account", "key-region"},
	} {
		var raw [][]byte
		for _, a := range test.arns {
			raw = append(raw, []byte(a))
		}
		s := source(t, func(s *session) { s.cloud(raw...) })
		if s.Cloud.Account.ID != test.account || s.Cloud.Region != test.region {
			t.Errorf("%q: %s, %s", test.arns, s.Cloud.Account.ID, s.Cloud.Region)
		}
	}
}
