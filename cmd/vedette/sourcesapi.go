package main

import (
	"context"
	"errors"
	"time"

	"github.com/vedette-siem/vedette/cmd/vedette/collect"
	"github.com/vedette-siem/vedette/engine/console"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// collectorOf lets the console see and change what is read for ever.
type collectorOf struct{ *app }

// Sources implements console.Collector.
func (a collectorOf) Sources(context.Context) (console.SourceList, error) {
	return sourceList(a.dir.Meta(), a.configured)
}

// AddSource implements console.Collector.
func (a collectorOf) AddSource(_ context.Context, in console.SourceDefinition) error {
	d := definitionOf(in)
	if err := d.Check(); err != nil {
		return eserr.Illegal("%v", err)
	}
	return refusal(a.collect.Add(d))
}

// RemoveSource implements console.Collector.
func (a collectorOf) RemoveSource(_ context.Context, name string) error {
	return refusal(a.collect.Remove(name))
}

// RetrySource implements console.Collector.
func (a collectorOf) RetrySource(_ context.Context, name string) (int, error) {
	return a.collect.Retry(name)
}

// refusal makes an answer of what is the caller's mistake.
func refusal(err error) error {
	switch {
	case errors.Is(err, collect.ErrExists):
		return eserr.Illegal("%v", err)
	case errors.Is(err, collect.ErrNotFound):
		return eserr.Errorf(404, "resource_not_found_exception", "%v", err)
	}
	return err
}

// sourceList is what a data directory knows of its sources, a server's or that of a command.
func sourceList(db *metadb.DB, configured []collect.Definition) (out console.SourceList, err error) {
	store, letters := collect.NewStore(db), collect.NewLetters(db)
	added, err := store.All()
	if err != nil {
		return out, err
	}
	parked, err := letters.Parked("")
	if err != nil {
		return out, err
	}
	counts := map[string]int{}
	for _, l := range parked {
		counts[l.Source]++
		out.Letters = append(out.Letters, console.Letter{Source: l.Source, Name: l.Name(), Reason: l.Reason, Attempts: l.Attempts, At: console.Time{Time: l.At}, Retry: l.Retry})
	}
	for i, all := range [][]collect.Definition{configured, added} {
		for _, d := range all {
			at, err := store.ListedUpTo(d.Name)
			if err != nil {
				return out, err
			}
			out.Sources = append(out.Sources, console.KnownSource{Name: d.Name, Kind: d.Kind, Where: d.Where(), Added: i == 1, ListedAt: console.Time{Time: at}, DeadLetters: counts[d.Name]})
		}
	}
	return out, nil
}

func definitionOf(in console.SourceDefinition) collect.Definition {
	return collect.Definition{
		Name: in.Name, Kind: in.Kind, Bucket: in.Bucket, Prefix: in.Prefix, Queue: in.Queue, Path: in.Path, Account: in.Account, Format: ingest.Format(in.Format), FlowFormat: in.FlowFormat,
		Interval: durationOf(in.IntervalSeconds), SilentAfter: durationOf(in.SilentSeconds), RequesterPays: in.RequesterPays,
		Access: awsaccess.Access{Region: in.Region, Endpoint: in.Endpoint, Profile: in.Profile, RoleARN: in.AssumeRole, ExternalID: in.ExternalID, PathStyle: in.PathStyle, FIPS: in.FIPS},
	}
}

func durationOf(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }
