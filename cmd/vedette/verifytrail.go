package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/digest"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/storage/document"
)

type trailCmd struct {
	Path   string `arg:"" help:"Copy of the bucket, or of the part of it that has the digests and the log files." placeholder:"PATH" type:"path"`
	Keys   string `name:"cloudtrail-keys" help:"What 'aws cloudtrail list-public-keys' printed, for each region; without it only hashes are checked, no signatures." placeholder:"FILE" type:"path"`
	Bucket string `help:"Name of the bucket that it is a copy of; as the digests say if not given." placeholder:"NAME"`
	Store  bool   `help:"Store the results as events, alerts where something is wrong." file:"no"`
	targetFlags
}

// Help is shown by 'vedette verify-trail --help'.
func (trailCmd) Help() string {
	return "Follows the digests that AWS signs every hour, from the newest to the oldest, and checks every log file that they list. It finds log files and digests that were altered or removed, " +
		"and says nothing about the time after the newest digest and before the oldest.\n\n" +
		"It ends with 0 if all is well, 1 if something is wrong, and 2 if it could not look."
}

// Run verifies, says what is wrong, and stores the results if that was asked for.
func (c *trailCmd) Run(e *environment) (err error) {
	keys, err := c.keys()
	if err != nil {
		return wrongUse{err}
	}
	folder, err := digest.OpenFolder(c.Path, c.Bucket)
	if err != nil {
		return wrongUse{err}
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	if len(folder.Digests) == 0 {
		return wrongUse{fmt.Errorf("%s holds no digests: copy the folder CloudTrail-Digest too; the trail must have log file validation switched on", c.Path)}
	}
	t := &trailCheck{e: e, documents: digest.NewDocuments(ecs.Options{})}
	if c.Store {
		sink, _, done, err := c.sink(e)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, done()) }()
		t.sink = sink
	}
	v := &digest.Verifier{Objects: folder, Keys: keys, Limits: ingest.Limits{}.WithDefaults()}
	if err := v.Verify(e.ctx, folder.Digests, t.result); err != nil {
		return err
	}
	if err := t.flush(); err != nil {
		return err
	}
	return t.report(keys != nil)
}

func (c *trailCmd) keys() (*digest.Keys, error) {
	if c.Keys == "" {
		return nil, nil
	}
	file, err := os.Open(c.Keys)
	if err != nil {
		return nil, fmt.Errorf("--cloudtrail-keys: %w", err)
	}
	defer file.Close()
	keys, err := digest.ReadKeys(file)
	if err != nil {
		return nil, fmt.Errorf("--cloudtrail-keys %s: %w", c.Keys, err)
	}
	return keys, nil
}

// trailCheck counts results and stores them.
type trailCheck struct {
	e         *environment
	documents *digest.Documents
	sink      ingest.Sink // nil stores nothing
	waiting   []*document.Document

	right, signed, logs, wrong int
}

// trailBatch is how many results are stored at once.
const trailBatch = 1000

func (t *trailCheck) result(r *digest.Result) error {
	switch {
	case r.Fault != nil:
		t.wrong++
		at := r.At
		if r.Log != nil {
			at = digest.Ref{Bucket: r.Log.Bucket, Key: r.Log.Key}
		}
		fmt.Fprintf(t.e.stdout, "%s: %s\n    %s\n", r.Fault.Problem, printable(at.String()), printable(r.Fault.Text))
	default:
		t.right++
		t.logs += r.Logs
		if r.Signed {
			t.signed++
		}
		if r.Note != "" {
			fmt.Fprintf(t.e.stdout, "note: %s\n    %s\n", printable(r.At.String()), printable(r.Note))
		}
	}
	if t.sink == nil {
		return nil
	}
	if t.waiting = append(t.waiting, t.documents.Of(r)); len(t.waiting) < trailBatch {
		return nil
	}
	return t.flush()
}

// printable keeps what a forged digest says from steering a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}

func (t *trailCheck) flush() error {
	if len(t.waiting) == 0 {
		return nil
	}
	if _, _, err := t.sink.Write(t.e.ctx, t.waiting); err != nil {
		return fmt.Errorf("store %d results: %w", len(t.waiting), err)
	}
	t.waiting = nil
	return nil
}

func (t *trailCheck) report(keys bool) error {
	fmt.Fprintf(t.e.stdout, "%d digests are right, with %d log files; the signatures of %d were checked\n", t.right, t.logs, t.signed)
	if !keys {
		fmt.Fprintln(t.e.stdout, "without --cloudtrail-keys nobody knows whether the newest digests are AWS's own")
	}
	if t.wrong > 0 {
		return fmt.Errorf("%d things are wrong with the trail", t.wrong)
	}
	return nil
}
