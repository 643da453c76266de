package syslog

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// Counts are those of one transport since the start.
type Counts struct {
	// Lines were read, Bytes is their text. Cut are those of the Lines of which there was more, CutBytes what of them was thrown away for being longer than MaxLine.
	Lines, Bytes, Cut, CutBytes int64
	// Dropped are lines for which there was no room, or no time at the end; they are none of Lines.
	Dropped int64
	// Connections are open now. Refused came when there were too many, Broken ended with an error: a wrong length, a handshake that failed, silence, a reset.
	Connections, Refused, Broken int64
}

// Failure is why lines could not be stored.
type Failure struct {
	At  time.Time
	Err error
}

// Status is how a Listener stands.
type Status struct {
	By map[Transport]Counts
	// Stored were written by the Writer; Lost could not be before the end of the process.
	Stored, Lost int64
	// LastLine is when the newest line came; zero for none yet.
	LastLine time.Time
	// LastFailure is the newest of the Writer; nil for none. Waiting says that it is so now, and that lines are tried again.
	LastFailure *Failure
	Waiting     bool
}

// counters are what a Status is made of.
type counters struct {
	by           map[Transport]*transportCounters // not changed
	stored, lost atomic.Int64
	last         atomic.Int64 // milliseconds since 1970 of the newest line; 0 for none
	failure      atomic.Pointer[Failure]
	waiting      atomic.Bool
}

type transportCounters struct {
	lines, bytes, cut, cutBytes, dropped, open, refused, broken atomic.Int64
}

func newCounters() *counters {
	c := &counters{by: map[Transport]*transportCounters{}}
	for _, t := range Transports {
		c.by[t] = &transportCounters{}
	}
	return c
}

// writing tells how the last attempt went.
func (c *counters) writing(failed *Failure) {
	c.waiting.Store(failed != nil)
	if failed != nil {
		c.failure.Store(failed)
	}
}

// read counts a line that was queued, and what of it was not.
func (c *counters) read(l Line, cutBytes int64) {
	t := c.by[l.Transport]
	t.lines.Add(1)
	t.bytes.Add(int64(len(l.Text)))
	if l.Cut {
		t.cut.Add(1)
		t.cutBytes.Add(cutBytes)
	}
	c.last.Store(l.At.UnixMilli())
}

func (c *counters) status() Status {
	s := Status{By: map[Transport]Counts{}, Stored: c.stored.Load(), Lost: c.lost.Load(), LastFailure: c.failure.Load(), Waiting: c.waiting.Load()}
	for name, t := range c.by {
		s.By[name] = Counts{
			Lines: t.lines.Load(), Bytes: t.bytes.Load(), Cut: t.cut.Load(), CutBytes: t.cutBytes.Load(), Dropped: t.dropped.Load(),
			Connections: t.open.Load(), Refused: t.refused.Load(), Broken: t.broken.Load(),
		}
	}
	if ms := c.last.Load(); ms > 0 {
		s.LastLine = time.UnixMilli(ms).UTC()
	}
	return s
}

// guard turns a panic into an error.
func guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("BUG: panic: %v\n%s", r, debug.Stack())
		}
	}()
	return f()
}
