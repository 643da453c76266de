package collect

import (
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
)

// A State says what a source is doing, or why it is not.
type State string

// The states of a source. All but the first two end by themselves when what is wrong does: the source goes on trying.
const (
	StateLoading     State = "loading"
	StateIdle        State = "idle"
	StateThrottled   State = "throttled"
	StateCredentials State = "credentials"
	StateDenied      State = "access_denied"
	StateFailed      State = "failed"
)

// Status is how a source stands.
type Status struct {
	Definition Definition
	State      State
	// Since is when the state began, Next when it is tried again or listed again; zero for now.
	Since, Next time.Time
	// Err is why, for the states that are not well.
	Err error
	// Read is what was read since the process started.
	Read ingest.SourceStatus
	// Parked is how many dead letters there are.
	Parked int
	// Conditions are why the source is not well, by ConditionSilent, ConditionBehind or a State; shared, and never written to.
	Conditions map[string]string
}

// Snapshot is how the sources stand, in the order of their definitions.
func (r *Runner) Snapshot() ([]Status, error) {
	parked, err := r.letters.Counts()
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Status, 0, len(r.sources))
	for _, e := range r.sources {
		s := e.status
		if read, ok := r.o.Pipeline.Status(s.Definition.Name); ok {
			s.Read = read
		}
		s.Read.Name = s.Definition.Name
		s.Parked = parked[s.Definition.Name]
		all = append(all, s)
	}
	return all, err
}

func (r *Runner) set(name string, state State, err error, next time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.find(name)
	if e == nil {
		return
	}
	s := &e.status
	if s.State != state {
		s.State, s.Since = state, r.o.Now()
	}
	s.Err, s.Next = err, next
}

// failed shows why a run of a source ended.
func (r *Runner) failed(name string, err error, next time.Time) {
	r.set(name, stateOf(err), err, next)
	r.watch(name, func(w *watched) { w.failed(err, r.o.Now()) })
}

// watch changes what a source's health is told by.
func (r *Runner) watch(name string, f func(*watched)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.find(name); e != nil {
		f(&e.watched)
	}
}

// caughtUp notes that nothing waits to be read.
func (r *Runner) caughtUp(name string) {
	r.watch(name, func(w *watched) { w.caughtUp(r.o.Now()) })
}

// note shows that objects are refused while listing or the queue works, and that they are not any more.
func (r *Runner) note(name string, o *ingest.Object, outcome error) {
	now := r.o.Now()
	switch kind := awsaccess.KindOf(outcome); {
	case kind == awsaccess.Denied:
		r.failed(name, outcome, time.Time{})
	case outcome == nil:
		r.watch(name, func(w *watched) {
			if w.well = now; o.IDPrefix != "" { // else it is known, and nobody has opened it
				w.read(now, o.ModTime)
			}
		})
		r.mu.Lock()
		e := r.find(name)
		denied := e != nil && e.status.State == StateDenied
		r.mu.Unlock()
		if denied {
			r.set(name, StateLoading, nil, time.Time{})
		}
	}
}

// stateOf is what an error means for its source.
func stateOf(err error) State {
	switch awsaccess.KindOf(err) {
	case awsaccess.Throttled:
		return StateThrottled
	case awsaccess.Credentials:
		return StateCredentials
	case awsaccess.Denied:
		return StateDenied
	}
	return StateFailed
}
