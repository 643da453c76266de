package collect

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"github.com/vedette-siem/vedette/storage/metadb"
)

const healthTable = "sources.health"

// Conditions of a source that is not well: those of State, and these.
const (
	ConditionSilent = "silent" // nothing new for Definition.SilentAfter
	ConditionBehind = "behind" // what is read is old, and older each time
)

const (
	// healthInterval is how often sources are looked at.
	healthInterval = 30 * time.Second
	// A source is behind when the youngest object read between two looks is older than behindAfter, and older than the one before, behindLooks times in a row. AWS itself takes up to
	// 15 minutes to deliver.
	behindAfter = 30 * time.Minute
	behindLooks = 5
	// calm is how long an error must not come again before its condition is closed, where other calls go well: what fails now and then is told of once.
	calm = 10 * time.Minute
)

// A HealthEvent tells that a source is not well any more, or that it is again.
type HealthEvent struct {
	Definition Definition
	// Condition is one of the above or a State.
	Condition string
	// Since is when the condition was seen first. It is the same in the event that closes it.
	Since, At time.Time
	Closed    bool
	Reason    string
}

// ID is the same for the same change, however often it is told.
func (h *HealthEvent) ID() string {
	state := "open"
	if h.Closed {
		state = "closed"
	}
	return fmt.Sprintf("health-%s-%s-%d-%s", h.Definition.Name, h.Condition, h.Since.UnixMilli(), state)
}

// watched is what health is told by. The Runner is locked when it changes.
type watched struct {
	fresh  time.Time     // when an object came that was not known
	lag    time.Duration // age of the youngest object read since the last look; 0 for none
	last   time.Duration // lag of the look before
	grown  int           // looks in a row in which it grew
	behind bool
	// wrong is why AWS gave nothing, the last time for each state; well is when it gave something last.
	wrong map[State]wrong
	well  time.Time
}

type wrong struct {
	err error
	at  time.Time
}

// failed notes an error of the source, or of an object that it may not read.
func (h *watched) failed(err error, now time.Time) {
	if h.wrong == nil {
		h.wrong = make(map[State]wrong)
	}
	h.wrong[stateOf(err)] = wrong{err, now}
}

// refused are the errors that count still: nothing went well since, or they are not long past.
func (h *watched) refused(now time.Time, reasons map[string]string) {
	for state, w := range h.wrong {
		if w.at.After(h.well) || now.Sub(w.at) < calm {
			reasons[string(state)] = w.err.Error()
		} else {
			delete(h.wrong, state)
		}
	}
}

// read notes an object that was read.
func (h *watched) read(now, modified time.Time) {
	h.fresh = now
	if age := max(now.Sub(modified), 1); !modified.IsZero() && (h.lag == 0 || age < h.lag) {
		h.lag = age
	}
}

// caughtUp notes that nothing waits to be read.
func (h *watched) caughtUp(now time.Time) { h.well, h.behind, h.grown, h.last = now, false, 0, 0 }

// look closes the time since the last look.
func (h *watched) look() {
	switch {
	case h.lag == 0:
		return
	case h.lag > behindAfter && h.lag > h.last:
		h.grown++
		h.behind = h.behind || h.grown > behindLooks
	default:
		h.grown, h.behind = 0, h.behind && h.lag > behindAfter
	}
	h.last, h.lag = h.lag, 0
}

// health is what is kept of a source.
type health struct {
	// Fresh is when something new came last, or the source was looked at first.
	Fresh time.Time `json:"fresh"`
	// Open are the conditions that the source is in.
	Open map[string]open `json:"open,omitempty"`
	// Definition is the one that was told of last, for sources that are removed.
	Definition Definition `json:"definition"`
}

// open is a condition: when it was seen first, and whether that was told.
type open struct {
	Since time.Time `json:"since"`
	Told  bool      `json:"told,omitempty"`
}

// untold says whether something is open that was not told.
func (h *health) untold() bool {
	for _, o := range h.Open {
		if !o.Told {
			return true
		}
	}
	return false
}

// limit is how long the source may be silent.
func (h *health) limit() time.Duration { return cmp.Or(h.Definition.SilentAfter, DefaultSilentAfter) }

// monitor looks at the sources until ctx ends.
func (r *Runner) monitor(ctx context.Context) {
	if r.o.Health == nil {
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.o.After(healthInterval):
		}
		if err := r.look(ctx); err != nil && ctx.Err() == nil {
			r.o.Log.Error("telling the health of sources failed and is tried again", "err", err)
		}
	}
}

// look tells of each change since the last look. A change is kept before it is told, and then that it was: one that is told again after a crash has the same id.
func (r *Runner) look(ctx context.Context) error {
	kept, err := r.store.health()
	if err != nil {
		return err
	}
	now := r.o.Now().UTC()
	for name, found := range r.examine(kept, now) {
		before := kept[name]
		for condition := range found.reasons {
			found.Open[condition] = cmp.Or(before.Open[condition], open{Since: now})
		}
		ended := maps.Clone(before.Open)
		maps.DeleteFunc(ended, func(condition string, _ open) bool { _, still := found.reasons[condition]; return still })
		if maps.Equal(found.Open, before.Open) && !found.untold() && !found.gone && found.Fresh.Sub(before.Fresh) < found.limit()/10 {
			continue // not worth a write to disk
		}
		if err := r.tell(ctx, name, found, ended, now); err != nil {
			return err
		}
	}
	return nil
}

// tell stores the events of one source.
func (r *Runner) tell(ctx context.Context, name string, found examined, ended map[string]open, now time.Time) error {
	for condition, o := range ended {
		if err := r.o.Health(ctx, HealthEvent{Definition: found.Definition, Condition: condition, Since: o.Since, At: now, Closed: true, Reason: found.well}); err != nil {
			return err
		}
	}
	if found.gone {
		return r.store.forgetHealth(name)
	}
	if err := r.store.setHealth(name, found.health); err != nil || !found.untold() {
		return err
	}
	for condition, o := range found.Open {
		if o.Told {
			continue
		}
		if err := r.o.Health(ctx, HealthEvent{Definition: found.Definition, Condition: condition, Since: o.Since, At: o.Since, Reason: found.reasons[condition]}); err != nil {
			return err
		}
		found.Open[condition] = open{o.Since, true}
	}
	return r.store.setHealth(name, found.health)
}

// examined is how a source stands now.
type examined struct {
	health
	reasons map[string]string // by condition
	well    string            // why others are closed
	gone    bool
}

// examine looks at all sources that there are, and those that there were.
func (r *Runner) examine(kept map[string]health, at time.Time) map[string]examined {
	all := make(map[string]examined)
	for name, h := range kept {
		all[name] = examined{health: h, gone: true, well: "the source was removed"}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.sources {
		d := e.status.Definition
		e.watched.look()
		fresh := later(kept[d.Name].Fresh, e.watched.fresh)
		if fresh.IsZero() {
			fresh = at
		}
		reasons := make(map[string]string)
		now := health{Fresh: fresh, Open: make(map[string]open), Definition: d}
		if at.Sub(fresh) > now.limit() {
			reasons[ConditionSilent] = fmt.Sprintf("nothing new for %v, since %s", now.limit(), fresh.UTC().Format(time.RFC3339))
		}
		if e.watched.behind {
			reasons[ConditionBehind] = fmt.Sprintf("what is read was written %v ago, and that grows", e.watched.last.Round(time.Second))
		}
		e.watched.refused(at, reasons)
		e.status.Conditions = reasons
		all[d.Name] = examined{health: now, reasons: reasons, well: "it is well again"}
	}
	return all
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (s *Store) health() (map[string]health, error) {
	all := make(map[string]health)
	err := s.db.View(func(tx *metadb.Tx) error {
		return tx.Each(healthTable, func(name string, value []byte) error {
			var h health
			if err := json.Unmarshal(value, &h); err != nil {
				return fmt.Errorf("health of source %q: %w", name, err)
			}
			all[name] = h
			return nil
		})
	})
	return all, err
}

func (s *Store) setHealth(name string, h health) error {
	value, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return s.db.Update(func(tx *metadb.Tx) error { return tx.Put(healthTable, name, value) })
}

func (s *Store) forgetHealth(name string) error {
	return s.db.Update(func(tx *metadb.Tx) error { return tx.Delete(healthTable, name) })
}
