package storage

import (
	"sync"
	"sync/atomic"
	"time"
)

// DiskState is how full the disk of a data directory is. Sizes are bytes.
type DiskState struct {
	// Free and Total are what the operating system says; Free is what this user may still write.
	Free, Total int64
	// Waiting is what is held in memory, and in the log since Free was asked, and will be on the disk soon.
	Waiting int64
	// Limit is the watermark: Full is set when Free without Waiting is below it, and goes when there is a tenth of it more.
	Limit int64
	Full  bool
}

// askAgain is for how long the operating system's answer is used.
const askAgain = time.Second

// disk watches the free space. It has no goroutine: it looks when it is asked.
type disk struct {
	path   string
	o      Options
	budget *budget
	logged atomic.Int64 // bytes that went to the log since the free space was asked

	mu    sync.Mutex // guards what follows
	state DiskState
	asked time.Time
	blind bool // the free space could not be asked, which was logged
}

func newDisk(path string, o Options, b *budget) *disk { return &disk{path: path, o: o, budget: b} }

// now is the state of the disk.
func (d *disk) now() DiskState {
	d.mu.Lock()
	defer d.mu.Unlock()
	if now := d.o.Now(); d.asked.IsZero() || now.Sub(d.asked) >= askAgain || now.Before(d.asked) {
		d.asked = now
		d.ask()
	}
	s := &d.state
	s.Waiting = d.budget.bytes() + d.logged.Load()
	left, was := s.Free-s.Waiting, s.Full
	if s.Full = left < s.Limit || was && left < s.Limit+s.Limit/10; s.Full != was {
		d.tell()
	}
	return *s
}

// ask asks the operating system. Where it does not know, nothing is refused. The caller holds mu.
func (d *disk) ask() {
	d.logged.Store(0)
	free, total, err := d.o.DiskSpace(d.path)
	if err != nil {
		if !d.blind {
			d.o.Logger.Warn("free space of the disk cannot be read, so that its watermark has no effect", "data", d.path, "err", err)
		}
		d.blind, d.state.Limit = true, 0
		return
	}
	d.blind = false
	d.state.Free, d.state.Total, d.state.Limit = free, total, d.o.Watermark.limit(total)
}

// tell logs that the disk has become full, or is not any more. The caller holds mu.
func (d *disk) tell() {
	args := []any{"data", d.path, "free_bytes", d.state.Free, "waiting_bytes", d.state.Waiting, "limit_bytes", d.state.Limit, "total_bytes", d.state.Total}
	if d.state.Full {
		d.o.Logger.Error("disk is nearly full: writes are refused until there is space; delete indices or enlarge the disk", args...)
	} else {
		d.o.Logger.Info("disk has space again: writes go on", args...)
	}
}

// Disk says how full the disk is. It asks the operating system at most once a second.
func (d *Dir) Disk() DiskState { return d.o.disk.now() }

// UnpersistedBytes is how much memory writes take that are not segments on disk yet, and the limit (Options.MaxUnpersistedBytes).
func (d *Dir) UnpersistedBytes() (used, limit int64) { return d.o.budget.bytes(), d.o.budget.limit }
