package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/vedette-siem/vedette/cmd/vedette/demo"
	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/filesource"
)

// serverFlags are those of every command that listens.
type serverFlags struct {
	Listen      string   `help:"Address of the Elasticsearch API." default:"127.0.0.1:9200"`
	Dashboard   string   `help:"Address of the dashboard." default:"127.0.0.1:5601"`
	AllowedHost []string `help:"Further host names by which this server may be called." placeholder:"NAME"`
	GeoIP       string   `name:"geoip" help:"MaxMind database (.mmdb) for countries and networks of addresses." placeholder:"FILE" type:"path"`
}

// check refuses what is not safe yet.
func (f *serverFlags) check() error {
	for flag, address := range map[string]string{"--listen": f.Listen, "--dashboard": f.Dashboard} {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return wrongUse{fmt.Errorf("%s %q: must be HOST:PORT, such as 127.0.0.1:9200", flag, address)}
		}
		if !loopback(host) {
			return wrongUse{fmt.Errorf("%s %q: only loopback addresses are allowed, since there are no users and passwords yet; use 127.0.0.1 and an SSH tunnel", flag, address)}
		}
	}
	return nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

type serveCmd struct {
	serverFlags `embed:""`
	Data        string `help:"Data directory; made if absent." default:"vedette-data" type:"path"`
}

// Run serves until the context ends.
func (c *serveCmd) Run(e *environment) error {
	a, err := openApp(c.serverFlags, c.Data, e.log)
	if err != nil {
		return err
	}
	return a.run(e.ctx, nil)
}

type demoCmd struct {
	serverFlags `embed:""`
	Data        string `help:"Data directory to keep the demo in; a temporary one if not given." placeholder:"DIR" type:"path"`
	Days        int    `help:"Days of demo data." default:"1"`
	Seed        uint64 `help:"Another seed makes other data." default:"1"`
}

// Run serves demo data until the context ends.
func (c *demoCmd) Run(e *environment) (err error) {
	if c.Days < 1 || c.Days > 31 {
		return wrongUse{fmt.Errorf("--days %d: must be between 1 and 31", c.Days)}
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
	a, err := openApp(flags, data, e.log)
	if err != nil {
		return err
	}
	a.demo = true
	o := demo.Options{Now: time.Now(), Days: c.Days, Seed: c.Seed}
	return a.run(e.ctx, func(ctx context.Context) error { return a.loadDemo(ctx, filepath.Join(work, "objects"), o) })
}

// loadDemo writes the demo's objects and loads them as any other log files.
func (a *app) loadDemo(ctx context.Context, dir string, o demo.Options) error {
	begin := time.Now()
	there, err := a.backend.Count(ctx, operator, &engine.SearchRequest{Target: engine.Target{Expression: "logs-aws.*"}})
	if err != nil {
		return err
	}
	if there.Count > 0 { // a second day would lie across the first, an hour or a week apart
		a.log.Info("demo data is searchable", "events", there.Count, "from", "an earlier run; give a new directory for a fresh day", "dashboard", "http://"+a.dashboardAddress())
		return nil
	}
	a.log.Info("writing demo data", "days", max(o.Days, 1))
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
	a.log.Info("demo data is searchable", "files", status.Counts.Files, "events", status.Counts.Events, "stories", len(summary.Stories),
		"seconds", time.Since(begin).Seconds(), "dashboard", "http://"+a.dashboardAddress())
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

var _ ingest.Sink = engineSink{}
