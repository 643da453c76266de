// Package filesource is the ingest.Source of local files and of folder trees, laid out as AWS lays out its buckets or in
// any other way. What a file holds is found out by its path and its content, so every regular file is offered, but for
// hidden ones and unfinished downloads (`.tmp`, `.part`).
//
// Order is that of the paths given and then of the names inside each folder. Symbolic links are followed; a folder that
// is reached twice, by a loop for instance, is read once. What cannot be listed is reported and the rest goes on.
package filesource

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/vedette-siem/vedette/ingest"
)

// A Source implements ingest.Source and ingest.Measurer. It is immutable and safe for concurrent use.
type Source struct {
	name   string
	paths  []string
	format ingest.Format
	flow   string
}

// Options set what cannot be found out. The zero value leaves everything to detection.
type Options struct {
	// Name of the source; empty means the paths, joined with a comma.
	Name string
	// Format of all files; empty means that each is detected.
	Format ingest.Format
	// FlowFormat is the field list of flow logs without a header, such as `${version} ${account-id} …`.
	FlowFormat string
}

// New makes a source of files and folders. The error names the first path that does not exist or cannot be looked at.
func New(paths []string, o Options) (*Source, error) {
	if len(paths) == 0 {
		return nil, errors.New("load files: no path given")
	}
	s := &Source{name: o.Name, format: o.Format, flow: o.FlowFormat}
	if s.name == "" {
		s.name = strings.Join(paths, ",")
	}
	for _, path := range paths {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, fmt.Errorf("load %q: %w", path, err)
		}
		if _, err := os.Stat(absolute); err != nil {
			return nil, fmt.Errorf("load %q: %w", path, err)
		}
		s.paths = append(s.paths, absolute)
	}
	return s, nil
}

// Name implements ingest.Source.
func (s *Source) Name() string { return s.name }

// Objects implements ingest.Source.
func (s *Source) Objects(ctx context.Context, yield func(ingest.Object) error, failed func(ingest.Object, error)) error {
	w := walk{source: s, ctx: ctx, yield: yield, failed: failed, seen: make(map[string]bool)}
	for _, path := range s.paths {
		if err := w.path(path, true); err != nil {
			return err
		}
	}
	return nil
}

// Measure implements ingest.Measurer: it walks the folders once.
func (s *Source) Measure(ctx context.Context) (files, bytes int64, err error) {
	err = s.Objects(ctx, func(o ingest.Object) error {
		files++
		bytes += o.Size
		return nil
	}, func(ingest.Object, error) { files++ })
	return files, bytes, err
}

// Open implements ingest.Source.
func (s *Source) Open(_ context.Context, o *ingest.Object) (io.ReadCloser, error) {
	file, err := os.Open(filepath.FromSlash(o.Key))
	if err != nil {
		return nil, fmt.Errorf("open file: %w", err)
	}
	return file, nil
}

// walk is one listing.
type walk struct {
	source *Source
	ctx    context.Context // a listing is one call
	yield  func(ingest.Object) error
	failed func(ingest.Object, error)
	seen   map[string]bool // real paths of folders, and of files given or linked
}

// path lists a file or a folder. given marks one that the user named, which is read whatever its name is.
func (w *walk) path(path string, given bool) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if !given && ignored(filepath.Base(path)) {
		return nil
	}
	link, err := os.Lstat(path)
	if err != nil {
		w.report(path, err)
		return nil
	}
	info, real := link, path
	if given || link.Mode()&fs.ModeSymlink != 0 || link.IsDir() {
		if real, err = filepath.EvalSymlinks(path); err == nil {
			info, err = os.Stat(real)
		}
		if err != nil {
			w.report(path, err)
			return nil
		}
		if w.seen[real] {
			return nil
		}
		w.seen[real] = true
	}
	switch {
	case !given && real == path && info.Mode().IsRegular() && w.seen[path] && link.Mode().IsRegular():
		return nil // it was named before
	case info.IsDir():
		return w.folder(path)
	case !info.Mode().IsRegular():
		if given {
			w.report(path, errors.New("neither a regular file nor a folder"))
		}
		return nil
	}
	return w.yield(ingest.Object{
		Key: filepath.ToSlash(path), Size: info.Size(), ModTime: info.ModTime(),
		Format: w.source.format, FlowFormat: w.source.flow,
	})
}

func (w *walk) folder(path string) error {
	entries, err := os.ReadDir(path) // in order of name
	if err != nil {
		w.report(path, err)
	}
	for _, e := range entries {
		if err := w.path(filepath.Join(path, e.Name()), false); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) report(path string, err error) {
	w.failed(ingest.Object{Key: filepath.ToSlash(path), Size: -1}, fmt.Errorf("list: %w", err))
}

// ignored are hidden files and those that are still being written.
func ignored(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".tmp") || strings.HasSuffix(name, ".part")
}
