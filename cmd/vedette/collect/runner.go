package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
	"github.com/vedette-siem/vedette/storage/metadb"
)

const (
	// recentDays are listed each time, lateDays once a day and at the start: CloudTrail delivers up to 30 days late where the bucket refused it
	// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-troubleshooting.html).
	recentDays = 2
	lateDays   = 30
	// attempts of an object before it is parked.
	maxAttempts = 5
	// maxBackoff is the longest pause after a failure.
	maxBackoff = 5 * time.Minute
	// retryInterval is how often letters that are marked to be tried again are looked for.
	retryInterval = time.Minute
	// maxRetryPause is the longest pause between attempts of a letter that is tried again by itself.
	maxRetryPause = time.Hour
)

// Options of a Runner. DB, Pipeline and Log must be set.
type Options struct {
	DB *metadb.DB
	// Pipeline reads with the Checkpoints of DB.
	Pipeline *ingest.Pipeline
	Sources  []Definition
	Log      *slog.Logger
	// Health stores an event of a source's health; it is durable when it returns nil, and comes again with the same ID if not. Nil tells nobody.
	Health func(context.Context, HealthEvent) error
	// Now is the clock, After its timer; nil is time.Now and time.After.
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time

	queueWait, retryAfter time.Duration // of sqssource; tests hurry
}

// A Runner runs sources until its context ends. It is safe for concurrent use.
type Runner struct {
	o       Options
	store   *Store
	letters *Letters
	checks  *Checkpoints

	mu      sync.Mutex // guards what follows
	ctx     context.Context
	sources []*entry // in the order in which they came
	all     sync.WaitGroup
}

// New makes a runner and starts nothing.
func New(o Options) (*Runner, error) {
	if err := CheckAll(o.Sources); err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.After == nil {
		o.After = time.After
	}
	r := &Runner{o: o, store: NewStore(o.DB), letters: NewLetters(o.DB), checks: NewCheckpoints(o.DB, o.Now)}
	for _, d := range o.Sources {
		r.sources = append(r.sources, r.newEntry(d))
	}
	return r, nil
}

// Run runs all sources until ctx ends. None that fails stops another.
func (r *Runner) Run(ctx context.Context) {
	r.mu.Lock()
	r.ctx = ctx
	for _, e := range r.sources {
		r.start(e)
	}
	r.mu.Unlock()
	r.all.Go(func() { r.monitor(ctx) })
	r.sweep(ctx)
	r.mu.Lock()
	r.ctx = nil // none is started any more
	r.mu.Unlock()
	r.all.Wait()
}

// forever connects and reads one source, and goes on after failures with pauses that grow.
func (r *Runner) forever(ctx context.Context, d *Definition, again <-chan struct{}) {
	fails := 0
	for ctx.Err() == nil {
		began := r.o.Now()
		err := guarded(func() error { return r.read(ctx, d, again) })
		if ctx.Err() != nil {
			return
		}
		if r.o.Now().Sub(began) > 2*maxBackoff { // it went well for a while
			fails = 0
		}
		fails++
		pause := backoff(fails)
		r.failed(d.Name, err, r.o.Now().Add(pause))
		r.o.Log.Warn("source failed and is tried again", "source", d.Name, "state", stateOf(err), "pause", pause, "err", err)
		select {
		case <-ctx.Done():
		case <-r.o.After(pause):
		}
	}
}

// read reads a source until it fails.
func (r *Runner) read(ctx context.Context, d *Definition, again <-chan struct{}) error {
	if d.Kind == KindFolder {
		return r.watchFolder(ctx, d)
	}
	s, err := r.connect(ctx, d)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var retries sync.WaitGroup
	retries.Go(func() {
		if err := guarded(func() error { return r.retries(ctx, d, s.client, again) }); err != nil && ctx.Err() == nil {
			cancel(err)
		}
	})
	r.set(d.Name, StateLoading, nil, time.Time{})
	if s.queue != nil {
		_, err = r.o.Pipeline.Run(ctx, s.queue)
	} else {
		err = r.poll(ctx, d, s)
	}
	if cause := context.Cause(ctx); cause != nil && errors.Is(err, context.Canceled) {
		err = cause
	}
	cancel(nil)
	retries.Wait()
	return err
}

// poll lists a bucket each interval: the last days, and once a day those in which something may have come late.
func (r *Runner) poll(ctx context.Context, d *Definition, s source) error {
	var late time.Time // when the late days were listed last
	for {
		now := r.o.Now().UTC()
		since := now.AddDate(0, 0, 1-recentDays)
		deep := now.Sub(late) >= 24*time.Hour
		if deep {
			before, err := r.store.ListedUpTo(d.Name)
			if err != nil {
				return err
			}
			since = now.AddDate(0, 0, -lateDays)
			if !before.IsZero() && before.Before(now) { // what came while nobody listed
				since = before.AddDate(0, 0, -lateDays)
			}
		}
		s.bucket.Between(since, time.Time{})
		r.set(d.Name, StateLoading, nil, time.Time{})
		if _, err := r.o.Pipeline.Run(ctx, s.bucket); err != nil {
			return err
		}
		if deep {
			late = now
		}
		if err := r.store.SetListedUpTo(d.Name, now); err != nil {
			return err
		}
		pause := jitter(cmp.Or(d.Interval, DefaultInterval))
		r.set(d.Name, StateIdle, nil, r.o.Now().Add(pause))
		r.caughtUp(d.Name)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.o.After(pause):
		}
	}
}

// settled notes what became of an object of a bucket.
func (r *Runner) settled(d *Definition) func(context.Context, *ingest.Object, error) error {
	return func(_ context.Context, o *ingest.Object, outcome error) error {
		r.note(d.Name, o, outcome)
		l := Letter{Source: d.Name}
		l.of(o)
		if outcome == nil {
			return r.letters.Succeed(l)
		}
		if awsaccess.KindOf(outcome).Global() {
			return outcome
		}
		return r.letters.Fail(l, outcome, r.o.Now(), errors.Is(outcome, ingest.ErrFormatUnknown) || errors.Is(outcome, ingest.ErrMalformed))
	}
}

// sweep removes old checkpoints once a day.
func (r *Runner) sweep(ctx context.Context) {
	for {
		if n, err := r.checks.Sweep(ctx); err != nil && ctx.Err() == nil {
			r.o.Log.Error("sweeping checkpoints failed and is tried again", "err", err)
		} else if n > 0 {
			r.o.Log.Info("old checkpoints removed", "checkpoints", n)
		}
		select {
		case <-ctx.Done():
			return
		case <-r.o.After(24 * time.Hour):
		}
	}
}

// backoff is a random time of at least half of 1 s, doubled with each failure after the first, up to maxBackoff.
func backoff(fails int) time.Duration {
	most := min(time.Second<<min(max(fails-1, 0), 20), maxBackoff)
	return most/2 + time.Duration(rand.Int64N(int64(most/2)+1))
}

// jitter is a time within a tenth of d, so that many sources do not all list at once.
func jitter(d time.Duration) time.Duration {
	return d - d/10 + time.Duration(rand.Int64N(int64(d/5)+1))
}

// guarded turns a panic into an error.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("BUG: panic in a source: %v", p)
		}
	}()
	return f()
}
