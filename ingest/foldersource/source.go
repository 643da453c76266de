// Package foldersource is the ingest.Source of a folder that is watched: files that are new there, that are appended to, rotated (renamed, or copied and truncated, then
// perhaps compressed) or replaced. Each pass lists the folder and offers what is new; who calls it decides how often.
//
// What was read of a file is a Record: the file's identity (device, inode, hash of its first bytes and of the bytes before the offset) and the offset. A record is durable before the
// first byte of its file is read, and moves on, at the end of a pass, only behind what is durable. So after a crash a piece is read again from where it began, and the ids of its
// documents, which are made of the record and that offset, are those that are there.
//
// Files of lines are read piece by piece, up to the last whole line; one that ends without a newline when it has been quiet for a while is read to its end. Compressed files, Parquet and JSON that is not one value a
// line are read as a whole when they are quiet, with the ids that `vedette load` gives them.
//
// What it cannot see: what a file held between two passes and holds no more (truncation loses the lines that were written since the last pass but for those in the copy).
package foldersource

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/filesource"
)

const (
	// DefaultSettle is how long a file must not change to count as whole.
	DefaultSettle = 5 * time.Second
	// pieceBytes is how much of a file one pass reads at most, so that much is not read again after a crash.
	pieceBytes = 64 << 20
	// maxFiles bounds the records of a folder.
	maxFiles = 100_000
	// keepGone is how long the record of a file that is not there any more is kept: it may come back, for instance with its file system.
	keepGone = 7 * 24 * time.Hour
	// retryAfter is when a file is tried again that could not be read and has not changed.
	retryAfter = 5 * time.Minute
)

// State keeps the records of one folder. It is called by one goroutine at a time.
type State interface {
	// Files are all records.
	Files() ([]Record, error)
	// Save puts some and removes others by their key, all or nothing, durably.
	Save(put []Record, remove []string) error
}

// Options of a Source. Path, Name and State must be set.
type Options struct {
	Name string
	// Path is a folder, or a file.
	Path  string
	State State
	// Format and FlowFormat are those of filesource.
	Format     ingest.Format
	FlowFormat string
	// Settle is how long a file must not change to count as whole; 0 is DefaultSettle.
	Settle time.Duration
	Limits ingest.Limits
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// PieceBytes is how much of a file a pass reads; 0 is 64 MiB.
	PieceBytes int64
}

// A Source implements ingest.Source and ingest.Settler. One pass of a Pipeline at a time may run on it, and Finish ends it.
type Source struct {
	o     Options
	files *filesource.Source

	mu     sync.Mutex // guards what follows, and all watched
	known  map[string]*watched
	byNode map[node]*watched
	pass   int                  // number of the pass that runs
	listed int                  // files seen in this pass
	broken bool                 // part of the folder could not be listed in this pass
	more   bool                 // a piece was cut at PieceBytes
	told   map[string]time.Time // when a file was last reported that cannot be looked at
}

// New reads the records. The error says that the path cannot be looked at, or is of the state.
func New(o Options) (*Source, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Settle <= 0 {
		o.Settle = DefaultSettle
	}
	if o.PieceBytes <= 0 {
		o.PieceBytes = pieceBytes
	}
	files, err := filesource.New([]string{o.Path}, filesource.Options{Name: o.Name, Format: o.Format, FlowFormat: o.FlowFormat})
	if err != nil {
		return nil, fmt.Errorf("watch folder: %w", err)
	}
	s := &Source{o: o, files: files, known: map[string]*watched{}, byNode: map[node]*watched{}, told: map[string]time.Time{}}
	records, err := o.State.Files()
	if err != nil {
		return nil, fmt.Errorf("read what is known of folder %q: %w", o.Path, err)
	}
	for _, r := range records {
		s.keep(&watched{Record: r, size: -1})
	}
	return s, nil
}

// Name implements ingest.Source.
func (s *Source) Name() string { return s.o.Name }

