package esapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

const (
	// heldPerOperation is what an operation costs beside its bytes, with its answer: a body of the smallest possible operations must not
	// cost many times its size.
	heldPerOperation = 768
	// reservedOperations is for how many operations memory is reserved at a time.
	reservedOperations = 64
)

func bulkRoutes() []route {
	params := []string{"_source", "_source_excludes", "_source_includes", "include_source_on_error", "list_executed_pipelines", "pipeline",
		"refresh", "require_alias", "require_data_stream", "routing", "timeout", "type", "wait_for_active_shards"}
	return []route{{"POST PUT", "/_bulk /:index/_bulk", params, (*call).bulk}}
}

func (c *call) bulk() error {
	defaults, err := c.bulkDefaults()
	if err != nil {
		return err
	}
	refresh, err := c.refresh()
	if err != nil {
		return err
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	ops, err := c.parseBulk(body, defaults)
	if err != nil {
		return err
	}
	answer, err := c.s.backend.Bulk(c.ctx(), c.p, ops, engine.BulkOptions{Refresh: refresh, BodyBytes: cap(body)})
	if err != nil {
		return err
	}
	out, err := appendBulkAnswer(make([]byte, 0, 64+256*len(answer.Items)), answer)
	if err != nil {
		return err
	}
	return c.sendJSON(http.StatusOK, out)
}

// bulkDefaults are what the URL says for operations that do not say it themselves.
func (c *call) bulkDefaults() (engine.BulkOp, error) {
	op := engine.BulkOp{Routing: c.query["routing"], Pipeline: c.query["pipeline"]}
	var err error
	if op.Index, err = c.indexExpression(); err != nil {
		return op, err
	}
	if op.RequireAlias, err = c.flag("require_alias", false); err != nil {
		return op, err
	}
	for _, name := range []string{"_source", "_source_includes", "_source_excludes"} {
		if c.has(name) {
			return op, unsupported("[%s] in the URL of a bulk", name)
		}
	}
	return op, c.refuseStreamsOnly()
}

// parseBulk reads the lines of a bulk body. Operations share its bytes. Nothing is carried out when one line cannot be understood.
func (c *call) parseBulk(body []byte, defaults engine.BulkOp) ([]engine.BulkOp, error) {
	if len(body) == 0 {
		return nil, errNoBody()
	}
	if body[len(body)-1] != '\n' {
		return nil, eserr.Illegal("The bulk request must be terminated by a newline [\\n]")
	}
	ops := make([]engine.BulkOp, 0, min(len(body)/512+1, 10_000))
	actions := newActionParser(defaults)
	var problems []string
	for line, rest := 0, body; len(rest) > 0; {
		var action []byte
		action, rest = cutLine(rest)
		if line++; isBlank(action) {
			continue
		}
		if len(ops)%reservedOperations == 0 {
			if err := c.reserve(reservedOperations * heldPerOperation); err != nil {
				return nil, err
			}
			if err := c.ctx().Err(); err != nil {
				return nil, err
			}
		}
		op, err := actions.parse(action, line)
		if err != nil {
			return nil, err
		}
		if op.Action != "delete" {
			if len(rest) == 0 {
				return nil, eserr.Illegal("Malformed action/metadata line [%d], expected a document on the line below it", line)
			}
			op.Source, rest = cutLine(rest)
			line++
		}
		if err := c.finishOperation(&op, &problems); err != nil {
			return nil, err
		}
		ops = append(ops, op)
	}
	switch {
	case len(ops) == 0:
		return nil, invalid("no requests added")
	case problems != nil:
		return nil, invalid(problems...)
	}
	return ops, nil
}

// finishOperation computes dates in the name and finds what an operation lacks.
func (c *call) finishOperation(op *engine.BulkOp, problems *[]string) error {
	const maxProblems = 100 // enough to see what is wrong
	if op.Index == "" && len(*problems) < maxProblems {
		*problems = append(*problems, "index is missing")
	}
	if op.ID == "" && (op.Action == "delete" || op.Action == "update") && op.Err == nil && len(*problems) < maxProblems {
		*problems = append(*problems, "id is missing")
	}
	wrong, err := op.Check()
	if err != nil {
		return err
	}
	*problems = append(*problems, wrong[:min(len(wrong), max(maxProblems-len(*problems), 0))]...)
	op.Index, err = c.resolveDates(op.Index)
	return err
}

// cutLine takes a line off; a carriage return before the newline belongs to it.
func cutLine(b []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(b, []byte{'\n'})
	return bytes.TrimSuffix(line, []byte{'\r'}), rest
}

// appendBulkAnswer writes the answer to a bulk: took, errors, items in this order, which clients look for as literal text.
func appendBulkAnswer(out []byte, a *engine.BulkAnswer) ([]byte, error) {
	out = append(out, `{"took":`...)
	out = strconv.AppendInt(out, a.Took, 10)
	out = append(out, `,"errors":`...)
	out = strconv.AppendBool(out, a.Errors)
	out = append(out, `,"items":[`...)
	for i := range a.Items {
		if i > 0 {
			out = append(out, ',')
		}
		var err error
		if out, err = appendItem(out, &a.Items[i]); err != nil {
			return nil, err
		}
	}
	return append(out, "]}"...), nil
}

// appendItem writes an item by hand: a bulk has thousands of them, and this is on the way of every event that arrives.
func appendItem(out []byte, item *engine.BulkItem) ([]byte, error) {
	out = append(out, `{"`...)
	out = append(out, item.Action...)
	out = append(out, `":{"_index":`...)
	out = appendQuoted(out, item.Index)
	out = append(out, `,"_id":`...)
	if item.ID == "" {
		out = append(out, "null"...)
	} else {
		out = appendQuoted(out, item.ID)
	}
	if item.Error != nil {
		reason, err := encode(item.Error)
		if err != nil {
			return nil, err
		}
		out = append(out, `,"status":`...)
		out = strconv.AppendInt(out, int64(item.Status), 10)
		out = append(out, `,"error":`...)
		return append(append(out, reason...), "}}"...), nil
	}
	out = append(out, `,"_version":`...)
	out = strconv.AppendInt(out, item.Version, 10)
	out = append(out, `,"result":"`...)
	out = append(out, item.Result...)
	out = append(out, '"')
	if item.ForcedRefresh {
		out = append(out, `,"forced_refresh":true`...)
	}
	out = append(out, `,"_shards":`...)
	out = appendShards(out, item.Shards)
	if item.SeqNo >= 0 {
		out = append(out, `,"_seq_no":`...)
		out = strconv.AppendInt(out, item.SeqNo, 10)
		out = append(out, `,"_primary_term":`...)
		out = strconv.AppendInt(out, item.PrimaryTerm, 10)
	}
	if item.Get != nil {
		out = append(append(out, `,"get":`...), item.Get...)
	}
	out = append(out, `,"status":`...)
	out = strconv.AppendInt(out, int64(item.Status), 10)
	return append(out, "}}"...), nil
}

func appendShards(out []byte, s engine.Shards) []byte {
	if len(s.Failures) > 0 || s.Skipped != nil {
		if whole, err := json.Marshal(s); err == nil {
			return append(out, whole...)
		}
	}
	out = append(out, `{"total":`...)
	out = strconv.AppendInt(out, int64(s.Total), 10)
	out = append(out, `,"successful":`...)
	out = strconv.AppendInt(out, int64(s.Successful), 10)
	out = append(out, `,"failed":`...)
	out = strconv.AppendInt(out, int64(s.Failed), 10)
	return append(out, '}')
}
