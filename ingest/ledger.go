package ingest

import (
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"
)

// A ledger keeps the counts of all sources.
type ledger struct {
	now     func() time.Time
	mu      sync.Mutex // guards sources and everything below it
	sources map[string]*account
}

// account is what a source has counted over all its runs.
type account struct {
	status   SourceStatus
	datasets map[Dataset]*DatasetStatus
	rate     rate
	running  *run
}

// run is one pass over a source: its own account, beside that of the source.
type run struct {
	ledger  *ledger
	total   *account
	own     account
	started time.Time
	files   int64 // expected
	size    int64 // expected
	done    int64 // objects that need no more work
	logged  int
}

// maxLogged bounds the log lines about objects in one run; the counts go on.
const maxLogged = 100

func newLedger(now func() time.Time) *ledger {
	return &ledger{now: now, sources: make(map[string]*account)}
}

func newAccount(name string) *account {
	return &account{status: SourceStatus{Name: name, State: StateIdle}, datasets: make(map[Dataset]*DatasetStatus)}
}

func (l *ledger) begin(name string) *run {
	l.mu.Lock()
	defer l.mu.Unlock()
	total := l.sources[name]
	if total == nil {
		total = newAccount(name)
		l.sources[name] = total
	}
	r := &run{ledger: l, total: total, own: *newAccount(name), started: l.now()}
	total.running, total.status.State, r.own.status.State = r, StateLoading, StateLoading
	return r
}

// both runs f on the account of the run and on that of its source.
func (r *run) both(f func(*account)) {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	f(&r.own)
	f(r.total)
}

func (r *run) expect(files, bytes int64) {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	r.files, r.size = files, bytes
}

func (r *run) bytes(n int) { r.both(func(a *account) { a.status.Counts.Bytes += int64(n) }) }

func (r *run) wrote(d Dataset, written, duplicates int) {
	now := r.ledger.now()
	r.both(func(a *account) {
		a.status.Counts.Events += int64(written)
		a.status.Counts.Duplicates += int64(duplicates)
		s := a.dataset(d)
		s.Events += int64(written)
		s.Duplicates += int64(duplicates)
		a.rate.add(now, int64(written+duplicates))
	})
}

// read counts an object that was read, to its end or not.
func (r *run) read(f *finished, log *slog.Logger) {
	r.both(func(a *account) {
		a.status.Counts.PipelineErrors += f.counts.Errors
		a.status.Counts.Lost += f.counts.Lost
		a.status.LastObject = f.object.Name()
		if f.counts.Records == 0 {
			return
		}
		s := a.dataset(f.object.Format.Dataset())
		s.PipelineErrors += f.counts.Errors
		for name, n := range f.counts.Extra {
			s.extra(name, n)
		}
		if f.counts.LastEventMs != 0 {
			at := time.UnixMilli(f.counts.LastEventMs).UTC()
			s.LastEvent, a.status.LastEvent = later(s.LastEvent, at), later(a.status.LastEvent, at)
		}
	})
	if f.err != nil {
		r.failed(&f.object, f.err, log)
		return
	}
	if f.counts.Errors > 0 && r.mayLog() {
		log.Warn("records could not be decoded", "object", f.object.Name(), "format", f.object.Format, "records", f.counts.Errors, "err", f.counts.LastError)
	}
	r.both(func(a *account) { a.status.Counts.Files++ })
	r.settled()
}

func (r *run) failed(o *Object, err error, log *slog.Logger) {
	if r.mayLog() {
		log.Warn("object failed", "object", o.Name(), "format", o.Format, "err", err)
	}
	r.problem(o.Name(), err, func(t *Totals) { t.FilesFailed++ })
	r.settled()
}

func (r *run) unknown(o *Object, err error, log *slog.Logger) {
	if r.mayLog() {
		log.Warn("object not read", "object", o.Name(), "format", o.Format, "err", err)
	}
	r.problem(o.Name(), err, func(t *Totals) { t.Unknown++ })
	r.settled()
}

