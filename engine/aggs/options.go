package aggs

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A member is one key of a JSON object with its value.
type member struct {
	key   string
	value json.RawMessage
}

// parseObject reads a JSON object and keeps the order of its keys. A key that occurs twice is refused.
func parseObject(body json.RawMessage, what string) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, eserr.BadRequest(eserr.Parsing, "Expected [START_OBJECT] under [%s], but got a [%s]", what, eserr.TokenName(body))
	}
	var out []member
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, badJSON(err)
		}
		m := member{key: t.(string)}
		if err := d.Decode(&m.value); err != nil {
			return nil, badJSON(err)
		}
		if seen[m.key] {
			return nil, eserr.BadRequest("json_parse_exception", "Duplicate field '%s'", m.key)
		}
		seen[m.key] = true
		out = append(out, m)
	}
	if _, err := d.Token(); err != nil {
		return nil, badJSON(err)
	}
	return out, nil
}

func badJSON(err error) error {
	return eserr.BadRequest("json_parse_exception", "aggregations are not valid JSON: %s", err)
}

// options reads the members of one aggregation's object. The first error is kept and returned by finish, so that parsers need not check each step.
type options struct {
	agg, name string // `terms`, and the aggregation's own name
	raw       json.RawMessage
	members   []member
	known     []string
	err       error
	unbuilt   error // what is wrong with all of it together, which counts if there is no stranger
	lacking   error // what is missing, which counts if nothing is wrong with what is there
}

func newOptions(agg, name string, raw json.RawMessage, members []member) *options {
	return &options{agg: agg, name: name, raw: raw, members: members}
}

// object reads an option that is an object: its own options, which the caller finishes, or nil if it is absent or no object, which is then the error of o.
func (o *options) object(key string) *options {
	raw := o.get(key)
	if raw == nil {
		return nil
	}
	if eserr.TokenName(raw) != "START_OBJECT" {
		o.wrong(key, raw)
		return nil
	}
	members, err := parseObject(raw, key)
	if err != nil {
		o.fail(err)
		return nil
	}
	return newOptions(key, o.name, raw, members)
}

// fail keeps the first error.
func (o *options) fail(err error) {
	if o.err == nil {
		o.err = err
	}
}

// lack keeps the first error of something that is missing.
func (o *options) lack(err error) {
	if o.lacking == nil {
		o.lacking = err
	}
}

// finish returns the first error: that of a member, or the first member that nobody asked for, or what is missing.
func (o *options) finish() error {
	if o.err != nil {
		return o.err
	}
	if key := o.stranger(); key != "" {
		return eserr.BadRequest(eserr.XContentParse, "[%s] unknown field [%s]%s", o.agg, key, eserr.DidYouMean(key, o.known))
	}
	return firstError(o.unbuilt, o.lacking)
}

// stranger is the first member that nobody asked for, "" if all are known.
func (o *options) stranger() string {
	for _, m := range o.members {
		if !slices.Contains(o.known, m.key) {
			return m.key
		}
	}
	return ""
}

