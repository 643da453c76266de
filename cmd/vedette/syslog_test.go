package main

import "testing"

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
