package main

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/vedette-siem/vedette/cmd/vedette/collect"
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
	"github.com/vedette-siem/vedette/storage"
)

// sourcesCmd changes what a data directory knows of sources. A running server has it open; what it reads now is at /api/v1/ingest and on /metrics.
type sourcesCmd struct {
	List   sourcesListCmd   `cmd:"" help:"List the sources, and what they could not read."`
	Add    sourcesAddCmd    `cmd:"" help:"Add a source."`
	Remove sourcesRemoveCmd `cmd:"" help:"Remove a source that was added; what it has read stays."`
	Retry  sourcesRetryCmd  `cmd:"" help:"Let what a source could not read be tried again."`
	Policy sourcesPolicyCmd `cmd:"" help:"Print a policy of AWS that lets logs come here."`
}

// sourcesData is the data directory of a command.
type sourcesData struct {
	Data string `help:"Data directory." default:"vedette-data" type:"path"`
}

// open gives f the data directory's metadata.
func (c sourcesData) open(e *environment, f func(*storage.Dir) error) (err error) {
	dir, err := storage.Open(c.Data, storage.Options{Logger: e.log})
	if err != nil {
		if errors.As(err, new(*storage.LockedError)) {
			return fmt.Errorf("%w; how its sources stand is at /api/v1/ingest of its dashboard, and sources may also stand in its configuration file", err)
		}
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	return f(dir)
}

type sourcesListCmd struct{ sourcesData }

// Run lists sources and dead letters.
func (c *sourcesListCmd) Run(e *environment) error {
	configured, err := e.sources.configured()
	if err != nil {
		return err
	}
	return c.open(e, func(dir *storage.Dir) error {
		store := collect.NewStore(dir.Meta())
		added, err := store.All()
		if err != nil {
			return err
		}
		letters, err := collect.NewLetters(dir.Meta()).Parked("")
		if err != nil {
			return err
		}
		parked := map[string]int{}
		for _, l := range letters {
			parked[l.Source]++
		}
		w := tabwriter.NewWriter(e.stdout, 0, 8, 2, ' ', 0)
		fmt.Fprintln(w, "NAME\tKIND\tWHERE\tLISTED\tDEAD LETTERS")
		for _, d := range append(configured, added...) {
			at, err := store.ListedUpTo(d.Name)
			if err != nil {
				return err
			}
			listed := "-"
			if !at.IsZero() {
				listed = at.Format(time.RFC3339)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\n", d.Name, d.Kind, d.Where(), listed, parked[d.Name])
		}
		if err := w.Flush(); err != nil {
			return err
		}
		for _, l := range letters {
			fmt.Fprintf(e.stdout, "%s: %s: %s (%d times, last at %s)\n", l.Source, l.Name(), l.Reason, l.Attempts, l.At.Format(time.RFC3339))
		}
		return nil
	})
}

type sourcesAddCmd struct {
	sourcesData
	Kind          string        `arg:"" help:"s3 (a bucket that is listed), sqs (a queue that tells of new objects) or folder (files of this machine)."`
	Name          string        `arg:"" help:"Name of the source."`
	Bucket        string        `help:"Bucket, for s3."`
	Prefix        string        `help:"Beginning of the keys, for s3; AWSLogs/ is found wherever it lies below."`
	Queue         string        `help:"URL of the queue, for sqs."`
	Path          string        `help:"Folder that is watched, for folder." type:"path"`
	Account       string        `help:"Account in which the role is."`
	Format        string        `help:"Format of all objects, one of ${formats}; found out for each if not given." placeholder:"NAME"`
	FlowFormat    string        `help:"Fields of flow logs that have no header." placeholder:"FIELDS"`
	Interval      time.Duration `help:"How often a bucket or folder is listed; by default 5m and 10s."`
	RequesterPays bool          `help:"Agree to pay for reading a bucket of another account."`
	Region        string        `help:"Region of the calls." placeholder:"REGION"`
	Endpoint      string        `help:"URL in the place of AWS's." placeholder:"URL"`
	Profile       string        `help:"Profile of AWS's shared files." placeholder:"NAME"`
	AssumeRole    string        `help:"Role to read with: its ARN, or its name beside --account." placeholder:"ROLE"`
	ExternalID    string        `name:"external-id" help:"External id that the role asks for." placeholder:"ID"`
	PathStyle     bool          `help:"Put the bucket into the path."`
	FIPS          bool          `name:"fips" help:"Use the endpoints that are validated by FIPS 140."`
}

// Run adds the source.
func (c *sourcesAddCmd) Run(e *environment) error {
	d := collect.Definition{
		Name: c.Name, Kind: c.Kind, Bucket: c.Bucket, Prefix: c.Prefix, Queue: c.Queue, Path: c.Path, Account: c.Account, Format: ingest.Format(c.Format), FlowFormat: c.FlowFormat,
		Interval: c.Interval, RequesterPays: c.RequesterPays,
		Access: awsaccess.Access{Region: c.Region, Endpoint: c.Endpoint, Profile: c.Profile, RoleARN: c.AssumeRole, ExternalID: c.ExternalID, PathStyle: c.PathStyle, FIPS: c.FIPS},
	}
	configured, err := e.sources.configured()
	if err != nil {
		return err
	}
	if err := collect.CheckAll(append(configured, d)); err != nil {
		return wrongUse{err}
	}
	return c.open(e, func(dir *storage.Dir) error {
		if err := collect.NewStore(dir.Meta()).Add(d); err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "source %q is added: 'vedette serve' reads %s\n", d.Name, d.Where())
		return nil
	})
}

type sourcesRemoveCmd struct {
	sourcesData
	Name string `arg:"" help:"Name of the source."`
}

// Run removes the source.
func (c *sourcesRemoveCmd) Run(e *environment) error {
	return c.open(e, func(dir *storage.Dir) error { return collect.NewStore(dir.Meta()).Remove(c.Name) })
}

type sourcesRetryCmd struct {
	sourcesData
	Name string `arg:"" optional:"" help:"Name of the source; all if not given."`
}

// Run marks the dead letters.
func (c *sourcesRetryCmd) Run(e *environment) error {
	return c.open(e, func(dir *storage.Dir) error {
		n, err := collect.NewLetters(dir.Meta()).Retry(c.Name)
		if err == nil {
			fmt.Fprintf(e.stdout, "%d dead letters are tried again by 'vedette serve'\n", n)
		}
		return err
	})
}
