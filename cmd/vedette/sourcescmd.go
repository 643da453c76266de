package main

import (
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/vedette-siem/vedette/cmd/vedette/collect"
	"github.com/vedette-siem/vedette/engine/console"
)

// sourcesCmd changes the sources of a data directory, or of the server that has it open.
type sourcesCmd struct {
	List   sourcesListCmd   `cmd:"" help:"List the sources, and what they could not read."`
	Add    sourcesAddCmd    `cmd:"" help:"Add a source."`
	Remove sourcesRemoveCmd `cmd:"" help:"Remove a source that was added; what it has read stays."`
	Retry  sourcesRetryCmd  `cmd:"" help:"Let what a source could not read be tried again."`
	Policy sourcesPolicyCmd `cmd:"" help:"Print a policy of AWS that lets logs come here."`
}

type sourcesListCmd struct{ sourcesTarget }

// Run lists sources and dead letters.
func (c *sourcesListCmd) Run(e *environment) error {
	t, err := c.open(e)
	if err != nil {
		return err
	}
	list, err := t.Sources(e.ctx)
	if err := errors.Join(err, t.close()); err != nil {
		return err
	}
	w := tabwriter.NewWriter(e.stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tKIND\tWHERE\tLISTED\tDEAD LETTERS")
	for _, s := range list.Sources {
		listed := "-"
		if !s.ListedAt.IsZero() {
			listed = s.ListedAt.Format(time.RFC3339)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\n", s.Name, s.Kind, s.Where, listed, s.DeadLetters)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, l := range list.Letters {
		fmt.Fprintf(e.stdout, "%s: %s: %s (%d times, last at %s)\n", l.Source, l.Name, l.Reason, l.Attempts, l.At.Format(time.RFC3339))
	}
	return nil
}

type sourcesAddCmd struct {
	sourcesTarget
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
	SilentAfter   time.Duration `help:"How long nothing new may come before the source counts as silent; by default 24h."`
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
	in := console.SourceDefinition{
		Name: c.Name, Kind: c.Kind, Bucket: c.Bucket, Prefix: c.Prefix, Queue: c.Queue, Path: c.Path, Account: c.Account, Format: c.Format, FlowFormat: c.FlowFormat,
		IntervalSeconds: c.Interval.Seconds(), SilentSeconds: c.SilentAfter.Seconds(), RequesterPays: c.RequesterPays, Region: c.Region, Endpoint: c.Endpoint, Profile: c.Profile,
		AssumeRole: c.AssumeRole, ExternalID: c.ExternalID, PathStyle: c.PathStyle, FIPS: c.FIPS,
	}
	configured, err := e.sources.configured()
	if err != nil {
		return err
	}
	d := definitionOf(in)
	if err := collect.CheckAll(append(configured, d)); err != nil {
		return wrongUse{err}
	}
	return c.with(e, func(t sourcesOpen) error {
		if err := t.AddSource(e.ctx, in); err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "source %q is added: %s\n", d.Name, t.says("the server reads "+d.Where(), "'vedette serve' reads "+d.Where()))
		return nil
	})
}

type sourcesRemoveCmd struct {
	sourcesTarget
	Name string `arg:"" help:"Name of the source."`
}

// Run removes the source.
func (c *sourcesRemoveCmd) Run(e *environment) error {
	return c.with(e, func(t sourcesOpen) error { return t.RemoveSource(e.ctx, c.Name) })
}

type sourcesRetryCmd struct {
	sourcesTarget
	Name string `arg:"" optional:"" help:"Name of the source; all if not given."`
}

// Run marks the dead letters.
func (c *sourcesRetryCmd) Run(e *environment) error {
	return c.with(e, func(t sourcesOpen) error {
		n, err := t.RetrySource(e.ctx, c.Name)
		if err == nil {
			fmt.Fprintf(e.stdout, "%d dead letters are tried again %s\n", n, t.says("now", "by 'vedette serve'"))
		}
		return err
	})
}
