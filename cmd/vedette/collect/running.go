package collect

import (
	"context"
	"slices"
)

// entry is a source of a Runner.
type entry struct {
	status  Status
	watched watched
	again   chan struct{} // holds one when letters are to be tried again now
	stop    func()        // ends the source and waits for that; nil while the Runner does not run
}

func (r *Runner) newEntry(d Definition) *entry {
	return &entry{status: Status{Definition: d, State: StateIdle, Since: r.o.Now()}, again: make(chan struct{}, 1)}
}

// find is the source of that name, or nil. The Runner is locked.
func (r *Runner) find(name string) *entry {
	for _, e := range r.sources {
		if e.status.Definition.Name == name {
			return e
		}
	}
	return nil
}

// start lets a source run, if the Runner does. The Runner is locked.
func (r *Runner) start(e *entry) {
	if r.ctx == nil || r.ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithCancel(r.ctx)
	done, d := make(chan struct{}), e.status.Definition
	e.stop = func() { cancel(); <-done }
	r.all.Go(func() {
		defer close(done)
		defer cancel()
		r.forever(ctx, &d, e.again)
	})
}

// Add keeps a source and reads it from now on.
func (r *Runner) Add(d Definition) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.find(d.Name) != nil {
		return exists(d.Name)
	}
	if err := r.store.Add(d); err != nil {
		return err
	}
	e := r.newEntry(d)
	r.sources = append(r.sources, e)
	r.start(e)
	return nil
}

// Remove forgets a source that was added, and returns when it is not read any more. What it has read stays.
func (r *Runner) Remove(name string) error {
	r.mu.Lock()
	if err := r.store.Remove(name); err != nil {
		r.mu.Unlock()
		return err
	}
	e := r.find(name)
	r.sources = slices.DeleteFunc(r.sources, func(other *entry) bool { return other == e })
	r.mu.Unlock()
	if e != nil && e.stop != nil {
		e.stop()
	}
	return nil
}

// Retry lets the dead letters of a source be tried again at once, and returns how many there are. An empty name is all sources.
func (r *Runner) Retry(name string) (int, error) {
	n, err := r.letters.Retry(name)
	if err != nil {
		return n, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.sources {
		if name == "" || e.status.Definition.Name == name {
			select {
			case e.again <- struct{}{}:
			default: // it was told before
			}
		}
	}
	return n, nil
}
