package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/vedette-siem/vedette/storage"
)

// Lifecycle says when data streams roll over, that is go on in a new index, and which of their older indices are deleted. A data stream whose index template has
// `lifecycle.enabled: false` is left alone. The zero value rolls over by the defaults and deletes nothing.
//
// An event's age counts from the rollover of its index, as in Elasticsearch, and not from its own time: then logs of last year that somebody loads for an investigation
// are not deleted a minute later, a wrong clock cannot keep an index for ever, and what came late is kept as long as what came in time. The price is that an index holds
// events that are older than the retention by as much as MaxAge, and by what they were late.
type Lifecycle struct {
	// Retention is how long events are kept at least, where the template of their data stream says nothing (`data_retention`); 0 is for ever.
	Retention time.Duration
	// MaxTotalBytes is how much all data streams together may take on disk; beyond, the index with the oldest events is deleted. 0 is no limit.
	MaxTotalBytes int64
	// MaxAge, MaxBytes and MaxDocs are what an index may reach before its data stream rolls over. A MaxAge of 0 goes by the retention as Elasticsearch's `auto`
	// does, the others are 10 GiB and 100 million by default.
	MaxAge   time.Duration
	MaxBytes int64
	MaxDocs  int64
}

// Defaults of Lifecycle. An index of 10 GiB holds some 100 million flow events, which is less than Elasticsearch's 50 GB and 200 million: what is deleted goes by whole
// indices, and our users' disks are small.
const (
	defaultMaxBytes = 10 << 30
	defaultMaxDocs  = 100_000_000
	// sizeShare is the part of MaxTotalBytes that one index may reach, so that no deletion takes much more than that.
	sizeShare = 20
)

const day = 24 * time.Hour

// maxAge is what an index of a data stream with a retention (0 is for ever) may reach.
// https://www.elastic.co/docs/reference/elasticsearch/configuration-reference/data-stream-lifecycle-settings
func (l Lifecycle) maxAge(retention time.Duration) time.Duration {
	switch {
	case l.MaxAge > 0 && retention > 0:
		return min(l.MaxAge, retention)
	case l.MaxAge > 0:
		return l.MaxAge
	case retention > 0 && retention <= day:
		return min(time.Hour, retention)
	case retention > 0 && retention <= 14*day:
		return day
	case retention > 0 && retention <= 90*day:
		return 7 * day
	}
	return 30 * day
}

func (l Lifecycle) maxBytes() int64 {
	n := cmp.Or(l.MaxBytes, defaultMaxBytes)
	if l.MaxTotalBytes > 0 {
		n = min(n, max(l.MaxTotalBytes/sizeShare, 1))
	}
	return n
}

// RunLifecycle rolls data streams over and deletes what is kept no longer, once; call it about once a minute. What fails is in the error and tried again by the next call;
// the rest is done all the same.
func (e *Embedded) RunLifecycle(ctx context.Context) error {
	errs := []error{e.finishRemovals()}
	for _, run := range []func(context.Context) error{e.rollOverDue, e.runPolicies, e.deleteExpired, e.deleteOversize} {
		if err := ctx.Err(); err != nil {
			return err
		}
		errs = append(errs, run(ctx))
	}
	return errors.Join(errs...)
}

// backing is an index of a data stream as the lifecycle sees it.
type backing struct {
	*index
	stream    string
	write     bool // it is the one that is written to
	created   time.Time
	rolled    time.Time // when its stream went on in the next index; zero of the one that is written to
	retention time.Duration
}

// managed lists the indices of all data streams that are not to be left alone, those of one stream oldest first.
func (e *Embedded) managed() ([]backing, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var out []backing
	var errs []error
	for name, s := range e.streams {
		retention, err := s.Lifecycle.retention()
		if err != nil {
			errs = append(errs, fmt.Errorf("lifecycle of data stream %s: %w", name, err))
			continue
		}
		if s.Lifecycle.disabled() {
			continue
		}
		for i, backingName := range s.Indices {
			ix := e.indices[backingName]
			b := backing{index: ix, stream: name, write: i == len(s.Indices)-1, created: time.UnixMilli(ix.CreatedAt), retention: cmp.Or(e.policyRetention(ix), retention, e.o.Lifecycle.Retention)}
			if !b.write {
				b.rolled = time.UnixMilli(e.indices[s.Indices[i+1]].CreatedAt)
			}
			out = append(out, b)
		}
	}
	return out, errors.Join(errs...)
}

