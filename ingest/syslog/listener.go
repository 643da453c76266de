package syslog

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// Options say where a Listener listens and where lines go. The zero value of a limit means its default.
type Options struct {
	Writer Writer
	Log    *slog.Logger
	// Packets, Streams and Secure are the sockets for UDP, TCP and TLS; nil for none. Run closes them.
	Packets         net.PacketConn
	Streams, Secure net.Listener
	TLS             *tls.Config // for Secure
	// Connections is how many there may be at a time, TCP and TLS together; others are closed at once. Default 1000.
	Connections int
	// Idle is how long a connection may be silent. It is long, for a sender that writes to a connection that was closed loses that line. Default 1 h.
	Idle time.Duration
	// QueueBytes is the memory for lines that are not stored yet. Default 16 MiB.
	QueueBytes int64
	// DrainWait is how long what was read may take to be stored when Run is told to end. Default 8 s.
	DrainWait time.Duration
	// FirstPause is the pause before the Writer is tried a second time. Default 1 s.
	FirstPause time.Duration
}

// handshakeWait is how long a TLS handshake may take, failedPause the pause after an error of a socket, such as too many open files.
const (
	handshakeWait = 10 * time.Second
	failedPause   = 100 * time.Millisecond
)

// A Listener reads lines and has them written.
type Listener struct {
	o      Options
	queue  *queue
	counts *counters
	slots  chan struct{} // one for each connection

	mu     sync.Mutex // guards the rest
	conns  map[net.Conn]bool
	ending bool
}

// New makes a Listener; it does nothing before Run.
func New(o Options) *Listener {
	o.Connections, o.Idle, o.QueueBytes = cmp.Or(o.Connections, 1000), cmp.Or(o.Idle, time.Hour), cmp.Or(o.QueueBytes, 16<<20)
	o.DrainWait, o.FirstPause = cmp.Or(o.DrainWait, 8*time.Second), cmp.Or(o.FirstPause, time.Second)
	o.QueueBytes = max(o.QueueBytes, MaxLine+lineOverhead) // otherwise the longest line would wait for ever
	l := &Listener{o: o, counts: newCounters(), slots: make(chan struct{}, o.Connections), conns: map[net.Conn]bool{}}
	l.queue = newQueue(o.QueueBytes, "sl-"+rand.Text()+"-", &l.o, l.counts)
	return l
}

// Status is how it stands. It may be asked at any time.
func (l *Listener) Status() Status { return l.counts.status() }

// Run listens until ctx ends, then stores what was read. Its error tells of lines that could not be stored in time.
func (l *Listener) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	drain, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	context.AfterFunc(ctx, func() {
		l.close()
		timer := time.AfterFunc(l.o.DrainWait, cut)
		context.AfterFunc(drain, func() { timer.Stop() })
	})
	var readers sync.WaitGroup
	failures := make(chan error, len(Transports))
	start := func(f func() error) {
		readers.Go(func() {
			if err := guard(f); err != nil {
				failures <- err
				stop()
			}
		})
	}
	if l.o.Packets != nil {
		start(func() error { l.readPackets(ctx); return nil })
	}
	for t, from := range map[Transport]net.Listener{TCP: l.o.Streams, TLS: l.o.Secure} {
		if from != nil {
			start(func() error { l.accept(ctx, drain, t, from, &readers); return nil })
		}
	}
	go func() {
		readers.Wait()
		close(l.queue.lines)
	}()
	err := l.queue.write(drain)
	close(failures) // no reader is left
	for failed := range failures {
		err = errors.Join(err, failed)
	}
	return err
}

// close closes the sockets and the connections. What was read of them before is still stored, what lies in the kernel is not.
func (l *Listener) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ending = true
	if l.o.Packets != nil {
		_ = l.o.Packets.Close() // whoever reads is told
	}
	for _, from := range []net.Listener{l.o.Streams, l.o.Secure} {
		if from != nil {
			_ = from.Close()
		}
	}
	for c := range l.conns {
		_ = c.Close()
	}
}

