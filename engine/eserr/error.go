// Package eserr holds refusals in Elasticsearch's terms, so that every package of the engine can say what is wrong with a request
// in the words that Elasticsearch's clients know. It knows no HTTP beyond the status, and no endpoint.
package eserr

import (
	"encoding/json"
	"fmt"
)

// An Error is a refusal in Elasticsearch's terms: a type, a reason that names the thing and the way on, and the HTTP status. It marshals to
// the object that Elasticsearch puts under `error` in a bulk item; the API adds `root_cause` and `status` around it.
type Error struct {
	Status int
	Type   string
	Reason string
	// CausedBy is what lies beneath, or nil.
	CausedBy *Error
	// Phase is set for errors of a search that Elasticsearch reports as failed shards (`search_phase_execution_exception`): the API
	// then wraps the Error with `phase`, `grouped` and `failed_shards`, naming Index.
	Phase string
	// Index, IndexUUID and Resource are added where Elasticsearch names them; empty leaves them out.
	Index, IndexUUID, Shard, ResourceType, ResourceID string
	// Line and Column are the place in a JSON body that a parsing_exception names, from 1; 0 leaves them out.
	Line, Column int
	// ProcessorType, ProcessorTag and PropertyName say where in an ingest pipeline something is wrong; empty leaves them out.
	ProcessorType, ProcessorTag, PropertyName string
	// Challenge is the WWW-Authenticate header of a 401, one value a line; nil for all other errors.
	Challenge []string
}

// Types of error that several packages use.
const (
	IllegalArgument = "illegal_argument_exception"
	Parsing         = "parsing_exception"
	XContentParse   = "x_content_parse_exception"
	MapperParsing   = "mapper_parsing_exception"
	DocumentParsing = "document_parsing_exception"
	QueryShard      = "query_shard_exception"
	IndexNotFound   = "index_not_found_exception"
	VersionConflict = "version_conflict_engine_exception"
	TooManyBuckets  = "too_many_buckets_exception"
	CircuitBreaking = "circuit_breaking_exception"
	SecurityFault   = "security_exception"
)

// PhaseQuery is the Phase of an error that a search meets on its shards, such as a field that cannot be aggregated.
const PhaseQuery = "query"

// PhaseFetch is the Phase of an error that a search meets when it puts together what its shards found: none of them failed.
const PhaseFetch = "fetch"

// Errorf makes an Error.
func Errorf(status int, typ, format string, args ...any) *Error {
	return &Error{Status: status, Type: typ, Reason: fmt.Sprintf(format, args...)}
}

// BadRequest makes an Error with status 400.
func BadRequest(typ, format string, args ...any) *Error { return Errorf(400, typ, format, args...) }

// Illegal makes an illegal_argument_exception with status 400.
func Illegal(format string, args ...any) *Error { return Errorf(400, IllegalArgument, format, args...) }

// Shard makes an Error with status 400 that a search meets on its shards (PhaseQuery).
func Shard(typ, format string, args ...any) *Error {
	e := Errorf(400, typ, format, args...)
	e.Phase = PhaseQuery
	return e
}

// Reduce makes an Error with status 400 that a search meets when it puts together what its shards found (PhaseFetch).
func Reduce(typ, format string, args ...any) *Error {
	e := Errorf(400, typ, format, args...)
	e.Phase = PhaseFetch
	return e
}

// Error implements error.
func (e *Error) Error() string {
	text := e.Type + ": " + e.Reason
	if e.CausedBy != nil {
		text += ": " + e.CausedBy.Error()
	}
	return text
}

// Unwrap gives errors.Is and errors.As the cause.
func (e *Error) Unwrap() error {
	if e.CausedBy == nil {
		return nil // a nil *Error in an error would not be nil
	}
	return e.CausedBy
}

// MarshalJSON writes the error as Elasticsearch does, without `root_cause`.
func (e *Error) MarshalJSON() ([]byte, error) {
	out := struct {
		Type         string `json:"type"`
		Reason       string `json:"reason"`
		ResourceType string `json:"resource.type,omitempty"`
		ResourceID   string `json:"resource.id,omitempty"`
		IndexUUID    string `json:"index_uuid,omitempty"`
		Shard        string `json:"shard,omitempty"`
		Index        string `json:"index,omitempty"`
		Line         int    `json:"line,omitempty"`
		Column       int    `json:"col,omitempty"`
		Property     string `json:"property_name,omitempty"`
		Processor    string `json:"processor_type,omitempty"`
		Tag          string `json:"processor_tag,omitempty"`
		CausedBy     *Error `json:"caused_by,omitempty"`
	}{e.Type, e.Reason, e.ResourceType, e.ResourceID, e.IndexUUID, e.Shard, e.Index, e.Line, e.Column, e.PropertyName, e.ProcessorType, e.ProcessorTag, e.CausedBy}
	return json.Marshal(out)
}
