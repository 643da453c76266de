package esapi

import (
	"bytes"
	"strconv"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi/jsonscan"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// malformed is Elasticsearch's answer to a line that is no action.
func malformed(line int, expected string, found any) error {
	return eserr.Illegal("Malformed action/metadata line [%d], expected %s but found [%v]", line, expected, found)
}

// An actionParser reads the action lines of one bulk.
type actionParser struct {
	defaults engine.BulkOp
	scan     *jsonscan.Scanner
	index    string // of the line before: most bulks name one index again and again
	last     []byte // the line before, empty if it needs to be parsed when it comes again, and its operation
	lastOp   engine.BulkOp
}

func newActionParser(defaults engine.BulkOp) *actionParser {
	return &actionParser{defaults: defaults, scan: jsonscan.New(nil, maxJSONDepth)}
}

// parse reads `{"index":{"_index":"x","_id":"1"}}`. Its errors refuse the whole bulk; what concerns this operation alone goes into op.Err.
// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
func (a *actionParser) parse(text []byte, line int) (engine.BulkOp, error) {
	if len(a.last) > 0 && bytes.Equal(text, a.last) { // shippers that leave the id to us send one line again and again
		return a.lastOp, nil
	}
	op, err := a.parseNew(text, line)
	if a.last, a.lastOp = text, op; err != nil || op.Err != nil {
		a.last = nil
	}
	return op, err
}

func (a *actionParser) parseNew(text []byte, line int) (engine.BulkOp, error) {
	op, s := a.defaults, a.scan
	s.Reset(text)
	t, err := s.Next()
	if err == nil && t.Kind != jsonscan.ObjectStart {
		err = malformed(line, "START_OBJECT", t.Kind)
	}
	if err != nil {
		return op, err
	}
	if t, err = s.Next(); err != nil {
		return op, err
	}
	if t.Kind != jsonscan.Key {
		return op, malformed(line, "FIELD_NAME", t.Kind)
	}
	if op.Action = actionName(t.Raw); op.Action == "" {
		return op, malformed(line, "field [create], [delete], [index] or [update]", clip(t.Text()))
	}
	if t, err = s.Next(); err != nil {
		return op, err
	}
	if t.Kind != jsonscan.ObjectStart {
		return op, malformed(line, "START_OBJECT or END_OBJECT", t.Kind)
	}
	if err := a.metadata(line, &op); err != nil {
		return op, err
	}
	return op, closeAction(s, line)
}

// actionName is the action of a quoted key, or empty.
func actionName(raw []byte) string {
	switch string(raw) {
	case `"index"`:
		return "index"
	case `"create"`:
		return "create"
	case `"update"`:
		return "update"
	case `"delete"`:
		return "delete"
	}
	return ""
}

func closeAction(s *jsonscan.Scanner, line int) error {
	t, err := s.Next()
	if err == nil && t.Kind != jsonscan.ObjectEnd {
		err = malformed(line, "END_OBJECT", t.Kind)
	}
	if err != nil {
		return err
	}
	_, err = s.Next() // the end, or what stands too much
	return err
}

func (a *actionParser) metadata(line int, op *engine.BulkOp) error {
	for s := a.scan; ; {
		key, err := s.Next()
		if err != nil {
			return err
		}
		if key.Kind == jsonscan.ObjectEnd {
			return nil
		}
		value, err := s.Next()
		if err != nil {
			return err
		}
		if string(key.Raw) == `"_index"` && value.Kind == jsonscan.String {
			if inner := value.Raw[1 : len(value.Raw)-1]; string(inner) != a.index || bytes.IndexByte(inner, '\\') >= 0 {
				a.index = value.Text()
			}
			op.Index = a.index
			continue
		}
		name := key.Text()
		switch value.Kind {
		case jsonscan.ObjectStart, jsonscan.ArrayStart:
			err = nestedMetadata(s, value, line, name, op)
		case jsonscan.Null:
		default:
			err = setMetadata(op, line, name, value)
		}
		if err != nil {
			return err
		}
	}
}

// nestedMetadata takes the two parameters that may be objects or lists. Neither can be honoured, so that the operation fails.
func nestedMetadata(s *jsonscan.Scanner, value jsonscan.Token, line int, name string, op *engine.BulkOp) error {
	if name != "dynamic_templates" && name != "_source" {
		return malformed(line, "a simple value for field ["+clip(name)+"]", value.Kind)
	}
	start := s.Offset()
	end, err := s.Skip(value)
	if err == nil && end > start+1 { // not empty
		op.Err = unsupported("[%s] in the metadata of a bulk", name)
	}
	return err
}

func setMetadata(op *engine.BulkOp, line int, name string, value jsonscan.Token) error {
	text := value.Text()
	switch name {
	case "_index":
		op.Index = text
	case "_id":
		if text == "" {
			op.Err = eserr.Illegal("if _id is specified it must not be empty")
		}
		op.ID = text
	case "routing", "_routing":
		op.Routing = text
	case "pipeline":
		op.Pipeline = text
	case "version_type", "_version_type":
		op.VersionType = text
	case "version", "_version":
		return setNumber(&op.Version, text)
	case "if_seq_no":
		return setNumber(&op.IfSeqNo, text)
	case "if_primary_term":
		return setNumber(&op.IfPrimaryTerm, text)
	case "retry_on_conflict", "_retry_on_conflict":
		var n *int64
		if err := setNumber(&n, text); err != nil {
			return err
		}
		op.RetryOnConflict = int(min(max(*n, 0), 1000))
	case "require_alias":
		op.RequireAlias = text == "true"
	case "op_type":
		if text == "create" && op.Action == "index" { // other words mean nothing, there too
			op.Action = "create"
		}
	case "require_data_stream", "_source":
		if text == "true" {
			op.Err = unsupported("[%s] in the metadata of a bulk", name)
		}
	case "_type", "type", "list_executed_pipelines": // of older clients; they mean nothing
	default:
		return eserr.Illegal("Action/metadata line [%d] contains an unknown parameter [%s]", line, clip(name))
	}
	return nil
}

func setNumber(field **int64, text string) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return eserr.BadRequest("number_format_exception", `For input string: "%s"`, clip(text))
	}
	*field = &n
	return nil
}

// clip keeps what a client sent from filling our answers.
func clip(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return s[:most] + "..."
}
