package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/vedette-siem/vedette/engine"
)

// stateMetrics tells /metrics what was read and what is stored, as it stands when asked.
type stateMetrics struct{ *app }

var (
	ingestLabels   = []string{"source"}
	ingestFiles    = prometheus.NewDesc("vedette_ingest_files_total", "Files and objects read to their end.", ingestLabels, nil)
	ingestFailed   = prometheus.NewDesc("vedette_ingest_files_failed_total", "Files and objects that could not be read to their end.", ingestLabels, nil)
	ingestUnknown  = prometheus.NewDesc("vedette_ingest_files_unknown_total", "Files and objects whose format was not recognised.", ingestLabels, nil)
	ingestEvents   = prometheus.NewDesc("vedette_ingest_events_total", "Events newly stored, by data set.", []string{"source", "dataset"}, nil)
	ingestErrors   = prometheus.NewDesc("vedette_ingest_pipeline_errors_total", "Records that could not be decoded, by data set.", []string{"source", "dataset"}, nil)
	ingestTwice    = prometheus.NewDesc("vedette_ingest_duplicates_total", "Events that were stored already.", ingestLabels, nil)
	ingestLost     = prometheus.NewDesc("vedette_ingest_lost_total", "Events that tell of lost data (SKIPDATA of flow logs).", ingestLabels, nil)
	ingestBytes    = prometheus.NewDesc("vedette_ingest_bytes_total", "Bytes read, before decompression.", ingestLabels, nil)
	indexDocuments = prometheus.NewDesc("vedette_index_documents", "Searchable documents.", []string{"index"}, nil)
	indexBytes     = prometheus.NewDesc("vedette_index_bytes", "Bytes on disk.", []string{"index"}, nil)
	indexSegments  = prometheus.NewDesc("vedette_index_segments", "Segments.", []string{"index"}, nil)
	openSearches   = prometheus.NewDesc("vedette_search_contexts_open", "Scrolls, points in time and asynchronous searches that are open or kept.", []string{"kind"}, nil)

	pipelineDocuments = prometheus.NewDesc("vedette_ingest_pipeline_documents_total", "Documents that an ingest pipeline was given.", []string{"pipeline"}, nil)
	pipelineFailed    = prometheus.NewDesc("vedette_ingest_pipeline_failed_total", "Documents that an ingest pipeline refused.", []string{"pipeline"}, nil)
	pipelineSeconds   = prometheus.NewDesc("vedette_ingest_pipeline_seconds_total", "Time that an ingest pipeline took.", []string{"pipeline"}, nil)

	diskFree         = prometheus.NewDesc("vedette_disk_free_bytes", "Free space of the disk with the data directory.", nil, nil)
	diskLimit        = prometheus.NewDesc("vedette_disk_flood_stage_bytes", "Free space below which writes are refused.", nil, nil)
	diskFull         = prometheus.NewDesc("vedette_disk_full", "1 while writes are refused because the disk is too full, else 0.", nil, nil)
	unpersisted      = prometheus.NewDesc("vedette_unpersisted_bytes", "Memory of writes that are in the log and not in segments on disk yet.", nil, nil)
	unpersistedLimit = prometheus.NewDesc("vedette_unpersisted_limit_bytes", "Such memory from which writes wait, and are refused with 429 at last.", nil, nil)
)

// storageDescs are those that have no label.
var storageDescs = []*prometheus.Desc{diskFree, diskLimit, diskFull, unpersisted, unpersistedLimit}

// Describe implements prometheus.Collector.
func (m stateMetrics) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{ingestFiles, ingestFailed, ingestUnknown, ingestEvents, ingestErrors, ingestTwice, ingestLost, ingestBytes, indexDocuments, indexBytes, indexSegments, pipelineDocuments, pipelineFailed, pipelineSeconds, openSearches, sourceState, sourceParked, sourceKnown, sourceLag, rawErrors, sourceUnwell} {
		ch <- d
	}
	for _, d := range slices.Concat(storageDescs, syslogDescs) {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (m stateMetrics) Collect(ch chan<- prometheus.Metric) {
	counter := func(d *prometheus.Desc, n int64, labels ...string) {
		send(ch, d, prometheus.CounterValue, float64(n), labels...)
	}
	gauge := func(d *prometheus.Desc, n float64, labels ...string) {
		send(ch, d, prometheus.GaugeValue, n, labels...)
	}
	m.collectSources(counter, gauge)
	m.collectSyslog(counter, gauge)
	for format, n := range m.pipeline.raw.failures() {
		counter(rawErrors, n, format)
	}
	for _, s := range m.reading() {
		counter(ingestFiles, s.Counts.Files, s.Name)
		counter(ingestFailed, s.Counts.FilesFailed, s.Name)
		counter(ingestUnknown, s.Counts.Unknown, s.Name)
		counter(ingestTwice, s.Counts.Duplicates, s.Name)
		counter(ingestLost, s.Counts.Lost, s.Name)
		counter(ingestBytes, s.Counts.Bytes, s.Name)
		for _, d := range s.Datasets {
			counter(ingestEvents, d.Events, s.Name, d.Dataset.Name)
			counter(ingestErrors, d.PipelineErrors, s.Name, d.Dataset.Name)
		}
	}
	disk := m.dir.Disk()
	used, limit := m.dir.UnpersistedBytes()
	full := int64(0)
	if disk.Full {
		full = 1
	}
	for i, n := range []int64{disk.Free, disk.Limit, full, used, limit} {
		gauge(storageDescs[i], float64(n))
	}
	for kind, n := range m.backend.OpenContexts() {
		gauge(openSearches, float64(n), kind)
	}
	if pipelines, err := m.backend.IngestStats(context.Background(), operator); err != nil {
		m.log.Error("metrics of the ingest pipelines failed", "err", err)
	} else {
		for id, p := range pipelines.Pipelines {
			counter(pipelineDocuments, p.Count, id)
			counter(pipelineFailed, p.Failed, id)
			send(ch, pipelineSeconds, prometheus.CounterValue, float64(p.TimeInMillis)/1000, id)
		}
	}
	stats, err := m.backend.IndexStats(context.Background(), operator, engine.Target{ExpandWildcards: "all"})
	if err != nil {
		m.log.Error("metrics of the indices failed", "err", err)
		return
	}
	for _, s := range stats {
		gauge(indexDocuments, float64(s.Docs), s.Name)
		gauge(indexBytes, float64(s.Bytes), s.Name)
		gauge(indexSegments, float64(s.Segments), s.Name)
	}
}

// send hands over one value. A label that is no UTF-8 makes it an error of the whole answer of /metrics, and no panic.
func send(ch chan<- prometheus.Metric, d *prometheus.Desc, kind prometheus.ValueType, n float64, labels ...string) {
	m, err := prometheus.NewConstMetric(d, kind, n, labels...)
	if err != nil {
		m = prometheus.NewInvalidMetric(d, fmt.Errorf("metric with labels %q: %w", labels, err))
	}
	ch <- m
}
