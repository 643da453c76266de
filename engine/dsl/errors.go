package dsl

import (
	"errors"
	"fmt"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// Types of error that only queries have.
const (
	tooManyClauses = "too_many_clauses"
	numberFormat   = "number_format_exception"
	parseException = "parse_exception"
)

// fail is a parsing_exception at the token.
func (r *reader) fail(format string, args ...any) *eserr.Error {
	e := eserr.BadRequest(eserr.Parsing, format, args...)
	place := r.here()
	e.Line, e.Column = place.Line, place.Column
	return e
}

// xcontent is an x_content_parse_exception at the token; those have their place in the text.
func (r *reader) xcontent(format string, args ...any) *eserr.Error {
	place := r.here()
	return eserr.BadRequest(eserr.XContentParse, "[%d:%d] %s", place.Line, place.Column, fmt.Sprintf(format, args...))
}

// within is the error of a clause inside a member of another one, as Elasticsearch's object parsers wrap it. Errors of a shard stay as they are.
func (r *reader) within(query, member string, err error) error {
	var cause *eserr.Error
	if !errors.As(err, &cause) {
		return fmt.Errorf("parse [%s] of [%s]: %w", member, query, err)
	}
	if cause.Phase != "" || cause.Type == eserr.XContentParse && strings.Contains(cause.Reason, "doesn't support values of type") {
		return cause
	}
	e := r.xcontent("[%s] failed to parse field [%s]", query, member)
	e.CausedBy = cause
	return e
}

// shardFailure is an error that Elasticsearch meets only when it builds the query on a shard.
func shardFailure(cause *eserr.Error) *eserr.Error {
	if cause.Phase != "" {
		return cause
	}
	e := eserr.Shard(eserr.QueryShard, "failed to create query: %s", cause.Reason)
	e.CausedBy = cause
	return e
}

// shardIllegal is an illegal argument that Elasticsearch finds on a shard.
func shardIllegal(format string, args ...any) *eserr.Error {
	return shardFailure(eserr.Illegal(format, args...))
}

// asShard turns any error of a lower floor into one of a shard.
func asShard(err error) error {
	var e *eserr.Error
	if errors.As(err, &e) {
		return shardFailure(e)
	}
	return err
}

// isHidden reports whether leniency turns an error into no match: one about a field is, one about syntax or the size of the query is not.
func isHidden(err error) bool {
	var e *eserr.Error
	return errors.As(err, &e) && (e.CausedBy == nil || e.CausedBy.Type != tooManyClauses)
}

// asParsing makes an error of an object parser one that the query reports as its own, as match_all and ids do.
func (r *reader) asParsing(err error) error {
	var cause *eserr.Error
	if !errors.As(err, &cause) || cause.Type != eserr.XContentParse {
		return err
	}
	e := r.fail("%s", cause.Reason)
	e.CausedBy = cause
	return e
}