func (r *run) skipped(*Object) {
	r.both(func(a *account) { a.status.Counts.Skipped++ })
	r.settled()
}

func (r *run) known(o *Object) {
	r.both(func(a *account) { a.status.Counts.Known++ })
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	r.done++
	r.size -= max(o.Size, 0) // its bytes will not be read
}

func (r *run) settled() {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	r.done++
}

func (r *run) problem(object string, err error, count func(*Totals)) {
	p := Problem{At: r.ledger.now().UTC(), Object: object, Message: err.Error()}
	r.both(func(a *account) {
		count(&a.status.Counts)
		a.status.LastError = &p
		if len(a.status.Problems) >= MaxProblems {
			a.status.Problems = slices.Delete(a.status.Problems, 0, 1)
		}
		a.status.Problems = append(a.status.Problems, p)
	})
}

func (r *run) mayLog() bool {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	r.logged++
	return r.logged <= maxLogged
}

func (r *run) end(err error) {
	now := r.ledger.now().UTC()
	r.both(func(a *account) {
		a.status.State = StateIdle
		if err != nil {
			a.status.State, a.status.LastError = StateFailed, &Problem{At: now, Message: err.Error()}
		}
		if a.running == r {
			a.running = nil
		}
	})
}

func (r *run) report() SourceStatus {
	r.ledger.mu.Lock()
	defer r.ledger.mu.Unlock()
	return r.own.copy(r.ledger.now())
}

func (l *ledger) snapshot() Snapshot {
	l.mu.Lock()
	defer l.mu.Unlock()
	var s Snapshot
	for _, name := range slices.Sorted(maps.Keys(l.sources)) {
		status := l.sources[name].copy(l.now())
		s.Totals.add(status.Counts)
		s.Sources = append(s.Sources, status)
	}
	return s
}

func (a *account) dataset(d Dataset) *DatasetStatus {
	if a.datasets[d] == nil {
		a.datasets[d] = &DatasetStatus{Dataset: d}
	}
	return a.datasets[d]
}

func (s *DatasetStatus) extra(name string, n int64) {
	if s.ExtraFields == nil {
		s.ExtraFields = make(map[string]int64)
	}
	if _, ok := s.ExtraFields[name]; !ok && len(s.ExtraFields) >= MaxExtraNames {
		name = "…"
	}
	s.ExtraFields[name] += n
}

// copy makes a status that shares nothing with the account.
func (a *account) copy(now time.Time) SourceStatus {
	s := a.status
	s.Problems = slices.Clone(s.Problems)
	if s.LastError != nil {
		last := *s.LastError
		s.LastError = &last
	}
	for _, d := range a.datasets {
		c := *d
		c.ExtraFields = maps.Clone(c.ExtraFields)
		s.Datasets = append(s.Datasets, c)
	}
	slices.SortFunc(s.Datasets, func(x, y DatasetStatus) int { return compare(x.Dataset, y.Dataset) })
	s.EventsPerSecond = a.rate.perSecond(now)
	if a.running != nil {
		s.Progress = a.running.progress(now)
	}
	return s
}

func compare(a, b Dataset) int {
	switch {
	case a.Name < b.Name:
		return -1
	case a.Name > b.Name:
		return 1
	}
	return 0
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// progress tells how far the run is. The ledger is locked.
func (r *run) progress(now time.Time) *Progress {
	p := &Progress{
		StartedAt: r.started.UTC(), FilesDone: r.done, FilesTotal: max(r.files, r.done),
		BytesDone: r.own.status.Counts.Bytes, BytesTotal: max(r.size, r.own.status.Counts.Bytes), Left: -1,
	}
	if took := now.Sub(r.started); took > 0 && p.BytesDone > 0 && r.size > 0 {
		p.Left = time.Duration(float64(took) / float64(p.BytesDone) * float64(p.BytesTotal-p.BytesDone))
	}
	return p
}
