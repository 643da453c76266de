package esapi

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func documentRoutes() []route {
	write := []string{"if_primary_term", "if_seq_no", "include_source_on_error", "pipeline", "refresh", "require_alias", "require_data_stream",
		"routing", "timeout", "version", "version_type", "wait_for_active_shards"}
	read := []string{"_source", "_source_excludes", "_source_includes", "force_synthetic_source", "preference", "realtime", "refresh", "routing",
		"stored_fields", "version", "version_type"}
	update := append([]string{"_source", "_source_excludes", "_source_includes", "lang", "retry_on_conflict"}, write...)
	return []route{
		{"POST", "/:index/_doc", append([]string{"op_type"}, write...), (*call).indexNew},
		{"PUT POST", "/:index/_doc/:id", append([]string{"op_type"}, write...), (*call).indexDocument},
		{"PUT POST", "/:index/_create/:id", write, (*call).createDocument},
		{"DELETE", "/:index/_doc/:id", write, (*call).deleteDocument},
		{"POST", "/:index/_update/:id", update, (*call).updateDocument},
		{"GET HEAD", "/:index/_doc/:id", read, (*call).getDocument},
		{"GET HEAD", "/:index/_source/:id", read, (*call).getSource},
		{"GET POST", "/_mget /:index/_mget", read, (*call).multiGet},
	}
}

// indexNew writes a document whose id the Backend makes. It is a create, as in Elasticsearch: a fresh id replaces nothing, and data
// streams accept nothing else.
func (c *call) indexNew() error {
	action, err := c.opType("create")
	if err != nil {
		return err
	}
	return c.writeDocument(action)
}

func (c *call) indexDocument() error {
	action, err := c.opType("index")
	if err != nil {
		return err
	}
	return c.writeDocument(action)
}

func (c *call) createDocument() error { return c.writeDocument("create") }

func (c *call) opType(absent string) (string, error) {
	switch value, ok := c.query["op_type"]; {
	case !ok:
		return absent, nil
	case value == "index" || value == "create":
		return value, nil
	default:
		return "", eserr.Illegal("opType must be 'create' or 'index', found: [%.100s]", value)
	}
}

func (c *call) writeDocument(action string) error {
	op, err := c.operation(action)
	if err != nil {
		return err
	}
	if op.Source, err = c.body(); err != nil {
		return err
	}
	if isBlank(op.Source) {
		return errNoBody()
	}
	return c.single(op)
}

func (c *call) deleteDocument() error {
	op, err := c.operation("delete")
	if err != nil {
		return err
	}
	return c.single(op)
}

func (c *call) updateDocument() error {
	op, err := c.operation("update")
	if err != nil {
		return err
	}
	if op.Version != nil || op.VersionType != "" {
		return invalid("internal versioning can not be used for optimistic concurrency control. Please use `if_seq_no` and `if_primary_term` instead")
	}
	retries, err := c.integer("retry_on_conflict")
	if err != nil {
		return err
	}
	if retries != nil {
		op.RetryOnConflict = int(min(max(*retries, 0), 1000))
	}
	if op.Source, err = c.jsonBody(); err != nil {
		return err
	}
	if op.Source == nil {
		return invalid("script or doc is missing")
	}
	op.Source = c.withSourceFilter(op.Source)
	return c.single(op)
}

// withSourceFilter puts what the URL says of _source into the body of an update, before what the body says.
func (c *call) withSourceFilter(body json.RawMessage) json.RawMessage {
	if !c.has("_source") && !c.has("_source_includes") && !c.has("_source_excludes") {
		return body
	}
	f := c.sourceFilter()
	var wanted any = !f.Disabled
	if len(f.Includes)+len(f.Excludes) > 0 {
		wanted = map[string][]string{"includes": f.Includes, "excludes": f.Excludes}
	}
	var fields map[string]json.RawMessage
	filter, err := encode(wanted)
	if err != nil || json.Unmarshal(body, &fields) != nil {
		return body // not reached: the body was checked and the filter is plain
	}
	fields["_source"] = filter
	out, err := encode(fields)
	if err != nil {
		return body
	}
	return out
}

