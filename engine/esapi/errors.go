package esapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/aggs"
	"github.com/vedette-siem/vedette/engine/esapi/jsonscan"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// Statuses that net/http has no name for.
const statusClientGone = 499 // nobody reads it; it tells the metrics that the client did not wait

// A plainError is a refusal that Elasticsearch puts into words only: {"error":"text","status":405}.
type plainError struct {
	status int
	text   string
	allow  string // the Allow header of a 405
}

// Error implements error.
func (e *plainError) Error() string { return e.text }

// refusal is the table from errors to what a client gets. Only *engine.Error and *plainError speak to clients; what else arrives here is
// translated if the client caused it, and otherwise known is false: it is for the log alone.
func refusal(err error) (e error, known bool) {
	var (
		told    *engine.Error
		plain   *plainError
		syntax  *jsonscan.SyntaxError
		tooLong *http.MaxBytesError
	)
	switch {
	case errors.As(err, &told):
		return told, true
	case errors.As(err, &plain):
		return plain, true
	case errors.As(err, &syntax):
		return syntaxError(syntax), true
	case errors.As(err, &tooLong):
		return tooLarge("entity content is too long for the configured buffer limit [%d]", tooLong.Limit), true
	case errors.Is(err, context.Canceled):
		return &plainError{status: statusClientGone, text: "the client closed the connection"}, true
	case errors.Is(err, context.DeadlineExceeded):
		return eserr.Errorf(http.StatusServiceUnavailable, "timeout_exception", "the request took longer than it may"), true
	case errors.Is(err, io.ErrUnexpectedEOF):
		return eserr.BadRequest("parse_exception", "the request body ended early"), true
	}
	return &eserr.Error{Status: http.StatusInternalServerError, Type: "exception", Reason: "an internal error occurred; the server's log has it"}, false
}

// syntaxError is a broken JSON text as Elasticsearch reports it.
func syntaxError(s *jsonscan.SyntaxError) *engine.Error {
	typ, cause := eserr.XContentParse, "json_parse_exception"
	if s.Ended {
		typ = "x_content_e_o_f_exception"
	}
	if s.Cut {
		cause = "json_e_o_f_exception"
	}
	e := eserr.BadRequest(typ, "%s", s.Error())
	e.CausedBy = eserr.BadRequest(cause, "%s", s.Detail())
	return e
}

func tooLarge(format string, args ...any) *engine.Error {
	return eserr.Errorf(http.StatusRequestEntityTooLarge, "content_too_long_exception", format, args...)
}

// invalid is a request that Elasticsearch's request validation refuses.
func invalid(problems ...string) *engine.Error {
	text := "Validation Failed: "
	for i, p := range problems {
		text += strconv.Itoa(i+1) + ": " + p + ";"
	}
	return eserr.BadRequest("action_request_validation_exception", "%s", text)
}

// unsupported declines what Elasticsearch has and Vedette has not.
func unsupported(format string, args ...any) *engine.Error {
	return eserr.Illegal(format+" is not supported", args...)
}

// Render gives the status and the JSON body for an error; known is false if it is a fault of ours, which the caller logs.
// The console answers its errors by it as well.
func Render(err error, node string) (status int, body []byte, known bool) {
	e, known := refusal(err)
	if plain, ok := e.(*plainError); ok {
		body, _ = encode(struct {
			Error  string `json:"error"`
			Status int    `json:"status"`
		}{plain.text, plain.status})
		return plain.status, body, known
	}
	told := e.(*engine.Error)
	body, err = encode(struct {
		Error  any `json:"error"`
		Status int `json:"status"`
	}{errorObject(told, node), told.Status})
	if err != nil { // cannot happen: an Error is made of strings and numbers
		return http.StatusInternalServerError, []byte(`{"error":"an error could not be written","status":500}`), false
	}
	return told.Status, body, known
}

// An errorCause is one entry of `root_cause`.
type errorCause struct {
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
	Header       any    `json:"header,omitempty"`
}

func causeOf(e *engine.Error) errorCause {
	return errorCause{e.Type, e.Reason, e.ResourceType, e.ResourceID, e.IndexUUID, e.Shard, e.Index, e.Line, e.Column, e.PropertyName, e.ProcessorType, e.ProcessorTag, headerOf(e)}
}

// headerOf is how an error repeats the header that goes with it; nil if none does.
func headerOf(e *engine.Error) any {
	if e.Challenge == nil {
		return nil
	}
	return map[string][]string{"WWW-Authenticate": e.Challenge}
}

