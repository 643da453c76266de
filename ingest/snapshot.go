package ingest

import "time"

// Snapshot is what a Pipeline has read since the process started.
type Snapshot struct {
	Totals  Totals
	Sources []SourceStatus // in order of name
}

// Totals are counts of a source or of all.
type Totals struct {
	// Files were read to their end; FilesFailed could not be. Unknown had a format that cannot be told or read.
	Files, FilesFailed, Unknown int64
	// Known were done before (checkpoints); Skipped hold no events by design, such as AWS's test files.
	Known, Skipped int64
	// Events were newly stored, pipeline errors included; Duplicates were stored already.
	Events, Duplicates int64
	// PipelineErrors are records that could not be decoded. They are counted when read, also when they are duplicates.
	PipelineErrors int64
	// Lost are events that tell of lost data (SKIPDATA of flow logs).
	Lost int64
	// Bytes were read as stored, before inflating.
	Bytes int64
}

func (t *Totals) add(o Totals) {
	t.Files += o.Files
	t.FilesFailed += o.FilesFailed
	t.Unknown += o.Unknown
	t.Known += o.Known
	t.Skipped += o.Skipped
	t.Events += o.Events
	t.Duplicates += o.Duplicates
	t.PipelineErrors += o.PipelineErrors
	t.Lost += o.Lost
	t.Bytes += o.Bytes
}

// State says what a source is doing.
type State string

// The states of a source. StateFailed means that its last run ended with an error.
const (
	StateLoading State = "loading"
	StateIdle    State = "idle"
	StateFailed  State = "failed"
)

// SourceStatus is how one source stands.
type SourceStatus struct {
	Name     string
	State    State
	Counts   Totals
	Datasets []DatasetStatus // in order of name
	// LastObject is the object read last; empty for none yet.
	LastObject string
	// LastEvent is the newest @timestamp; zero for none yet.
	LastEvent time.Time
	// LastError is the newest error of the source or one of its objects; nil for none yet.
	LastError *Problem
	// Problems are the newest objects that failed or are unknown, oldest first, at most MaxProblems.
	Problems []Problem
	// EventsPerSecond counts the last ten seconds.
	EventsPerSecond float64
	// Progress is nil unless the source is loading.
	Progress *Progress
}

// MaxProblems bounds SourceStatus.Problems.
const MaxProblems = 100

// A Problem is an object that could not be read, or an error of a whole source (Object is empty).
type Problem struct {
	At      time.Time
	Object  string
	Message string
}

// DatasetStatus counts one dataset of a source.
type DatasetStatus struct {
	Dataset                            Dataset
	Events, Duplicates, PipelineErrors int64
	LastEvent                          time.Time
	ExtraFields                        map[string]int64 // input fields that the decoder does not know
}

// Progress is how far a running load is. Totals are 0 where the source cannot tell beforehand.
type Progress struct {
	StartedAt             time.Time
	FilesDone, FilesTotal int64
	BytesDone, BytesTotal int64
	// Left is the time left by the rate so far; negative when it cannot be told.
	Left time.Duration
}
