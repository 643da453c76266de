package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/storage"
)

type checkCmd struct {
	Repair bool   `help:"Set aside what is bad (into folders named quarantine), rebuild what can be rebuilt, and say what is lost." file:"no"`
	Data   string `arg:"" help:"Data directory that no other process uses, or a copy or snapshot of one." name:"data-dir" placeholder:"DATA_DIR" type:"path"`
}

// Help is shown by 'vedette check --help'.
func (checkCmd) Help() string {
	return "Reads everything in a data directory: every checksum, column and source of every segment, the write-ahead logs, the metadata, and whether they fit together.\n\n" +
		"It ends with 0 if all is well, 1 if something is wrong (also if it was repaired), and 2 if it could not look."
}

// Run checks, and repairs if that was asked for.
func (c *checkCmd) Run(e *environment) error {
	found, open, lost := 0, 0, uint64(0)
	bar := &checkBar{e: e, terminal: isTerminal(e.stderr)}
	err := storage.Check(c.Data, storage.CheckOptions{
		Repair: c.Repair, Catalogue: engine.CheckCatalogue, Progress: bar.show,
		Found: func(f storage.Finding) {
			bar.clear()
			fmt.Fprintln(e.stdout, f)
			if found++; f.Done == "" {
				open++
			}
			lost += f.Lost
		},
	})
	bar.clear()
	if locked := (*storage.LockedError)(nil); errors.As(err, &locked) {
		return wrongUse{fmt.Errorf("%w; or check a copy or a snapshot of it, which may be taken while vedette runs", err)}
	}
	switch {
	case err != nil:
		return wrongUse{err}
	case found == 0:
		fmt.Fprintf(e.stdout, "%s: everything is as it was written\n", c.Data)
		return nil
	case !c.Repair:
		return fmt.Errorf("%d problems found; 'vedette check --repair %s' sets aside what is bad and rebuilds what can be rebuilt", found, c.Data)
	}
	return fmt.Errorf("%d problems found, %d of them still there; %d documents are lost", found, open, lost)
}

// checkBar shows how far a check is: a bar on a terminal, else a line for each tenth.
type checkBar struct {
	e        *environment
	terminal bool
	tenth    int64
	drawn    time.Time
}

func (b *checkBar) show(done, total int64, file string) {
	percent := done * 100 / max(total, 1)
	if !b.terminal {
		if tenth := percent / 10; tenth > b.tenth {
			b.tenth = tenth
			fmt.Fprintf(b.e.stderr, "%d %% of %d MB checked\n", tenth*10, total>>20)
		}
		return
	}
	if now := time.Now(); now.Sub(b.drawn) > 100*time.Millisecond {
		b.drawn = now
		full := int(percent * 30 / 100)
		fmt.Fprintf(b.e.stderr, "\r\x1b[K[%s%s] %3d %% %s", strings.Repeat("#", full), strings.Repeat(" ", 30-full), percent, filepath.Base(file))
	}
}

// clear takes the bar away, so that a line can be written.
func (b *checkBar) clear() {
	if b.terminal {
		fmt.Fprint(b.e.stderr, "\r\x1b[K")
	}
}
