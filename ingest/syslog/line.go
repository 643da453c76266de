package syslog

import (
	"context"
	"net/netip"
	"time"
)

// A Transport is how a line came.
type Transport string

// The transports.
const (
	UDP Transport = "udp"
	TCP Transport = "tcp"
	TLS Transport = "tls"
)

// Transports are all of them.
var Transports = []Transport{UDP, TCP, TLS}

// A Line is what was sent, as it came: RFC 3164, RFC 5424 or anything else.
type Line struct {
	// ID is unique, also among those of other processes. A line that is written again has the same.
	ID string
	// Text is without what ended it; it need not be UTF-8.
	Text      string
	From      netip.AddrPort
	Transport Transport
	At        time.Time // when it was read
	// Cut says that there was more: it was longer than MaxLine, or the connection ended within it.
	Cut bool
}

// lineOverhead is what a queued line takes beside its text, in bytes, generously.
const lineOverhead = 512

// bytes is what it takes in the queue.
func (l *Line) bytes() int64 { return int64(len(l.Text)) + lineOverhead }

// A Writer stores lines.
type Writer interface {
	// Write returns nil when all of the lines are durable. Otherwise it is called again with the same lines, and those that were stored must not be stored twice. It is called by one
	// goroutine at a time and does not keep the slice.
	Write(ctx context.Context, lines []Line) error
}
