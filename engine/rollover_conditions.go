package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage"
)

// A rolloverCondition is one entry of `conditions`: a measure of an index and what it must reach.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/indices-rollover-index.html
type rolloverCondition struct {
	name  string // max_age, min_docs, ...
	text  string // as it was given
	least int64  // milliseconds, bytes or documents
}

// String is the condition as answers show it.
func (c rolloverCondition) String() string { return "[" + c.name + ": " + c.text + "]" }

// met says whether an index has reached what the condition asks for. An index has one shard, so that its shard is as large as it is.
func (c rolloverCondition) met(age time.Duration, st storage.Stats) bool {
	switch {
	case strings.HasSuffix(c.name, "_age"):
		return age.Milliseconds() >= c.least
	case strings.HasSuffix(c.name, "_docs"):
		return st.Docs >= c.least
	case st.Docs == 0: // files that hold no document do not count
		return c.least <= 0
	}
	return st.Bytes >= c.least
}

// parseConditions reads `conditions`.
func parseConditions(raw map[string]json.RawMessage) ([]rolloverCondition, error) {
	var out []rolloverCondition
	hasMax, hasMin := false, false
	for name, value := range raw {
		c := rolloverCondition{name: name, text: strings.Trim(string(value), `"`)}
		kind, measure, _ := strings.Cut(name, "_")
		var err error
		switch measure {
		case "age":
			c.least, err = dates.ParseDuration(c.text, name)
		case "docs", "primary_shard_docs":
			if c.least, err = strconv.ParseInt(c.text, 10, 64); err != nil {
				err = eserr.BadRequest(eserr.XContentParse, "[conditions] failed to parse field [%s]", name)
			}
		case "size", "primary_shard_size":
			c.least, err = parseByteSize(c.text, name)
		default:
			kind = ""
		}
		switch {
		case kind != "max" && kind != "min":
			return nil, eserr.BadRequest(eserr.XContentParse, "[conditions] unknown field [%s]", clip(name))
		case err != nil:
			return nil, err
		}
		hasMax, hasMin = hasMax || kind == "max", hasMin || kind == "min"
		out = append(out, c)
	}
	if hasMin && !hasMax {
		return nil, eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: at least one max_* rollover condition must be set when using min_* conditions;")
	}
	slices.SortFunc(out, func(a, b rolloverCondition) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

// allMet says whether an index rolls over: without conditions always, else if all least ones and any greatest one are met.
func allMet(conditions []rolloverCondition, results map[string]bool) bool {
	least, most := true, false
	for _, c := range conditions {
		met := results[c.String()]
		if strings.HasPrefix(c.name, "min_") {
			least = least && met
		} else {
			most = most || met
		}
	}
	return len(conditions) == 0 || least && most
}

// parseByteSize reads a size such as 50gb.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/api-conventions.html#byte-units
func parseByteSize(text, name string) (int64, error) {
	lower := strings.ToLower(strings.TrimSpace(text))
	if lower == "0" || lower == "-1" {
		return strconv.ParseInt(lower, 10, 64)
	}
	for i, units := range [][]string{{"pb", "p"}, {"tb", "t"}, {"gb", "g"}, {"mb", "m"}, {"kb", "k"}, {"b"}} {
		for _, unit := range units {
			digits, ok := strings.CutSuffix(lower, unit)
			if !ok {
				continue
			}
			n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
			if err != nil || n < 0 || n >= 1<<20 && i == 0 {
				return 0, eserr.BadRequest("parse_exception", "failed to parse setting [%s] with value [%s]", name, clip(text))
			}
			return int64(n * float64(int64(1)<<(10*(5-i)))), nil
		}
	}
	return 0, eserr.BadRequest("parse_exception", "failed to parse setting [%s] with value [%s] as a size in bytes: unit is missing or unrecognized", name, clip(text))
}

// rolloverBody is the body of a rollover.
type rolloverBody struct {
	Conditions map[string]json.RawMessage `json:"conditions"`
	templatePart
}

func parseRollover(r *RolloverRequest) (*rolloverBody, []rolloverCondition, error) {
	body := &rolloverBody{}
	if raw := bytes.TrimSpace(r.Body); len(raw) > 0 {
		var keys map[string]json.RawMessage
		if err := json.Unmarshal(raw, &keys); err != nil {
			return nil, nil, eserr.BadRequest(eserr.XContentParse, "[rollover] cannot be read: %s", err)
		}
		for key := range keys {
			if !slices.Contains([]string{"conditions", "settings", "mappings", "aliases"}, key) {
				return nil, nil, eserr.BadRequest(eserr.XContentParse, "[rollover] unknown field [%s]", clip(key))
			}
		}
		if err := json.Unmarshal(raw, body); err != nil {
			return nil, nil, eserr.BadRequest(eserr.XContentParse, "[rollover] failed to parse: %s", err)
		}
	}
	conditions, err := parseConditions(body.Conditions)
	if err == nil && r.Lazy && len(conditions) > 0 {
		err = eserr.Illegal("Lazy rollover can be used only without any conditions. Please remove the conditions from the request body or the query parameter 'lazy'.")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("rollover of %s: %w", r.Name, err)
	}
	return body, conditions, nil
}