// operation reads what the URL says of a write.
func (c *call) operation(action string) (engine.BulkOp, error) {
	op := engine.BulkOp{Action: action, ID: c.path["id"], Routing: c.query["routing"], Pipeline: c.query["pipeline"], VersionType: c.query["version_type"]}
	var err error
	if op.Index, err = c.indexExpression(); err != nil {
		return op, err
	}
	for name, field := range map[string]**int64{"if_seq_no": &op.IfSeqNo, "if_primary_term": &op.IfPrimaryTerm, "version": &op.Version} {
		if *field, err = c.number(name); err != nil {
			return op, err
		}
	}
	if op.RequireAlias, err = c.flag("require_alias", false); err != nil {
		return op, err
	}
	return op, c.refuseStreamsOnly()
}

// refuseStreamsOnly declines require_data_stream: an operation cannot carry it to the Backend.
func (c *call) refuseStreamsOnly() error {
	wanted, err := c.flag("require_data_stream", false)
	if err == nil && wanted {
		err = unsupported("[require_data_stream=true]")
	}
	return err
}

// single carries out one operation and answers with its result, not as an item of a bulk.
func (c *call) single(op engine.BulkOp) error {
	refresh, err := c.refresh()
	if err != nil {
		return err
	}
	answer, err := c.s.backend.Bulk(c.ctx(), c.p, []engine.BulkOp{op}, engine.BulkOptions{Refresh: refresh})
	if err != nil {
		return err
	}
	item := answer.Items[0]
	if item.Error != nil {
		return item.Error
	}
	if item.Status == http.StatusCreated {
		c.w.Header().Set("Location", "/"+url.PathEscape(item.Index)+"/_doc/"+url.PathEscape(item.ID))
	}
	if item.SeqNo < 0 { // dropped by a pipeline: Elasticsearch leaves out the sequence number
		return c.send(item.Status, droppedAnswer{item.Index, item.ID, item.Version, item.Result, item.Shards})
	}
	return c.send(item.Status, item.WriteAnswer)
}

type droppedAnswer struct {
	Index   string        `json:"_index"`
	ID      string        `json:"_id"`
	Version int64         `json:"_version"`
	Result  string        `json:"result"`
	Shards  engine.Shards `json:"_shards"`
}

func (c *call) getDocument() error {
	got, err := c.get(c.path["id"], c.sourceFilter())
	if err != nil {
		return err
	}
	status := http.StatusOK
	if !got.Found {
		status = http.StatusNotFound
	}
	return c.send(status, got)
}

func (c *call) get(id string, filter engine.SourceFilter) (*engine.GetAnswer, error) {
	index, err := c.indexExpression()
	if err != nil {
		return nil, err
	}
	o, err := c.getOptions(filter)
	if err != nil {
		return nil, err
	}
	return c.s.backend.Get(c.ctx(), c.p, index, id, o)
}

func (c *call) getOptions(filter engine.SourceFilter) (engine.GetOptions, error) {
	o := engine.GetOptions{Source: filter, Routing: c.query["routing"], StoredFields: c.list("stored_fields"), VersionType: c.query["version_type"]}
	var err error
	if o.Realtime, err = c.flag("realtime", true); err != nil {
		return o, err
	}
	if o.Refresh, err = c.flag("refresh", false); err != nil {
		return o, err
	}
	o.Version, err = c.number("version")
	return o, err
}

func (c *call) getSource() error {
	filter := c.sourceFilter()
	if filter.Disabled {
		return invalid("fetching source can not be disabled")
	}
	got, err := c.get(c.path["id"], filter)
	if err != nil {
		return err
	}
	if !got.Found || got.Source == nil {
		return eserr.Errorf(http.StatusNotFound, "resource_not_found_exception", "Document not found [%s]/[%s]", c.path["index"], c.path["id"])
	}
	return c.sendJSON(http.StatusOK, got.Source)
}
