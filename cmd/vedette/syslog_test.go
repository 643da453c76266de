package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/ingest/syslog"
	"github.com/vedette-siem/vedette/storage"
)

func TestShippersSendSyslog(t *testing.T) {
	s := serve(t, t.TempDir())
	const index = "logs-system.syslog-default"
	var lines = []string{
		"<86>Nov 24 10:00:00 web1 sshd[411]: Accepted publickey for jane from 198.51.100.7 port 51034 ssh2: ED25519 SHA256:x",
		"<86>Nov  4 10:00:01 web1 sshd[412]: Failed password for invalid user admin from 2001:db8::7 port 51035 ssh2",
		"Nov 24 10:00:02 web1 sshd[412]: Invalid user oracle from 203.0.113.9",
		`<86>1 2026-11-24T10:00:03.123Z web2 sudo 77 - [meta sequenceId="1\]"] jane : TTY=pts/0 ; PWD=/home/jane ; USER=root ; COMMAND=/usr/bin/id`,
		"<85>1 2026-11-24T10:00:04Z web2 sudo - - - bob : user NOT in sudoers ; TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
		"<13>Nov 24 10:00:05 web1 sshd[9]: Server listening on 0.0.0.0 port 22.",
		"<13>Nov 24 10:00:06 fw1 kernel: DROP IN=eth0",
		"something else entirely",
	}
	s.ok(t, "POST", "/_bulk?pipeline=vedette-syslog", shippedPlain(index, lines...))
	for query, want := range map[string]int{
		"event.category:authentication AND event.outcome:success AND user.name:jane AND source.ip:\"198.51.100.7\" AND host.name:web1 AND process.pid:411": 1,
		"event.category:authentication AND event.outcome:failure AND user.name:admin AND source.ip:\"2001:db8::/32\" AND source.port:51035":                1,
		"event.action:ssh_login AND user.name:oracle AND event.outcome:failure AND related.ip:\"203.0.113.9\"":                                             1,
		"event.action:sudo AND user.name:jane AND user.effective.name:root AND event.outcome:success AND host.name:web2":                                   1,
		"event.action:sudo AND user.name:bob AND event.outcome:failure AND log.syslog.priority:85":                                                         1,
		`@timestamp:"2026-11-24T10:00:03.123Z"`: 1, `event.action:sudo AND event.outcome:success`: 1, `event.action:sudo AND user.name:jane`: 1, "event.dataset:system.auth": 5, "event.dataset:system.syslog": 3, "process.name:kernel AND host.name:fw1": 1,
		"event.kind:pipeline_error AND message:entirely": 1, "event.kind:pipeline_error": 1, "*": 8,
	} {
		if n := s.count(t, index, query); n != want {
			t.Errorf("%s: %d documents, want %d", query, n, want)
		}
	}
}

// syslogAt is where a server takes lines.
func (s *server) syslogAt(t *testing.T, transport string) string {
	t.Helper()
	return s.log.await(t, `syslog is listening" transport=`+transport+` address=(\S+)`)
}

