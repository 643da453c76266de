package console

import (
	"time"
)

// The types of this file are openapi.yaml in Go. Their zero values are valid answers, except that Mode, Auth, Kind and State must be set.

// A Time is a moment; zero is unknown and written as null.
type Time struct{ time.Time }

// MarshalJSON writes RFC 3339 in UTC with milliseconds.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// A Text is a text that may be unknown; empty is written as null.
type Text string

// MarshalJSON implements json.Marshaler.
func (t Text) MarshalJSON() ([]byte, error) {
	if t == "" {
		return []byte("null"), nil
	}
	return marshal(string(t))
}

// Modes, and whether users must log in.
const (
	ModeStandalone = "standalone"
	AuthOff        = "off"
	AuthOn         = "on"
)

// Status is who answers, in which mode, and what a person should be warned of.
type Status struct {
	Version              string    `json:"version"`
	Mode                 string    `json:"mode"` // ModeStandalone
	Auth                 string    `json:"auth"` // AuthOff or AuthOn
	Demo                 bool      `json:"demo"`
	StartedAt            Time      `json:"started_at"`
	Now                  Time      `json:"now"` // set by the console
	ElasticsearchAddress string    `json:"elasticsearch_address"`
	DashboardAddress     string    `json:"dashboard_address"`
	DataDirectory        string    `json:"data_directory"`
	Warnings             []Warning `json:"warnings"`
}

// A Warning is a whole sentence for people, and a stable word for programs.
type Warning struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// A Session is whether people must log in, and who has.
type Session struct {
	Auth string `json:"auth"`           // AuthOff or AuthOn
	User *User  `json:"user,omitempty"` // nil with AuthOff, and after a logout
}

// A User is who has logged in.
type User struct {
	Name      string   `json:"name"`
	Roles     []string `json:"roles"`
	Superuser bool     `json:"superuser"`
}

// IngestStats is what is read, how much of it, how fast, and what failed.
type IngestStats struct {
	Totals  Counts   `json:"totals"`
	Sources []Source `json:"sources"`
}

// Counts count from the start of the process.
type Counts struct {
	Files          int64 `json:"files"`
	FilesFailed    int64 `json:"files_failed"`
	Events         int64 `json:"events"` // newly stored, pipeline errors included
	Duplicates     int64 `json:"duplicates"`
	PipelineErrors int64 `json:"pipeline_errors"`
	Unknown        int64 `json:"unknown"` // files whose format was not recognised
	Bytes          int64 `json:"bytes"`   // as read, before decompression
}

// Plus adds the counts of another source.
func (c Counts) Plus(o Counts) Counts {
	return Counts{
		Files: c.Files + o.Files, FilesFailed: c.FilesFailed + o.FilesFailed, Events: c.Events + o.Events, Duplicates: c.Duplicates + o.Duplicates,
		PipelineErrors: c.PipelineErrors + o.PipelineErrors, Unknown: c.Unknown + o.Unknown, Bytes: c.Bytes + o.Bytes,
	}
}

// Kinds and states of a source.
const (
	KindFile     = "file"
	KindS3       = "s3"
	KindSQS      = "sqs"
	KindFolder   = "folder"   // that is watched
	KindFirehose = "firehose" // that delivers here
	KindUpload   = "upload"   // files that people send
	KindSyslog   = "syslog"
	KindDemo     = "demo"
	KindBulk     = "bulk" // what arrived through the Elasticsearch API
	StateLoading = "loading"
	StateIdle    = "idle"
	StateFailed  = "failed"
	// The following are of KindS3 and KindSQS: AWS asks to slow down, the credentials do not count (any more), or they may not do what is needed.
	StateThrottled   = "throttled"
	StateCredentials = "credentials"
	StateDenied      = "access_denied"
)

// A Source is where events come from.
type Source struct {
	Name            string       `json:"name"`
	Kind            string       `json:"kind"`
	State           string       `json:"state"`
	Counts          Counts       `json:"counts"`
	Datasets        []Dataset    `json:"datasets"`
	LastObject      Text         `json:"last_object"`
	LastEventAt     Time         `json:"last_event_at"` // the newest @timestamp seen
	LastError       *SourceError `json:"last_error"`
	EventsPerSecond float64      `json:"events_per_second"` // over the last ten seconds
	Progress        *Progress    `json:"progress"`          // only while loading
	Where           Text         `json:"where"`             // bucket and prefix, or the queue
	StateSince      Time         `json:"state_since"`
	NextAt          Time         `json:"next_at"` // when it is read or tried again
	DeadLetters     int          `json:"dead_letters"`
}

// A Dataset is a kind of event of a source.
type Dataset struct {
	Dataset        string `json:"dataset"` // event.dataset
	Type           string `json:"type"`    // the keyword `type` of these events
	Events         int64  `json:"events"`
	PipelineErrors int64  `json:"pipeline_errors"`
	LastEventAt    Time   `json:"last_event_at"`
}

// A SourceError is what went wrong last.
type SourceError struct {
	At      Time   `json:"at"`
	Message string `json:"message"`
	Object  Text   `json:"object"` // the file it happened in
}

// Progress is how far a source that loads has come.
type Progress struct {
	StartedAt   Time     `json:"started_at"`
	FilesDone   int64    `json:"files_done"`
	FilesTotal  int64    `json:"files_total"`
	BytesDone   int64    `json:"bytes_done"`
	BytesTotal  int64    `json:"bytes_total"`
	SecondsLeft *float64 `json:"seconds_left"` // nil: not known
}

// StorageStats is what is stored.
type StorageStats struct {
	Documents int64   `json:"documents"`
	Bytes     int64   `json:"bytes"`
	Indices   []Index `json:"indices"`
}

// An Index is one index of StorageStats.
type Index struct {
	Name       string `json:"name"`
	DataStream Text   `json:"data_stream"`
	Documents  int64  `json:"documents"`
	Bytes      int64  `json:"bytes"`
}

// An UploadAnswer is what became of a file.
type UploadAnswer struct {
	Counts   Counts        `json:"counts"`
	Datasets []Dataset     `json:"datasets"`
	Problems []SourceError `json:"problems"` // why it was not read to its end; empty if it was
}
