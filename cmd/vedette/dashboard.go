package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/console"
	"github.com/vedette-siem/vedette/engine/esapi"
	"github.com/vedette-siem/vedette/engine/esapi/edge"
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ui"
)

// dashboard makes the server of the dashboard's address.
func (a *app) dashboard(api *esapi.Server) http.Handler {
	o := console.Options{
		API: api.Inner(), Process: processOf{a}, Ingester: ingesterOf{a}, Uploader: uploaderOf{a}, Store: a.backend, Collector: collectorOf{a}, UI: ui.FS(),
		Hosts:   edge.NewHosts(a.flags.Dashboard, a.flags.AllowedHost...),
		Metrics: a.metrics, Gatherer: a.registry, Log: a.log,
	}
	if a.users != nil {
		o.Authenticate, o.Sessions = a.users.Authenticate, a.users
	}
	return console.New(o).Handler()
}

// processOf tells the console about the process.
type processOf struct{ *app }

// Status implements console.Process.
func (a processOf) Status(context.Context, engine.Principal) (console.Status, error) {
	address := a.board.Addr().String()
	status := console.Status{
		Version: version, Mode: console.ModeStandalone, Auth: console.AuthOn, Demo: a.demo, StartedAt: console.Time{Time: a.started},
		ElasticsearchAddress: a.api.Addr().String(), DashboardAddress: address, DataDirectory: a.dir.Path(),
	}
	if a.users == nil {
		status.Auth = console.AuthOff
		status.Warnings = []console.Warning{{
			Code: "auth_off", Message: fmt.Sprintf("Authentication is off. Anybody who can reach %s can read and change everything.", address),
		}}
	}
	return status, nil
}

// ingesterOf tells the console what is read.
type ingesterOf struct{ *app }

// Ingest implements console.Ingester.
func (a ingesterOf) Ingest(context.Context, engine.Principal) (console.IngestStats, error) {
	s := a.pipeline.Snapshot()
	out := console.IngestStats{Totals: countsOf(s.Totals), Sources: []console.Source{}}
	for _, src := range s.Sources {
		out.Sources = append(out.Sources, a.source(src))
	}
	if a.syslog != nil {
		s := a.syslog.status()
		out.Totals = out.Totals.Plus(countsOf(s.Counts))
		out.Sources = append(out.Sources, a.source(s))
	}
	collected, err := a.collect.Snapshot()
	for _, src := range collected {
		out.Totals = out.Totals.Plus(countsOf(src.Read.Counts))
		out.Sources = append(out.Sources, a.collected(src))
	}
	return out, err
}

func (a *app) source(s ingest.SourceStatus) console.Source {
	out := console.Source{
		Name: s.Name, Kind: console.KindFile, State: string(s.State), Counts: countsOf(s.Counts), Datasets: []console.Dataset{},
		LastObject: console.Text(s.LastObject), LastEventAt: console.Time{Time: s.LastEvent}, EventsPerSecond: s.EventsPerSecond,
	}
	switch {
	case s.Name == sourceFirehose || s.Name == sourceUpload || s.Name == sourceSyslog:
		out.Kind = s.Name
	case a.demo:
		out.Kind = console.KindDemo
	}
	for _, d := range s.Datasets {
		out.Datasets = append(out.Datasets, console.Dataset{
			Dataset: d.Dataset.Name, Type: d.Dataset.Type, Events: d.Events, PipelineErrors: d.PipelineErrors, LastEventAt: console.Time{Time: d.LastEvent},
		})
	}
	if p := s.LastError; p != nil {
		out.LastError = &console.SourceError{At: console.Time{Time: p.At}, Message: p.Message, Object: console.Text(p.Object)}
	}
	if p := s.Progress; p != nil {
		out.Progress = &console.Progress{
			StartedAt: console.Time{Time: p.StartedAt}, FilesDone: p.FilesDone, FilesTotal: p.FilesTotal,
			BytesDone: p.BytesDone, BytesTotal: p.BytesTotal, SecondsLeft: secondsOf(p.Left),
		}
	}
	return out
}

// secondsOf is nil for a time that is not known.
func secondsOf(d time.Duration) *float64 {
	if d < 0 {
		return nil
	}
	s := d.Seconds()
	return &s
}

func countsOf(t ingest.Totals) console.Counts {
	return console.Counts{
		Files: t.Files, FilesFailed: t.FilesFailed, Events: t.Events, Duplicates: t.Duplicates,
		PipelineErrors: t.PipelineErrors, Unknown: t.Unknown, Bytes: t.Bytes,
	}
}
