package syslog

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"
)

// memory is a Writer whose lines tests wait for. Each call waits for an error to return.
type memory struct {
	verdicts chan error // nil is no error at all times
	lines    chan Line
}

// Write implements Writer.
func (m *memory) Write(ctx context.Context, lines []Line) error {
	if m.verdicts != nil {
		select {
		case err := <-m.verdicts:
			if err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for _, l := range lines {
		m.lines <- l
	}
	return nil
}

// listening is a Listener that runs until the test ends.
type listening struct {
	*Listener
	udp, tcp, tls string
	stop          func() error
}

func listen(t *testing.T, o Options) *listening {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS()
	certificates := server.TLS.Certificates
	server.Close()
	var err error
	if o.Packets, err = net.ListenPacket("udp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	for _, l := range []*net.Listener{&o.Streams, &o.Secure} {
		if *l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	o.TLS, o.Log, o.FirstPause = &tls.Config{Certificates: certificates}, slog.New(slog.DiscardHandler), time.Millisecond
	l := &listening{New(o), o.Packets.LocalAddr().String(), o.Streams.Addr().String(), o.Secure.Addr().String(), nil}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	stopped := false
	l.stop = func() error {
		if stopped {
			return nil
		}
		stopped = true
		cancel()
		return <-ended
	}
	t.Cleanup(func() {
		if err := l.stop(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// dial connects as a sender does.
func dial(t *testing.T, transport Transport, l *listening) net.Conn {
	t.Helper()
	var c net.Conn
	var err error
	switch transport {
	case UDP:
		c, err = net.Dial("udp", l.udp)
	case TCP:
		c, err = net.Dial("tcp", l.tcp)
	case TLS:
		c, err = tls.Dial("tcp", l.tls, &tls.Config{InsecureSkipVerify: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func send(t *testing.T, c io.Writer, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

func TestLinesComeByEachTransport(t *testing.T) {
	m := &memory{lines: make(chan Line, 100)}
	l := listen(t, Options{Writer: m})
	ids := map[string]bool{}
	for _, transport := range Transports {
		c := dial(t, transport, l)
		send(t, c, "<86>a line\n")
		got := <-m.lines
		if got.Text != "<86>a line" || got.Transport != transport || got.From.String() != c.LocalAddr().String() || got.At.IsZero() || got.Cut || ids[got.ID] {
			t.Errorf("%+v", got)
		}
		ids[got.ID] = true
	}
	c := dial(t, TLS, l)
	send(t, c, "5 <13>a6 <13>b\n")
	if a, b := <-m.lines, <-m.lines; a.Text != "<13>a" || b.Text != "<13>b" {
		t.Errorf("%+v %+v", a, b)
	}
	if err := l.stop(); err != nil {
		t.Error(err)
	}
	s := l.Status()
	if s.Stored != 5 || s.By[UDP].Lines != 1 || s.By[TLS].Lines != 3 || s.By[TCP].Bytes != 10 || s.LastLine.IsZero() || s.Waiting || s.By[TLS].Connections != 0 || s.By[TLS].Broken != 0 {
		t.Errorf("%+v", s)
	}
}

func TestLinesThatAreTooLongAreMarkedAndCounted(t *testing.T) {
	m := &memory{lines: make(chan Line, 100)}
	l := listen(t, Options{Writer: m})
	send(t, dial(t, TCP, l), strings.Repeat("x", MaxLine+10)+"\nshort\n")
	if a, b := <-m.lines, <-m.lines; len(a.Text) != MaxLine || !a.Cut || b.Text != "short" || b.Cut {
		t.Errorf("%d bytes, cut %v, then %+v", len(a.Text), a.Cut, b)
	}
	if err := l.stop(); err != nil {
		t.Error(err)
	}
	if s := l.Status().By[TCP]; s.Cut != 1 || s.CutBytes != 10 || s.Lines != 2 {
		t.Errorf("%+v", s)
	}
}

func TestAWrongLengthIsKeptAndEndsTheConnection(t *testing.T) {
	m := &memory{lines: make(chan Line, 100)}
	l := listen(t, Options{Writer: m})
	c := dial(t, TCP, l)
	send(t, c, "5 <13>aoh")
	if a, b := <-m.lines, <-m.lines; a.Text != "<13>a" || !strings.HasPrefix("oh", b.Text) || !b.Cut {
		t.Errorf("%+v %+v", a, b)
	}
	if n, err := c.Read(make([]byte, 1)); err == nil {
		t.Errorf("read %d bytes", n)
	}
	if err := l.stop(); err != nil || l.Status().By[TCP].Broken != 1 {
		t.Errorf("%v %+v", err, l.Status())
	}
}

func TestConnectionsAreBounded(t *testing.T) {
	m := &memory{lines: make(chan Line, 100)}
	l := listen(t, Options{Writer: m, Connections: 1})
	first := dial(t, TCP, l)
	send(t, first, "one\n")
	<-m.lines
	if _, err := dial(t, TCP, l).Read(make([]byte, 1)); err == nil {
		t.Error("a second connection is open")
	}
	send(t, first, "two\n")
	if got := <-m.lines; got.Text != "two" || l.Status().By[TCP].Refused != 1 || l.Status().By[TCP].Connections != 1 {
		t.Errorf("%+v %+v", got, l.Status())
	}
}

func TestASilentConnectionIsClosed(t *testing.T) {
	l := listen(t, Options{Writer: &memory{lines: make(chan Line, 100)}, Idle: time.Millisecond})
	for _, transport := range []Transport{TCP, TLS} {
		c, err := net.Dial("tcp", map[Transport]string{TCP: l.tcp, TLS: l.tls}[transport]) // no handshake
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, c); n != 0 && transport == TCP || errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: %d bytes, %v", transport, n, err)
		}
		_ = c.Close()
	}
	if err := l.stop(); err != nil || l.Status().By[TCP].Broken != 1 || l.Status().By[TLS].Broken != 1 {
		t.Errorf("%v %+v", err, l.Status())
	}
}

// TestAFullQueueHoldsTCPBackAndDropsUDP lets the Writer wait: all lines by TCP arrive in the end, and of those by UDP as many as were not dropped.
func TestAFullQueueHoldsTCPBackAndDropsUDP(t *testing.T) {
	m := &memory{verdicts: make(chan error), lines: make(chan Line, 10_000)}
	l := listen(t, Options{Writer: m})
	udp := dial(t, UDP, l)
	const sent = 600 // of 60,000 bytes: more than the queue holds, and more than a batch
	go func() {
		c, err := net.Dial("tcp", l.tcp)
		if err != nil {
			t.Error(err)
			return
		}
		for i := range sent {
			if _, err := fmt.Fprintf(c, "tcp %d %s\n", i, strings.Repeat("x", 60_000)); err != nil {
				t.Error(err)
			}
		}
		_ = c.Close()
	}()
	for l.Status().By[UDP].Dropped == 0 {
		send(t, udp, "udp")
	}
	if got := l.Status().By[TCP].Lines * 60_000; got > 16<<20 {
		t.Errorf("%d bytes are queued", got)
	}
	close(m.verdicts)
	for i := 0; i < sent; {
		if got := <-m.lines; got.Transport == TCP {
			if !strings.HasPrefix(got.Text, fmt.Sprintf("tcp %d x", i)) {
				t.Fatalf("%.20q came as line %d", got.Text, i)
			}
			i++
		}
	}
	if err := l.stop(); err != nil {
		t.Error(err)
	}
	if s := l.Status(); s.Stored != s.By[UDP].Lines+sent || s.By[TCP].Dropped != 0 {
		t.Errorf("%+v", s)
	}
}

func TestWritingIsTriedAgainUntilItSucceeds(t *testing.T) {
	m := &memory{verdicts: make(chan error), lines: make(chan Line, 100)}
	l := listen(t, Options{Writer: m})
	send(t, dial(t, TCP, l), "a\n")
	full := errors.New("disk is full")
	m.verdicts <- full
	m.verdicts <- full
	if s := l.Status(); !s.Waiting || s.LastFailure == nil || !errors.Is(s.LastFailure.Err, full) || s.Stored != 0 {
		t.Errorf("%+v", s)
	}
	m.verdicts <- nil
	if got := <-m.lines; got.Text != "a" {
		t.Errorf("%+v", got)
	}
	if err := l.stop(); err != nil || l.Status().Waiting || l.Status().Stored != 1 {
		t.Errorf("%v %+v", err, l.Status())
	}
}

// TestWhatWasReadIsStoredAtTheEnd stops a Listener whose Writer is slow.
func TestWhatWasReadIsStoredAtTheEnd(t *testing.T) {
	m := &memory{verdicts: make(chan error, 100), lines: make(chan Line, 100)}
	l := listen(t, Options{Writer: m})
	send(t, dial(t, TCP, l), "a\nb\nc\nd")
	m.verdicts <- errors.New("not now") // taken when all lines of the packet are on their way
	for l.Status().By[TCP].Lines < 3 {
		runtime.Gosched()
	}
	ended := make(chan error)
	go func() { ended <- l.stop() }()
	close(m.verdicts)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if s := l.Status(); s.Stored != 4 || s.Lost != 0 {
		t.Errorf("%+v", s)
	}
}

func TestWhatCannotBeStoredInTimeIsTold(t *testing.T) {
	m := &memory{verdicts: make(chan error), lines: make(chan Line, 100)}
	l := listen(t, Options{Writer: m, DrainWait: time.Millisecond})
	send(t, dial(t, TCP, l), "a\n")
	m.verdicts <- errors.New("disk is full")
	if err := l.stop(); err == nil || !strings.Contains(err.Error(), "1 lines of syslog could not be stored") || l.Status().Lost != 1 {
		t.Errorf("%v %+v", err, l.Status())
	}
}
