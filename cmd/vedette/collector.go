package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"gopkg.in/yaml.v3"

	"github.com/vedette-siem/vedette/cmd/vedette/collect"
	"github.com/vedette-siem/vedette/engine/console"
	"github.com/vedette-siem/vedette/ingest"
)

// sourcesSetting is the list of sources in the configuration file, which is no flag.
const sourcesSetting = "sources"

// configured are the sources of the configuration file; a nil s is none.
func (s *sources) configured() ([]collect.Definition, error) {
	if s == nil {
		return nil, nil
	}
	raw, err := yaml.Marshal(s.values[sourcesSetting])
	if err != nil {
		return nil, err
	}
	var all []collect.Definition
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err = d.Decode(&all); errors.Is(err, io.EOF) {
		err = nil
	}
	if err == nil {
		err = collect.CheckAll(all)
	}
	if err != nil {
		return nil, wrongUse{fmt.Errorf("configuration %s: sources: %w", s.file, err)}
	}
	return all, nil
}

// openCollector makes the runner of the configured sources and of those that were added.
func (a *app) openCollector(e *environment) error {
	var err error
	if a.configured, err = e.sources.configured(); err != nil {
		return err
	}
	added, err := collect.NewStore(a.dir.Meta()).All()
	if err != nil {
		return err
	}
	checks := collect.NewCheckpoints(a.dir.Meta(), nil)
	r, err := newReader(engineSink{backend: a.backend, log: a.log}, checks, a.flags.GeoIP, a.log)
	if err != nil {
		return err
	}
	a.closers, a.collector = append(a.closers, r.Close), r
	a.collect, err = collect.New(collect.Options{DB: a.dir.Meta(), Pipeline: r.Pipeline, Sources: slices.Concat(a.configured, added), Log: a.log, Health: a.healthEvent})
	return err
}

// reloadGeoIP opens databases that were replaced.
func (a *app) reloadGeoIP(context.Context) error {
	if a.pipeline.geo == nil {
		return nil
	}
	return errors.Join(a.pipeline.geo.Reload(), a.collector.geo.Reload())
}

// collected tells the console of a source that is read for ever.
func (a *app) collected(s collect.Status) console.Source {
	out := a.source(s.Read)
	out.Kind, out.State, out.Where = s.Definition.Kind, string(s.State), console.Text(s.Definition.Where())
	out.StateSince, out.NextAt, out.DeadLetters, out.Progress = console.Time{Time: s.Since}, console.Time{Time: s.Next}, s.Parked, nil
	if s.Err != nil {
		out.LastError = &console.SourceError{At: out.StateSince, Message: s.Err.Error()}
	}
	return out
}

// reading are all sources of the process.
func (a *app) reading() []ingest.SourceStatus {
	all := a.pipeline.Snapshot().Sources
	if a.syslog != nil {
		all = append(all, a.syslog.status())
	}
	collected, _ := a.collect.Snapshot() // its error is of the dead letters, which collectSources tells
	for _, s := range collected {
		all = append(all, s.Read)
	}
	return all
}

var (
	sourceState  = prometheus.NewDesc("vedette_source_state", "1 for the state that a source is in.", []string{"source", "state"}, nil)
	sourceParked = prometheus.NewDesc("vedette_source_dead_letters", "Objects and messages that could not be read and are kept.", ingestLabels, nil)
	sourceKnown  = prometheus.NewDesc("vedette_source_known_total", "Objects that came again after they were done.", ingestLabels, nil)
	sourceLag    = prometheus.NewDesc("vedette_source_last_event_timestamp_seconds", "Time of the newest event, in seconds since 1970; now minus this is the lag.", ingestLabels, nil)
)

var sourceUnwell = prometheus.NewDesc("vedette_source_unwell", "1 for each condition that a source is in and should not be: silent, behind, or a state that is not well.", []string{"source", "condition"}, nil)

// collectSources tells /metrics how the sources stand.
func (m stateMetrics) collectSources(counter func(*prometheus.Desc, int64, ...string), gauge func(*prometheus.Desc, float64, ...string)) {
	all, err := m.collect.Snapshot()
	if err != nil {
		m.log.Error("metrics of the sources failed", "err", err)
	}
	for _, s := range all {
		gauge(sourceState, 1, s.Definition.Name, string(s.State))
		gauge(sourceParked, float64(s.Parked), s.Definition.Name)
		for condition := range s.Conditions {
			gauge(sourceUnwell, 1, s.Definition.Name, condition)
		}
		counter(sourceKnown, s.Read.Counts.Known, s.Definition.Name)
		if !s.Read.LastEvent.IsZero() {
			gauge(sourceLag, float64(s.Read.LastEvent.Unix()), s.Definition.Name)
		}
	}
}