// each calls f with every managed index and collects the errors.
func (e *Embedded) each(ctx context.Context, f func(b backing) error) error {
	all, err := e.managed()
	errs := []error{err}
	for _, b := range all {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		errs = append(errs, f(b))
	}
	return errors.Join(errs...)
}

// rollOverDue rolls over the data streams whose index has reached a limit. An empty index stays: it would only make a further one.
func (e *Embedded) rollOverDue(ctx context.Context) error {
	return e.each(ctx, func(b backing) error {
		if !b.write {
			return nil
		}
		st, err := b.stats()
		if err != nil || st.Docs == 0 {
			return err
		}
		if reason := e.dueFor(b, st); reason != "" {
			return e.rollOver(b, reason)
		}
		return nil
	})
}

// dueFor is the limit that an index has reached, or empty.
func (e *Embedded) dueFor(b backing, st storage.Stats) string {
	l := e.o.Lifecycle
	switch {
	case e.o.Now().Sub(b.created) >= l.maxAge(b.retention):
		return "max_age"
	case st.Bytes >= l.maxBytes():
		return "max_bytes"
	case st.Docs >= cmp.Or(l.MaxDocs, defaultMaxDocs):
		return "max_docs"
	}
	return ""
}

// stats counts the index; one that was deleted a moment ago has nothing, and neither has a broken one, which is told elsewhere.
func (b backing) stats() (storage.Stats, error) {
	if b.broken != nil {
		return storage.Stats{}, nil
	}
	st, err := b.store.Stats()
	if errors.Is(err, storage.ErrClosed) {
		return storage.Stats{}, nil
	}
	if err != nil {
		return st, fmt.Errorf("statistics of index %s: %w", b.Name, err)
	}
	return st, nil
}

// deleteExpired deletes the indices whose stream has gone on in another one for longer than the retention.
func (e *Embedded) deleteExpired(ctx context.Context) error {
	return e.each(ctx, func(b backing) error {
		if b.write || b.retention == 0 || e.o.Now().Sub(b.rolled) < b.retention {
			return nil
		}
		st, err := b.stats()
		if err != nil {
			return err
		}
		return e.deleteBacking(b, st, "older than the retention of "+b.retention.String())
	})
}

// deleteOversize deletes the oldest indices until the others fit the limit of all. An index that is written to is rolled over before.
func (e *Embedded) deleteOversize(ctx context.Context) error {
	limit := e.o.Lifecycle.MaxTotalBytes
	if limit <= 0 {
		return nil
	}
	type sized struct {
		backing
		storage.Stats
	}
	var all []sized
	total := int64(0)
	errs := []error{e.each(ctx, func(b backing) error {
		st, err := b.stats()
		total += st.Bytes
		all = append(all, sized{b, st})
		return err
	})}
	slices.SortFunc(all, func(a, b sized) int { return a.lastEvent(a.Stats).Compare(b.lastEvent(b.Stats)) })
	for _, s := range all {
		if total <= limit || ctx.Err() != nil {
			break
		}
		if s.Docs == 0 {
			continue
		}
		if s.write {
			if err := e.rollOver(s.backing, "max_total_bytes"); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		if err := e.deleteBacking(s.backing, s.Stats, fmt.Sprintf("data streams take %d bytes of %d", total, limit)); err != nil {
			errs = append(errs, err)
			continue
		}
		total -= s.Bytes
	}
	return errors.Join(errs...)
}

// lastEvent is the time of the newest event, but none after the rollover, so that a wrong clock does not make an index the last to go.
func (b backing) lastEvent(st storage.Stats) time.Time {
	if !b.rolled.IsZero() && st.To.After(b.rolled) {
		return b.rolled
	}
	return st.To
}
