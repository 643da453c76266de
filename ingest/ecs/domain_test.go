package ecs

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/vedette-siem/vedette/ingest"
)

func TestQuestion(t *testing.T) {
	for name, want := range map[string]string{
		"www.example.com.":            "www.example.com example.com com www",
		"WWW.Example.co.uk":           "WWW.Example.co.uk example.co.uk co.uk www",
		"a.b.c.example.com":           "a.b.c.example.com example.com com a.b.c",
		"example.com.":                "example.com example.com com ",
		"x.github.io.":                "x.github.io x.github.io github.io ",
		"ip-10-0-0-1.ec2.internal.":   "ip-10-0-0-1.ec2.internal ec2.internal internal ip-10-0-0-1",
		"co.uk.":                      "co.uk   ",
		"localhost":                   "localhost   ",
		".":                           ".   ",
		"..":                          ".   ",
		".example.com":                ".example.com   ",
		"192.0.2.1":                   "192.0.2.1   ",
		"_sip._tcp.example.org.":      "_sip._tcp.example.org example.org org _sip._tcp",
		"\\052.example.com":           "\\052.example.com example.com com \\052",
		"4.3.2.1.in-addr.arpa.":       "4.3.2.1.in-addr.arpa 1.in-addr.arpa in-addr.arpa 4.3.2",
		"xn--bcher-kva.example.info.": "xn--bcher-kva.example.info example.info info xn--bcher-kva",
	} {
		b := NewBuilders(Options{}).Get()
		b.Object(&ingest.Object{}, ingest.Resolver.Dataset())
		b.Begin(0)
		b.Question([]byte(name))
		var s struct {
			DNS struct {
				Question struct {
					Name       string
					Registered string `json:"registered_domain"`
					Top        string `json:"top_level_domain"`
					Sub        string `json:"subdomain"`
				}
			}
			Related struct{ Hosts []string }
		}
		if err := json.Unmarshal(b.Document("x").Source, &s); err != nil {
			t.Fatal(err)
		}
		q := s.DNS.Question
		hosts := []string{q.Name}
		if q.Name == "." {
			hosts = nil
		}
		if got := fmt.Sprintf("%s %s %s %s", q.Name, q.Registered, q.Top, q.Sub); got != want || fmt.Sprint(s.Related.Hosts) != fmt.Sprint(hosts) {
			t.Errorf("%q: %q, want %q; hosts %q", name, got, want, s.Related.Hosts)
		}
	}
}

func TestQuestionOfNothing(t *testing.T) {
	b := NewBuilders(Options{}).Get()
	b.Object(&ingest.Object{}, ingest.Resolver.Dataset())
	b.Begin(0)
	b.Question(nil)
	b.Question([]byte("-"))
	if b.Has("dns.question.name") {
		t.Error("a question without a name")
	}
}
