package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"
)

// Options configure a Pipeline. Decoders and Sink are required; every other zero value has a default.
type Options struct {
	// Decoders by the format they read. Objects of formats without one go to that of Unknown, which keeps their lines; without that one,
	// and if they are binary, they are reported as unknown and not read.
	Decoders map[Format]Decoder
	Sink     Sink
	// Checkpoints remember objects that are done; nil means that every object is read.
	Checkpoints Checkpoints
	Limits      Limits
	// Log gets one line per failed object and per run; nil means silence. Keys: source, object, format, err.
	Log *slog.Logger
	// Now is the clock of the statistics; nil means time.Now.
	Now func() time.Time
	// Workers is how many objects are read at once; 0 means GOMAXPROCS.
	Workers int
	// BatchDocs and BatchBytes are when a worker hands its documents to the sink; 0 means 2,000 and 4 MiB.
	BatchDocs, BatchBytes int
}

// A Pipeline reads sources into a sink. It is safe for concurrent use.
type Pipeline struct {
	options  Options
	detector *Detector
	ledger   *ledger
}

// New checks the options and makes a Pipeline. It starts nothing.
func New(o Options) (*Pipeline, error) {
	if o.Sink == nil || len(o.Decoders) == 0 {
		return nil, errors.New("new ingest pipeline: a sink and at least one decoder are needed")
	}
	o.Limits = o.Limits.WithDefaults()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.BatchDocs <= 0 {
		o.BatchDocs = 2000
	}
	if o.BatchBytes <= 0 {
		o.BatchBytes = 4 << 20
	}
	return &Pipeline{options: o, detector: NewDetector(), ledger: newLedger(o.Now)}, nil
}

// A Measurer is a Source that can say beforehand how much there is to read, for the progress.
type Measurer interface {
	// Measure returns the number of objects and their bytes as stored.
	Measure(ctx context.Context) (objects, bytes int64, err error)
}

// Quiet is a Source that is run so often that a run is no news for the log.
type Quiet interface{ Quiet() }

// Run reads every object of the source once and returns when all of it is acknowledged, with what this run did. An object that
// cannot be read is counted, listed in the report and logged, and the others go on. The error is that of ctx, of the sink, of
// the checkpoints or of the listing as a whole; what was acknowledged before it stays, and running again is harmless.
func (p *Pipeline) Run(ctx context.Context, src Source) (SourceStatus, error) {
	run := p.ledger.begin(src.Name())
	log := p.options.Log.With("source", src.Name())
	if m, ok := src.(Measurer); ok {
		files, bytes, err := m.Measure(ctx)
		if err != nil {
			run.end(err)
			return run.report(), fmt.Errorf("measure source %q: %w", src.Name(), err)
		}
		run.expect(files, bytes)
	}
	err := p.read(ctx, src, run, log)
	run.end(err)
	report := run.report()
	level := slog.LevelInfo
	if _, quiet := src.(Quiet); quiet {
		level = slog.LevelDebug
	} else if n := report.Counts; n.Files+n.FilesFailed+n.Unknown+n.Skipped+n.Known == 0 {
		level = slog.LevelDebug // a source that is listed often has nothing new most of the time
	}
	log.Log(ctx, level, "source read", "files", report.Counts.Files, "failed", report.Counts.FilesFailed, "events", report.Counts.Events,
		"duplicates", report.Counts.Duplicates, "pipeline_errors", report.Counts.PipelineErrors, "unknown", report.Counts.Unknown)
	if err != nil {
		return report, fmt.Errorf("read source %q: %w", src.Name(), err)
	}
	return report, nil
}

// Snapshot is what was read so far, over all runs of the process.
func (p *Pipeline) Snapshot() Snapshot { return p.ledger.snapshot() }

// read lists with one goroutine and reads with several.
func (p *Pipeline) read(ctx context.Context, src Source, run *run, log *slog.Logger) error {
	group, ctx := errgroup.WithContext(ctx)
	objects := make(chan Object, p.options.Workers)
	group.Go(guarded(func() error {
		defer close(objects)
		return src.Objects(ctx, func(o Object) error {
			select {
			case objects <- o:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}, func(o Object, err error) { run.failed(&o, err, log) })
	}))
	for range p.options.Workers {
		w := &worker{pipeline: p, source: src, run: run, log: log}
		group.Go(guarded(func() error { return w.work(ctx, objects) }))
	}
	return group.Wait()
}

// guarded turns a panic of a goroutine into an error, so that a defect in one place ends a run and not the process.
func guarded(f func() error) func() error {
	return func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("BUG: panic while ingesting: %v", r)
			}
		}()
		return f()
	}
}

// Status returns the status of one source by name.
func (p *Pipeline) Status(source string) (SourceStatus, bool) {
	for _, s := range p.ledger.snapshot().Sources {
		if s.Name == source {
			return s, true
		}
	}
	return SourceStatus{}, false
}
