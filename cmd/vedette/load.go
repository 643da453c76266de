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

	"github.com/vedette-siem/vedette/ingest"
)

type loadCmd struct {
	Paths []string `arg:"" help:"Files and folders, or s3://BUCKET/PREFIX." placeholder:"PATH" name:"path"`
	targetFlags
	GeoIP      string `name:"geoip" help:"MaxMind database (.mmdb) for countries and networks of addresses." placeholder:"FILE" type:"path"`
	Format     string `help:"Format of all files, one of ${formats}; found out for each if not given." placeholder:"NAME"`
	FlowFormat string `help:"Fields of flow logs that have no header, such as '$${version} $${account-id} ...'." placeholder:"FIELDS"`
	bucketFlags
}

// Run loads the paths.
func (c *loadCmd) Run(e *environment) (err error) {
	if known := formats(); c.Format != "" && !slices.Contains(known, c.Format) {
		return wrongUse{fmt.Errorf("--format %q: must be one of %s", c.Format, strings.Join(known, ", "))}
	}
	src, err := c.source(e)
	if err != nil {
		return err
	}
	if err := c.estimate(e, src); err != nil || c.Estimate {
		return err
	}
	sink, checks, done, err := c.sink(e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	if !strings.HasPrefix(c.Paths[0], "s3://") {
		checks = nil // files are read again: that is how what their load left out comes in
	}
	p, err := newReader(sink, checks, c.GeoIP, slog.New(slog.DiscardHandler))
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

// report says what became of the load.
func (c *loadCmd) report(e *environment, s ingest.SourceStatus) {
	n := s.Counts
	if n.Files+n.FilesFailed+n.Unknown+n.Skipped+n.Known == 0 {
		fmt.Fprintf(e.stdout, "no files found in %s\n", strings.Join(c.Paths, ", "))
		return
	}
	fmt.Fprintf(e.stdout, "%d files: %d events, %d already there, %d records not readable\n", n.Files, n.Events, n.Duplicates, n.PipelineErrors)
	for _, d := range s.Datasets {
		fmt.Fprintf(e.stdout, "  %-24s %d%s\n", d.Dataset.Name, d.Events+d.Duplicates, keptAsText(d.Dataset))
	}
	if n.Known > 0 {
		fmt.Fprintf(e.stdout, "%d files were loaded before\n", n.Known)
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
