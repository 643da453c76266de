package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/filesource"
	"github.com/vedette-siem/vedette/ingest/forward"
	"github.com/vedette-siem/vedette/storage"
)

type loadCmd struct {
	Paths      []string `arg:"" help:"Files and folders." placeholder:"PATH" name:"path"`
	URL        string   `name:"url" help:"Load into the server at this address instead of the data directory." placeholder:"URL"`
	User       string   `help:"User of the server; the password is in the variable VEDETTE_PASSWORD." placeholder:"NAME"`
	APIKey     string   `name:"api-key" help:"API key of the server, as it was told when it was made (encoded); better in its variable than on the command line." placeholder:"KEY"`
	CACert     string   `name:"ca-cert" help:"Certificates (PEM) to trust for a server with HTTPS, beside the system's." placeholder:"FILE" type:"path"`
	Data       string   `help:"Data directory to load into when no server runs on it; made if absent." default:"vedette-data" type:"path"`
	GeoIP      string   `name:"geoip" help:"MaxMind database (.mmdb) for countries and networks of addresses." placeholder:"FILE" type:"path"`
	Format     string   `help:"Format of all files, one of ${formats}; found out for each if not given." placeholder:"NAME"`
	FlowFormat string   `help:"Fields of flow logs that have no header, such as '$${version} $${account-id} ...'." placeholder:"FIELDS"`
}

// Run loads the paths.
func (c *loadCmd) Run(e *environment) (err error) {
	if known := formats(); c.Format != "" && !slices.Contains(known, c.Format) {
		return wrongUse{fmt.Errorf("--format %q: must be one of %s", c.Format, strings.Join(known, ", "))}
	}
	src, err := filesource.New(c.Paths, filesource.Options{Format: ingest.Format(c.Format), FlowFormat: c.FlowFormat})
	if err != nil {
		return err
	}
	sink, done, err := c.sink(e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	p, err := newReader(sink, c.GeoIP, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	bar := startProgress(e.stderr, p.Pipeline, src.Name())
	status, err := p.Run(e.ctx, src)
	bar.stop()
	c.report(e, status)
	switch {
	case e.ctx.Err() != nil:
		return errors.New("load was interrupted: what it read so far is stored, and loading again adds only the rest")
	case err != nil:
		return err
	}
	return outcome(status.Counts)
}

// outcome is the error of a load that came to its end without reading all or any of its files.
func outcome(n ingest.Totals) error {
	switch {
	case n.FilesFailed > 0:
		return fmt.Errorf("%d files could not be read to their end; what was read of them is loaded", n.FilesFailed)
	case n.Unknown > 0 && n.Files+n.Skipped == 0:
		return fmt.Errorf("nothing was loaded: no file has a format that is known (%s); --format names it", strings.Join(formats(), ", "))
	}
	return nil
}

// sink opens the data directory, or a server if one is named or has the directory open.
func (c *loadCmd) sink(e *environment) (ingest.Sink, func() error, error) {
	url := c.URL
	if url == "" {
		dir, err := storage.Open(c.Data, storage.Options{Logger: e.log})
		if err == nil {
			return c.engineSink(dir, e)
		}
		var locked *storage.LockedError
		if !errors.As(err, &locked) || locked.Address == "" {
			return nil, nil, err
		}
		if url = locked.Address; !strings.Contains(url, "://") { // as servers before this version announce it
			url = "http://" + url
		}
		e.log.Info("data directory is in use, loading into its server", "data", c.Data, "url", url)
	}
	client, err := c.client()
	if err != nil {
		return nil, nil, err
	}
	s, err := forward.New(forward.Options{URL: url, Client: client, Authorization: c.authorization(), Log: e.log, Attempts: 8})
	return s, func() error { return nil }, err
}

func (c *loadCmd) engineSink(dir *storage.Dir, e *environment) (ingest.Sink, func() error, error) {
	backend, err := engine.OpenEmbedded(dir, engine.Options{Logger: e.log})
	if err != nil {
		return nil, nil, errors.Join(err, dir.Close())
	}
	ctx, cancel := context.WithCancel(e.ctx)
	done := make(chan struct{})
	go func() { // so that a large load does not make one index of everything
		defer close(done)
		every(ctx, e.log, lifecycleInterval, "lifecycle of data streams", backend.RunLifecycle)
	}()
	return engineSink{backend: backend, log: e.log}, func() error {
		cancel()
		<-done
		return dir.Close()
	}, nil
}

// report says what became of the load.
func (c *loadCmd) report(e *environment, s ingest.SourceStatus) {
	n := s.Counts
	if n.Files+n.FilesFailed+n.Unknown+n.Skipped == 0 {
		fmt.Fprintf(e.stdout, "no files found in %s\n", strings.Join(c.Paths, ", "))
		return
	}
	fmt.Fprintf(e.stdout, "%d files: %d events, %d already there, %d records not readable\n", n.Files, n.Events, n.Duplicates, n.PipelineErrors)
	for _, d := range s.Datasets {
		fmt.Fprintf(e.stdout, "  %-24s %d%s\n", d.Dataset.Name, d.Events+d.Duplicates, keptAsText(d.Dataset))
	}
	if n.Skipped > 0 {
		fmt.Fprintf(e.stdout, "%d files hold no events by design\n", n.Skipped)
	}
	if n.Unknown > 0 {
		fmt.Fprintf(e.stdout, "%d files have a format that is not known and are no text\n", n.Unknown)
	}
	for _, p := range s.Problems {
		fmt.Fprintf(e.stdout, "  %s: %s\n", p.Object, p.Message)
	}
}

// keptAsText says what became of records whose format is not known.
func keptAsText(d ingest.Dataset) string {
	if d != ingest.Unknown.Dataset() {
		return ""
	}
	return "  (format not known: kept as text, line by line; --format names it)"
}

// progress shows how far a load is, on a terminal as one line that changes, elsewhere as a line every ten seconds.
type progress struct {
	cancel context.CancelFunc
	done   chan struct{}
}

func startProgress(w io.Writer, p *ingest.Pipeline, source string) *progress {
	ctx, cancel := context.WithCancel(context.Background())
	b := &progress{cancel: cancel, done: make(chan struct{})}
	every, end := 10*time.Second, "\n"
	if isTerminal(w) {
		every, end = 200*time.Millisecond, "\r"
	}
	go func() {
		defer close(b.done)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				if end == "\r" {
					fmt.Fprintf(w, "%80s\r", "")
				}
				return
			case <-tick.C:
				if s, ok := p.Status(source); ok {
					fmt.Fprintf(w, "%-79s%s", progressLine(s), end)
				}
			}
		}
	}()
	return b
}

// progressLine is such as `1,204/2,000 files  350,122 events  48,000/s  18s left`.
func progressLine(s ingest.SourceStatus) string {
	line := fmt.Sprintf("%d files  %d events  %.0f events/s", s.Counts.Files, s.Counts.Events+s.Counts.Duplicates, s.EventsPerSecond)
	if s.Progress == nil {
		return line
	}
	line = fmt.Sprintf("%d/%d files  %d events  %.0f events/s", s.Progress.FilesDone, s.Progress.FilesTotal, s.Counts.Events+s.Counts.Duplicates, s.EventsPerSecond)
	if s.Progress.Left > 0 {
		line += fmt.Sprintf("  %s left", s.Progress.Left.Round(time.Second))
	}
	return line
}

func (b *progress) stop() {
	b.cancel()
	<-b.done
}