func TestTheServerTakesSyslog(t *testing.T) {
	dir := t.TempDir()
	roots := x509.NewCertPool()
	roots.AddCert(certificateFor(t, dir, 1))
	data := t.TempDir()
	s := serve(t, data, "--tls-cert", filepath.Join(dir, "cert.pem"), "--tls-key", filepath.Join(dir, "key.pem"),
		"--listen-syslog-udp", "127.0.0.1:0", "--listen-syslog-tcp", "127.0.0.1:0", "--listen-syslog-tls", "127.0.0.1:0")
	const line = "<86>Nov 24 10:00:00 web1 sshd[411]: Failed password for %s from 198.51.100.7 port 51034 ssh2"
	for transport, dial := range map[string]func(address string) (net.Conn, error){
		"udp": func(address string) (net.Conn, error) { return net.Dial("udp", address) },
		"tcp": func(address string) (net.Conn, error) { return net.Dial("tcp", address) },
		"tls": func(address string) (net.Conn, error) {
			return tls.Dial("tcp", address, &tls.Config{RootCAs: roots})
		},
	} {
		c, err := dial(s.syslogAt(t, transport))
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf(line, "user-"+transport)
		switch transport {
		case "tcp":
			text += "\n"
		case "tls":
			text = fmt.Sprintf("%d %s", len(text), text)
		}
		if _, err = c.Write([]byte(text)); err == nil {
			err = c.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	// The lines are stored when the server has stopped, if they were read; that they were is asked for first.
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	get := func(url string) string {
		resp, err := client.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	stored := regexp.MustCompile(`vedette_ingest_events_total\{dataset="system.syslog",source="syslog"\} 3`)
	for i := 0; !stored.MatchString(get("https://" + s.board + "/metrics")); i++ {
		if i == 10_000 {
			t.Fatalf("%s %s", get("https://"+s.board+"/api/v1/ingest"), s.log)
		}
	}
	metrics := get("https://" + s.board + "/metrics")
	for _, transport := range []string{"udp", "tcp", "tls"} {
		if !strings.Contains(metrics, `vedette_syslog_lines_total{transport="`+transport+`"} 1`) || !strings.Contains(metrics, `vedette_syslog_dropped_total{transport="`+transport+`"} 0`) {
			t.Errorf("metrics do not tell of %s", transport)
		}
	}
	if body := get("https://" + s.board + "/api/v1/ingest"); !strings.Contains(body, `"name":"syslog","kind":"syslog","state":"idle"`) || !strings.Contains(body, `"events":3`) {
		t.Errorf("%s", body)
	}
	if code := s.stop(); code != 0 {
		t.Fatalf("status %d", code)
	}
	s = serve(t, data)
	for _, transport := range []string{"udp", "tcp", "tls"} {
		query := "event.action:ssh_login AND event.outcome:failure AND user.name:user-" + transport + ` AND input.type:` + transport + ` AND log.source.address:127.0.0.1* AND source.ip:"198.51.100.7" AND event.dataset:system.auth`
		if n := s.count(t, syslogStream, query); n != 1 {
			t.Errorf("%s: %d documents", query, n)
		}
	}
	if n := s.count(t, syslogStream, "*"); n != 3 {
		t.Errorf("%d documents, want 3", n)
	}
}

// TestALineThatThePipelineRefusesIsKept puts a pipeline in the place of the built-in one that refuses some lines.
func TestALineThatThePipelineRefusesIsKept(t *testing.T) {
	s := serve(t, t.TempDir(), "--listen-syslog-tcp", "127.0.0.1:0")
	s.ok(t, "PUT", "/_ingest/pipeline/vedette-syslog", `{"processors":[{"fail":{"if":"ctx.message == 'bad'","message":"I do not like it"}}]}`)
	c, err := net.Dial("tcp", s.syslogAt(t, "tcp"))
	if err == nil {
		_, err = io.WriteString(c, "bad\ngood\n"+strings.Repeat("x", 70_000)+"\n")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for i := 0; !strings.Contains(s.dashboard(t, "/metrics"), `vedette_ingest_events_total{dataset="system.syslog",source="syslog"} 3`); i++ {
		if i == 10_000 {
			t.Fatalf("%s %s", s.dashboard(t, "/api/v1/ingest"), s.log)
		}
	}
	for query, want := range map[string]int{`message:bad AND event.kind:pipeline_error AND error.message:"I do not like it"`: 1, "message:good": 1, "log.flags:truncated": 1, "event.kind:pipeline_error": 1, "*": 3} {
		if n := s.count(t, syslogStream, query); n != want {
			t.Errorf("%s: %d documents, want %d", query, n, want)
		}
	}
	if body := s.dashboard(t, "/metrics"); !strings.Contains(body, `vedette_syslog_cut_bytes_total{transport="tcp"} 4464`) || !strings.Contains(body, `vedette_ingest_pipeline_errors_total{dataset="system.syslog",source="syslog"} 1`) {
		t.Error("metrics do not tell of what was cut and refused")
	}
}

// TestLinesThatAreWrittenAgainAreStoredOnce is what the listener's second attempt relies on.
func TestLinesThatAreWrittenAgainAreStoredOnce(t *testing.T) {
	dir, err := storage.Open(t.TempDir(), storage.Options{})
	if err != nil {
		t.Fatal(err)
	}
	backend, err := engine.OpenEmbedded(dir, engine.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(errors.Join(err, dir.Close()))
	}
	defer func() {
		if err := errors.Join(backend.Close(), dir.Close()); err != nil {
			t.Error(err)
		}
	}()
	w := &syslogWriter{backend: backend}
	lines := []syslog.Line{{ID: "a", Text: "one", Transport: syslog.UDP}, {ID: "b", Text: "two \xff", Transport: syslog.UDP}}
	for range 2 {
		if err := w.Write(t.Context(), lines); err != nil {
			t.Fatal(err)
		}
	}
	stats, err := backend.IndexStats(t.Context(), operator, engine.Target{ExpandWildcards: "all"})
	if err != nil || len(stats) != 1 || stats[0].Activity.Indexed != 2 {
		t.Errorf("%+v, %v", stats, err)
	}
}

func TestAddressesOfSyslogFollowTheRules(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"without authentication": {[]string{"--auth", "off", "--listen-syslog-udp", "0.0.0.0:5514"}, []string{`--listen-syslog-udp "0.0.0.0:5514"`, "loopback"}},
		"plain":                  {[]string{"--auth", "on", "--listen-syslog-tcp", "0.0.0.0:5514"}, []string{`--listen-syslog-tcp "0.0.0.0:5514"`, "--insecure-http"}},
		"plain, for syslog only": {[]string{"--auth", "on", "--tls-cert", "c", "--tls-key", "k", "--listen-syslog-udp", ":5514"}, []string{"--listen-syslog-tls", "--insecure-http"}},
		"TLS and no certificate": {[]string{"--listen-syslog-tls", "127.0.0.1:6514"}, []string{"--tls-cert"}},
		"no port":                {[]string{"--listen-syslog-tcp", "127.0.0.1"}, []string{"HOST:PORT"}},
	} {
		t.Run(name, func(t *testing.T) {
			vedette(t, append([]string{"serve", "--data", t.TempDir()}, c.args...)...).want(t, 2, c.says...)
		})
	}
}