// Objects implements ingest.Source: it lists the folder, keeps the records of files that are new, and only then offers what there is to read.
func (s *Source) Objects(ctx context.Context, yield func(ingest.Object) error, failed func(ingest.Object, error)) error {
	s.mu.Lock()
	s.pass, s.listed, s.broken, s.more = s.pass+1, 0, false, false
	maps.DeleteFunc(s.told, func(_ string, at time.Time) bool { return s.o.Now().Sub(at) >= retryAfter })
	s.mu.Unlock()
	var pieces []ingest.Object
	err := s.files.Objects(ctx, func(o ingest.Object) error {
		found, err := s.plan(o)
		if errors.Is(err, os.ErrNotExist) {
			return nil // it went while we looked
		}
		if errors.Is(err, errTooMany) {
			return err
		}
		if err != nil {
			s.fail(o, err, failed)
		}
		if found != nil {
			pieces = append(pieces, *found)
		}
		return nil
	}, func(o ingest.Object, err error) { s.fail(o, err, failed) })
	if err != nil {
		return err
	}
	if err := s.save(); err != nil {
		return err
	}
	for _, o := range pieces {
		if err := yield(o); err != nil {
			return err
		}
	}
	return nil
}

// fail reports a file that cannot be looked at, once each retryAfter.
func (s *Source) fail(o ingest.Object, err error, failed func(ingest.Object, error)) {
	s.mu.Lock()
	s.broken = true
	now := s.o.Now()
	again := now.Sub(s.told[o.Key]) >= retryAfter
	if again {
		s.told[o.Key] = now
	}
	s.mu.Unlock()
	if again {
		failed(o, err)
	}
}

// errTooMany ends the listing.
var errTooMany = fmt.Errorf("more than %d files: watch a narrower folder", maxFiles)

// Open implements ingest.Source.
func (s *Source) Open(_ context.Context, o *ingest.Object) (io.ReadCloser, error) {
	p := o.Ticket.(*piece)
	file, err := os.Open(filepath.FromSlash(o.Key))
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	r, err := p.open(file, s.o.Limits)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return r, nil
}

// Settled implements ingest.Settler. What was read is kept by Finish.
func (s *Source) Settled(_ context.Context, o *ingest.Object, outcome error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := o.Ticket.(*piece)
	if outcome != nil && !errors.Is(outcome, ingest.ErrFormatUnknown) {
		p.of.failed(p, outcome, s.o.Now())
		return nil
	}
	if o.Format != ingest.Unknown && o.Format != ingest.Skip && !p.whole {
		p.of.Format = o.Format
	}
	p.of.advance(p)
	return nil
}

// Finish ends a pass, after the Pipeline's Run whatever came of it: it keeps what was read, and forgets files that are gone for long. more says that the next pass has something to
// read at once.
func (s *Source) Finish() (more bool, err error) {
	s.mu.Lock()
	if !s.broken && s.listed > 0 { // an empty folder may be one that is not mounted
		for _, w := range s.known {
			if w.pass != s.pass && w.Gone.IsZero() {
				w.Gone, w.dirty = s.o.Now().UTC(), true
			}
		}
	}
	more = s.more
	s.mu.Unlock()
	return more, s.save()
}

// save makes the records that have changed durable.
func (s *Source) save() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var put []Record
	var remove []string
	for key, w := range s.known {
		switch {
		case !w.Gone.IsZero() && s.o.Now().Sub(w.Gone) > keepGone:
			remove = append(remove, key)
		case w.dirty:
			put = append(put, w.Record)
		}
	}
	if len(put)+len(remove) == 0 {
		return nil
	}
	if err := s.o.State.Save(put, remove); err != nil {
		return fmt.Errorf("keep what was read of folder %q: %w", s.o.Path, err)
	}
	for _, r := range put {
		s.known[r.Key].dirty = false
	}
	for _, key := range remove {
		s.forget(s.known[key])
	}
	return nil
}

func (s *Source) keep(w *watched) {
	s.known[w.Key] = w
	if s.byNode[w.node()] == nil || w.Gone.IsZero() { // one that is gone may have had the same inode
		s.byNode[w.node()] = w
	}
}

func (s *Source) forget(w *watched) {
	delete(s.known, w.Key)
	if s.byNode[w.node()] == w {
		delete(s.byNode, w.node())
	}
}