// value is a member as it is written, nil if it is absent.
func (o *options) value(key string) json.RawMessage {
	for _, m := range o.members {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

// get returns a member, nil if it is absent or null, and marks it as known.
func (o *options) get(key string) json.RawMessage {
	o.known = append(o.known, key)
	for _, m := range o.members {
		if m.key == key && string(m.value) != "null" {
			return m.value
		}
	}
	return nil
}

// before reports whether a member stands before another one.
func (o *options) before(key, other string) bool {
	for _, m := range o.members {
		if m.key == key || m.key == other {
			return m.key == key
		}
	}
	return false
}

// ignore marks members as known that change nothing here.
func (o *options) ignore(keys ...string) { o.known = append(o.known, keys...) }

// wrong keeps the error of a member of the wrong type.
func (o *options) wrong(key string, value json.RawMessage) {
	o.fail(eserr.BadRequest(eserr.XContentParse, "[%s] %s doesn't support values of type: %s", o.agg, key, eserr.TokenName(value)))
}

// failed keeps the error of a member whose value is no good.
func (o *options) failed(key, format string, args ...any) {
	o.refuse(key, eserr.Illegal(format, args...))
}

// refuse keeps an error of the value of a member as Elasticsearch's object parsers report it: the member, caused by what is wrong with it.
func (o *options) refuse(key string, cause error) {
	e := eserr.BadRequest(eserr.XContentParse, "[%s] failed to parse field [%s]", o.agg, key)
	if e.CausedBy, _ = cause.(*eserr.Error); e.CausedBy == nil {
		e.CausedBy = eserr.Illegal("%s", cause)
	}
	o.fail(e)
}

// failedBy keeps the error of a member whose value is no good for a reason of its own.
func (o *options) failedBy(key string, cause error) {
	e := eserr.BadRequest(eserr.XContentParse, "[%s] failed to parse field [%s]", o.agg, key)
	if !errors.As(cause, &e.CausedBy) {
		o.fail(cause)
		return
	}
	o.fail(e)
}

// unmade keeps an error that Elasticsearch meets when all options are read and it makes the aggregation.
func (o *options) unmade(cause *eserr.Error) {
	e := eserr.BadRequest(eserr.XContentParse, "Failed to build [%s] after last required field arrived", o.agg)
	e.CausedBy = cause
	o.unbuilt = firstError(o.unbuilt, e)
}

// text reads a string; numbers and booleans are taken as they are written.
func (o *options) text(key string) string {
	value := o.get(key)
	if value == nil {
		return ""
	}
	s, ok := scalarText(value)
	if !ok {
		o.wrong(key, value)
	}
	return s
}

// onlyText reads a string; anything else is refused, null too.
func (o *options) onlyText(key string) string {
	o.known = append(o.known, key)
	for _, m := range o.members {
		if m.key != key {
			continue
		}
		if eserr.TokenName(m.value) != "VALUE_STRING" {
			o.wrong(key, m.value)
			return ""
		}
		text, _ := scalarText(m.value)
		return text
	}
	return ""
}

// scalarText is a string, or a number or boolean as it is written; false for anything else.
func scalarText(value json.RawMessage) (string, bool) {
	switch eserr.TokenName(value) {
	case "VALUE_STRING":
		var s string
		err := json.Unmarshal(value, &s)
		return s, err == nil
	case "VALUE_NUMBER", "VALUE_BOOLEAN":
		return string(value), true
	}
	return "", false
}

// scalar is a string, json.Number or bool; nil for anything else.
func scalar(value json.RawMessage) any {
	s, ok := scalarText(value)
	switch {
	case !ok:
		return nil
	case eserr.TokenName(value) == "VALUE_NUMBER":
		return json.Number(s)
	case eserr.TokenName(value) == "VALUE_BOOLEAN":
		return s == "true"
	}
	return s
}

// whole reads an integer that may be written as a string or with a fraction of zero.
func (o *options) whole(key string, missing int64) int64 {
	value := o.get(key)
	if value == nil {
		return missing
	}
	s, ok := scalarText(value)
	if !ok || eserr.TokenName(value) == "VALUE_BOOLEAN" {
		o.wrong(key, value)
		return missing
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) >= 1<<63 {
		o.refuse(key, notANumber(s))
		return missing
	}
	return int64(f)
}

// number reads a finite number that may be written as a string, and whether it is there.
func (o *options) number(key string) (float64, bool) {
	value := o.get(key)
	if value == nil {
		return 0, false
	}
	s, ok := scalarText(value)
	if !ok || eserr.TokenName(value) == "VALUE_BOOLEAN" {
		o.wrong(key, value)
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		o.refuse(key, notANumber(s))
		return 0, false
	}
	return f, true
}

// notANumber is Java's error for text that is no number.
func notANumber(text string) *eserr.Error {
	switch {
	case strings.TrimSpace(text) == "":
		return eserr.BadRequest("number_format_exception", "empty String")
	case strings.Trim(text, "+-0123456789.") == "" && strings.Count(text, ".") > 1 && strings.LastIndexAny(text, "+-") <= 0:
		return eserr.BadRequest("number_format_exception", "multiple points")
	}
	return eserr.BadRequest("number_format_exception", "For input string: \"%s\"", text)
}

// flag reads a boolean that may be written as a string.
func (o *options) flag(key string, missing bool) bool {
	value := o.get(key)
	if value == nil {
		return missing
	}
	switch s, _ := scalarText(value); s {
	case "true":
		return true
	case "false":
		return false
	default:
		o.failed(key, "Failed to parse value [%s] as only [true] or [false] are allowed.", s)
	}
	return missing
}

// list reads an array; one value alone is an array of one. A nil list is absent.
func (o *options) list(key string) []json.RawMessage {
	value := o.get(key)
	if value == nil {
		return nil
	}
	list, err := listOf(value)
	if err != nil {
		o.fail(badJSON(err))
	}
	return list
}

func listOf(value json.RawMessage) ([]json.RawMessage, error) {
	if eserr.TokenName(value) != "START_ARRAY" {
		return []json.RawMessage{value}, nil
	}
	list := []json.RawMessage{}
	err := json.Unmarshal(value, &list)
	return list, err
}
