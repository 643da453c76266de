package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/pipeline"
)

// noPipeline is the name by which a request or setting asks for none.
const noPipeline = "_none"

// generatedID is the `_id` that Elasticsearch answers for a document that its pipeline dropped or refused before it got one.
const generatedID = "auto-generated"

// pipelineNames are the pipelines that writes to an index run; empty is none.
type pipelineNames struct{ standard, final string }

func (s settings) pipelines() pipelineNames {
	name := func(setting string) string { return strings.TrimPrefix(cmp.Or(s.get(setting), noPipeline), noPipeline) }
	return pipelineNames{name("index.default_pipeline"), name("index.final_pipeline")}
}

// ingest runs the pipelines of an operation before its index is made or its document read, and changes the operation. It reports whether a pipeline dropped the document.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/ingest.html
func (b *bulk) ingest(ctx context.Context, op *BulkOp) (dropped bool, err error) {
	op.ingested = true // a caller that writes the same operations again must not run them twice
	if op.Action == "delete" {
		return false, nil
	}
	names, err := b.pipelinesOf(op.Index, op.RequireAlias)
	if err != nil {
		return false, err
	}
	if op.Pipeline != "" {
		names.standard = strings.TrimPrefix(op.Pipeline, noPipeline)
	}
	if names == (pipelineNames{}) {
		return false, nil
	}
	if op.Action == "update" {
		return false, b.ingestUpdate(ctx, op, names)
	}
	return b.ingestDocument(ctx, op, names)
}

// pipelinesOf asks once per request for each name.
func (b *bulk) pipelinesOf(name string, requireAlias bool) (names pipelineNames, err error) {
	if names, ok := b.pipelines[name]; ok && !requireAlias {
		return names, nil
	}
	if names, err = b.e.pipelinesOf(name, requireAlias); err != nil {
		return names, err
	}
	if b.pipelines == nil {
		b.pipelines = map[string]pipelineNames{}
	}
	b.pipelines[name] = names
	return names, nil
}

// pipelinesOf are those of an index or of what would be made for its name.
func (e *Embedded) pipelinesOf(name string, requireAlias bool) (pipelineNames, error) {
	e.mu.RLock()
	defer e.mu.RUnlock()
	t, err := e.existingTarget(name, requireAlias)
	if err != nil {
		return pipelineNames{}, err
	}
	if t != nil {
		return t.pipelines, nil
	}
	c, err := e.compose(name)
	return c.settings.pipelines(), err
}

// ingestUpdate runs the pipelines on the document that an update inserts if there is none.
func (b *bulk) ingestUpdate(ctx context.Context, op *BulkOp, names pipelineNames) error {
	var body map[string]json.RawMessage
	if json.Unmarshal(op.Source, &body) != nil {
		return nil // the update says what is wrong
	}
	member := "upsert"
	if string(body["doc_as_upsert"]) == "true" {
		member = "doc"
	}
	if len(body[member]) == 0 {
		return nil
	}
	inner := BulkOp{Action: "index", Index: op.Index, ID: op.ID, Routing: op.Routing, Source: body[member]}
	dropped, err := b.ingestDocument(ctx, &inner, names)
	if err != nil || dropped {
		return err // of an update nothing is dropped, as in Elasticsearch
	}
	if inner.Index != op.Index || inner.ID != op.ID {
		return eserr.Illegal("the pipeline of an update may not change _index or _id")
	}
	body[member] = inner.Source
	op.Source, err = marshalPlain(body)
	return err
}

// ingestDocument runs the default pipeline, and those of the indices to which it is sent on, then the final one.
func (b *bulk) ingestDocument(ctx context.Context, op *BulkOp, names pipelineNames) (dropped bool, err error) {
	begun := b.e.ingested.Begin()
	defer func() { b.e.ingested.End(begun, err) }()
	d, err := pipeline.NewDocument(pipeline.Meta{Index: op.Index, ID: op.ID, Routing: op.Routing, Version: op.Version, VersionType: op.VersionType,
		IfSeqNo: op.IfSeqNo, IfPrimaryTerm: op.IfPrimaryTerm}, op.Source, b.e.o.Now())
	if err != nil {
		return false, err
	}
	visited := []string{d.Index}
	for names.standard != "" {
		name := names.standard
		names.standard = ""
		if err := b.e.runPipeline(ctx, name, d); err != nil || d.Dropped {
			return d.Dropped, err
		}
		if d.Index == visited[len(visited)-1] {
			break
		}
		if slices.Contains(visited, d.Index) {
			return false, eserr.Errorf(500, "graph_structure_exception", "index cycle detected while processing pipeline [%s] for document [%s]: %v", name, d.ID, append(visited, d.Index))
		}
		visited = append(visited, d.Index)
		next, err := b.pipelinesOf(d.Index, false)
		if err != nil {
			return false, err
		}
		names.final = next.final
		if d.Rerouted {
			names.standard = next.standard
		}
		d.Rerouted = false
	}
	if names.final != "" {
		before := d.Index
		if err := b.e.runPipeline(ctx, names.final, d); err != nil || d.Dropped {
			return d.Dropped, err
		}
		if d.Index != before {
			return false, eserr.Errorf(500, "illegal_state_exception", "final pipeline [%s] can't change the target index (from [%s] to [%s]) for document [%s]", names.final, before, d.Index, d.ID)
		}
	}
	if op.Source, err = d.JSON(); err != nil {
		return false, err
	}
	op.Index, op.ID, op.Routing, op.Version, op.VersionType, op.IfSeqNo, op.IfPrimaryTerm = d.Index, d.ID, d.Routing, d.Version, d.VersionType, d.IfSeqNo, d.IfPrimaryTerm
	return false, nil
}

// runPipeline sends a document through one pipeline.
func (e *Embedded) runPipeline(ctx context.Context, id string, d *pipeline.Document) error {
	s := e.pipelines.get(id)
	switch {
	case s == nil:
		return eserr.Illegal("pipeline with id [%s] does not exist", id)
	case s.err != nil:
		return eserr.Errorf(500, "illegal_state_exception", "pipeline with id [%s] could not be loaded, caused by [%s]", id, s.err)
	}
	return s.compiled.Run(ctx, e.ingestEnv(), d, nil)
}

// dropped answers an operation whose document a pipeline dropped, as Elasticsearch does: a no-op that has no sequence number.
func dropped(item *BulkItem) {
	item.Status, item.Result, item.Version, item.SeqNo, item.ID = 200, "noop", -3, -2, cmp.Or(item.ID, generatedID)
}
