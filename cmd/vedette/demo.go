package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/vedette-siem/vedette/cmd/vedette/demo"
	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/ingest/filesource"
)

// demoCmd takes its data directory from neither the file nor the variable that name the one of real data: the demo must not be written into it.
type demoCmd struct {
	serverFlags `embed:"" set:"auth=off"`
	Data        string  `help:"Data directory to keep the demo in; a temporary one if not given. The configuration file cannot give it." placeholder:"DIR" type:"path" env:"VEDETTE_DEMO_DATA" file:"no"`
	Days        *int    `help:"Days of demo data, 1 to 31; 1 if not given." placeholder:"N"`
	Seed        *uint64 `help:"Another seed makes other data; 1 if not given." placeholder:"N"`
}

// Run serves demo data until the context ends.
func (c *demoCmd) Run(e *environment) (err error) {
	if c.Days != nil && (*c.Days < 1 || *c.Days > 31) {
		return wrongUse{fmt.Errorf("--days %d: must be between 1 and 31", *c.Days)}
	}
	work, err := os.MkdirTemp("", "vedette-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() {
		if removeErr := os.RemoveAll(work); err == nil && removeErr != nil {
			err = fmt.Errorf("remove the folder of the demo: %w", removeErr)
		}
	}()
	data := c.Data
	if data == "" {
		data = filepath.Join(work, "data")
	}
	flags := c.serverFlags
	if flags.GeoIP == "" {
		flags.GeoIP = filepath.Join(work, "demo.mmdb")
		if err := demo.WriteGeoIP(flags.GeoIP); err != nil {
			return err
		}
	}
	alone := *e
	alone.sources = nil // those of the configuration are for real data
	a, err := openApp(flags, data, &alone)
	if err != nil {
		return err
	}
	a.demo = true
	plan, err := a.demoPlan(e.ctx, c.Days, c.Seed)
	if err != nil {
		return errors.Join(err, a.close())
	}
	return a.run(e.ctx, func(ctx context.Context) error { return a.loadDemo(ctx, filepath.Join(work, "objects"), plan) })
}

// loadDemo writes the demo's objects and loads them as any other log files, unless they are there.
func (a *app) loadDemo(ctx context.Context, dir string, plan demoPlan) error {
	begin := time.Now()
	if plan.Finished {
		there, err := a.backend.Count(ctx, operator, &engine.SearchRequest{Target: engine.Target{Expression: "logs-aws.*"}})
		if err != nil {
			return err
		}
		a.log.Info("demo data is searchable", "events", there.Count, "from", "an earlier run; give a new directory for a fresh day", "dashboard", a.url(a.board))
		return nil
	}
	o := demo.Options{Now: plan.Anchor, Days: plan.Days, Seed: plan.Seed}
	a.log.Info("writing demo data", "days", plan.Days, "until", plan.Anchor)
	if err := a.loadDocuments(ctx, demo.Documents(o)); err != nil {
		return err
	}
	summary, err := demo.Write(ctx, dir, o)
	if err != nil {
		return err
	}
	src, err := filesource.New([]string{dir}, filesource.Options{Name: "demo"})
	if err != nil {
		return err
	}
	status, err := a.pipeline.Run(ctx, src)
	if err != nil {
		return err
	}
	if _, err := a.backend.Refresh(ctx, operator, engine.Target{}); err != nil {
		return err
	}
	plan.Finished = true
	if err := plan.save(a.dir.Meta()); err != nil {
		return err
	}
	a.log.Info("demo data is searchable", "files", status.Counts.Files, "events", status.Counts.Events+status.Counts.Duplicates, "stories", len(summary.Stories),
		"seconds", time.Since(begin).Seconds(), "dashboard", a.url(a.board))
	return os.RemoveAll(dir)
}

// loadDocuments indexes the documents that are no AWS logs.
func (a *app) loadDocuments(ctx context.Context, docs []demo.Document) error {
	ops := make([]engine.BulkOp, len(docs))
	for i, d := range docs {
		ops[i] = engine.BulkOp{Action: "index", Index: d.Index, ID: d.ID, Source: d.Source}
	}
	answer, err := a.backend.Bulk(ctx, operator, ops, engine.BulkOptions{})
	if err != nil {
		return fmt.Errorf("load demo documents: %w", err)
	}
	for _, item := range answer.Items {
		if item.Error != nil {
			return fmt.Errorf("load demo document %s into %s: %w", item.ID, item.Index, item.Error)
		}
	}
	return nil
}