// readPackets reads datagrams, a line each (https://www.rfc-editor.org/rfc/rfc5426#section-3.1).
func (l *Listener) readPackets(ctx context.Context) {
	buf := make([]byte, MaxLine)
	for {
		n, from, err := l.o.Packets.ReadFrom(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			l.failed(ctx, UDP, err)
			continue
		}
		text := trimmed(buf[:n])
		if len(text) == 0 {
			continue
		}
		line := Line{Text: string(text), From: address(from), Transport: UDP, At: time.Now()}
		if !l.queue.offer(line) {
			l.counts.by[UDP].dropped.Add(1)
			continue
		}
		l.counts.read(line, 0)
	}
}

// accept starts a reader for each connection.
func (l *Listener) accept(ctx, drain context.Context, t Transport, from net.Listener, readers *sync.WaitGroup) {
	for {
		c, err := from.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			l.failed(ctx, t, err)
			continue
		}
		if !l.take(c) {
			l.counts.by[t].refused.Add(1)
			_ = c.Close()
			continue
		}
		readers.Go(func() { l.serve(ctx, drain, t, c) })
	}
}

// failed tells of an error of a socket that stays open, and waits a little.
func (l *Listener) failed(ctx context.Context, t Transport, err error) {
	l.counts.by[t].broken.Add(1)
	l.o.Log.Error("nothing can be received at the socket of syslog, trying again", "transport", t, "pause", failedPause, "err", err)
	select {
	case <-ctx.Done():
	case <-time.After(failedPause):
	}
}

// take says whether there may be one more connection.
func (l *Listener) take(c net.Conn) bool {
	select {
	case l.slots <- struct{}{}:
	default:
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conns[c] = true; l.ending {
		_ = c.Close()
	}
	return true
}

func (l *Listener) giveBack(c net.Conn) {
	_ = c.Close() // it may be closed
	l.mu.Lock()
	delete(l.conns, c)
	l.mu.Unlock()
	<-l.slots
}

// serve reads one connection to its end.
func (l *Listener) serve(ctx, drain context.Context, t Transport, c net.Conn) {
	counts := l.counts.by[t]
	counts.open.Add(1)
	defer counts.open.Add(-1)
	defer l.giveBack(c)
	err := guard(func() error { return l.read(drain, t, c) })
	if err == nil || errors.Is(err, io.EOF) || ctx.Err() != nil {
		return
	}
	counts.broken.Add(1)
	level := slog.LevelWarn
	if errors.Is(err, os.ErrDeadlineExceeded) {
		level = slog.LevelInfo
	}
	l.o.Log.Log(ctx, level, "syslog connection ended", "transport", t, "from", c.RemoteAddr(), "err", err)
}

// read queues the lines of a connection. io.EOF is its proper end.
func (l *Listener) read(drain context.Context, t Transport, c net.Conn) error {
	from := address(c.RemoteAddr())
	stream := net.Conn(&idleConn{c, l.o.Idle})
	if t == TLS {
		secure := tls.Server(stream, l.o.TLS)
		wait, cancel := context.WithTimeout(drain, handshakeWait)
		defer cancel()
		if err := secure.HandshakeContext(wait); err != nil {
			return err
		}
		stream = secure
	}
	lines := newFrames(stream)
	for {
		one, err := lines.next()
		if err != nil {
			return err
		}
		line := Line{Text: string(one.text), From: from, Transport: t, At: time.Now(), Cut: one.cut > 0 || one.partial}
		if err := l.queue.put(drain, line); err != nil {
			l.counts.by[t].dropped.Add(1)
			return err
		}
		l.counts.read(line, one.cut)
	}
}

// idleConn ends when nothing comes for a while.
type idleConn struct {
	net.Conn
	idle time.Duration
}

// Read implements net.Conn.
func (c *idleConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.idle)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

func address(a net.Addr) netip.AddrPort {
	from, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{} // a socket that is no IP
	}
	return netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
}
