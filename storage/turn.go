package storage

import "time"

// turns is a mutex of which one can give up waiting. Who waits longest comes first.
type turns chan struct{}

func newTurns() turns { return make(turns, 1) }

// Lock implements sync.Locker.
func (t turns) Lock() { t <- struct{}{} }

// Unlock implements sync.Locker.
func (t turns) Unlock() { <-t }

// patience is how long a write waits in all, whatever it waits for.
type patience struct {
	longest time.Duration
	timer   *time.Timer // nil as long as it did not have to wait
}

// over gets a value when the time has passed.
func (p *patience) over() <-chan time.Time {
	if p.timer == nil {
		p.timer = time.NewTimer(p.longest)
	}
	return p.timer.C
}

func (p *patience) stop() {
	if p.timer != nil {
		p.timer.Stop()
	}
}

// enter takes writeMu for a write, when the buffer has room. It gives up with a *FullError when that takes too long, and at once when the index fails, is opened again or
// is being closed: waiting for an index that heals might be for ever.
func (ix *Index) enter(p *patience) error {
	for {
		ix.mu.RLock()
		err, changed := ix.takesWrites(), ix.changed
		full := err == nil && ix.buffer.full() // else the log may be being replayed into it
		ix.mu.RUnlock()
		if err != nil {
			return err
		}
		turn := ix.writeMu
		if full {
			ix.refreshSoon()
			turn = nil // never ready
		}
		select {
		case turn <- struct{}{}:
			return nil
		default:
		}
		select {
		case turn <- struct{}{}:
			return nil
		case <-changed:
		case <-p.over():
			return ix.o.budget.refusal()
		case <-ix.closing:
			return ErrClosed
		}
	}
}

// enterRefresh takes refreshMu, unless the index fails or is opened again: then at once the error of that.
func (ix *Index) enterRefresh() error {
	for {
		ix.mu.RLock()
		err, changed := ix.takesWrites(), ix.changed
		ix.mu.RUnlock()
		if err != nil {
			return err
		}
		select {
		case ix.refreshMu <- struct{}{}:
			return nil
		case <-changed:
		}
	}
}

// takesWrites says why the index takes no writes, or nil; while it is opened again, why it failed. The caller holds mu.
func (ix *Index) takesWrites() error {
	if err := ix.usable(); err != nil || ix.frozen == nil {
		return err
	}
	return ix.frozen.cause
}