// rootOf is the deepest cause that is an exception of Elasticsearch's own: those of Java's and of its JSON parser do not count, and of Java's nothing is looked for beneath.
func rootOf(e *engine.Error) *engine.Error {
	for e.CausedBy != nil && (!foreign(e.Type) || e.Type == eserr.XContentParse) && (!foreign(e.CausedBy.Type) || e.Type == eserr.XContentParse && e.CausedBy.Type == eserr.XContentParse) && !strings.HasPrefix(e.Reason, "Failed to parse query [") { // whose cause is Lucene's parse_exception
		e = e.CausedBy
	}
	return e
}

func foreign(typ string) bool {
	for _, prefix := range []string{"illegal_", "number_format_", "x_content_", "json_", "named_object_", "date_time_", "input_coercion_", "invalid_", "null_pointer_"} {
		if strings.HasPrefix(typ, prefix) {
			return true
		}
	}
	return false
}

// errorObject is what stands under `error` in an answer and under `error` in an item of _msearch.
func errorObject(e *engine.Error, node string) any {
	if e.Phase != "" {
		return phaseObject(e, node)
	}
	return struct {
		RootCause []errorCause `json:"root_cause"`
		errorCause
		CausedBy *engine.Error `json:"caused_by,omitempty"`
	}{[]errorCause{causeOf(rootOf(e))}, causeOf(e), e.CausedBy}
}

type failedShard struct {
	Shard  int           `json:"shard"`
	Index  any           `json:"index,omitempty"`
	Node   string        `json:"node,omitempty"`
	Reason *engine.Error `json:"reason"`
}

// phaseError is how Elasticsearch answers a search that fails.
type phaseError struct {
	RootCause    []errorCause  `json:"root_cause"`
	Type         string        `json:"type"`
	Reason       string        `json:"reason"`
	Phase        string        `json:"phase"`
	Grouped      bool          `json:"grouped"`
	FailedShards []failedShard `json:"failed_shards"`
	CausedBy     any           `json:"caused_by,omitempty"`
}

// ownOfSearch reports whether an error that a search meets on a shard is an exception of Elasticsearch's own.
func ownOfSearch(typ string) bool {
	switch typ {
	case eserr.QueryShard, eserr.Parsing, eserr.CircuitBreaking, "parse_exception", "invalid_path", "aggregation_execution_exception", "aggregation_initialization_exception":
		return true
	}
	return false
}

// bucketsCause is too many buckets, with how many there may be.
type bucketsCause struct {
	Type    string `json:"type"`
	Reason  string `json:"reason"`
	Buckets int    `json:"max_buckets"`
}

// phaseObject wraps an error that a search met on its shards.
func phaseObject(e *engine.Error, node string) any {
	index := e.Index
	if !strings.HasPrefix(e.Type, "query_shard") { // the only one that names its index itself
		plain := *e
		plain.Index = ""
		e = &plain
	}
	noShard := phaseError{[]errorCause{}, "search_phase_execution_exception", "", eserr.PhaseFetch, true, []failedShard{}, e}
	switch {
	case e.Type == eserr.TooManyBuckets: // they come together from the shards, none of which failed
		noShard.CausedBy = bucketsCause{e.Type, e.Reason, aggs.MaxBuckets}
		return noShard
	case e.Phase == eserr.PhaseFetch:
		return noShard
	}
	var causedBy any
	switch {
	case e.Type == "search_context_missing_exception":
		causedBy = e
	case !ownOfSearch(e.Type): // Elasticsearch repeats errors of the language's library, and what they wrap, which is the same again
		causedBy = &engine.Error{Type: e.Type, Reason: e.Reason, CausedBy: e}
	case rootOf(e) != e: // and the root of others, unless that is the failure itself
		causedBy = rootOf(e)
	}
	failed := failedShard{Node: node, Reason: e}
	if index != "" {
		failed.Index = index
	}
	if e.Type == "search_context_missing_exception" { // which was of no shard that is known any more
		failed = failedShard{Shard: -1, Index: json.RawMessage("null"), Reason: e}
	}
	return phaseError{[]errorCause{causeOf(rootOf(e))}, "search_phase_execution_exception", "all shards failed", e.Phase, true,
		[]failedShard{failed}, causedBy}
}

// encode marshals without escaping HTML and without a final newline: answers are data, and compact.
func encode(v any) ([]byte, error) {
	if raw, ok := v.(json.RawMessage); ok {
		return raw, nil
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
