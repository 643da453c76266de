package ecs

import (
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/storage/document"
)

// provenance is what an object's events say about where they were read.
type provenance struct {
	dataset ingest.Dataset
	index   string
	bucket  string
	key     string
	path    string
	prefix  string
}

// begun is the event as it is after what all events of an object have in common.
type begun struct {
	state  int32
	values int // the length of Builder.values, which begins with these values
	set    []begunField
}

type begunField struct{ node, from, to int32 }

// Object tells the Builder which object and dataset the next events are of.
func (b *Builder) Object(o *ingest.Object, d ingest.Dataset) {
	b.object = provenance{dataset: d, index: d.Index(), bucket: o.Bucket, key: o.Key, path: o.Name(), prefix: o.IDPrefix}
	b.common()
}

// common sets what all events of the object have in common and remembers the state.
func (b *Builder) common() {
	o := &b.object
	b.reset()
	b.values, b.state = b.values[:0], 0
	b.follow(o.index) // fixed values are those of the dataset
	b.order("@timestamp")
	b.fixed("type", o.dataset.Type)
	b.fixed("event.kind", "event")
	b.fixed("event.module", "aws")
	b.fixed("event.dataset", o.dataset.Name)
	b.fixed("data_stream.type", "logs")
	b.fixed("data_stream.dataset", o.dataset.Name)
	b.fixed("data_stream.namespace", "default")
	b.fixed("cloud.provider", "aws")
	b.fixed("ecs.version", Version)
	if o.bucket != "" {
		b.Keyword("aws.s3.bucket.name", o.bucket)
		b.Keyword("aws.s3.bucket.arn", "arn:aws:s3:::"+o.bucket)
		b.Keyword("aws.s3.object.key", o.key)
	}
	at := b.begin("log.file.path")
	b.values = AppendString(b.values, o.path)
	b.end(at)
	b.begun.state, b.begun.values, b.begun.set = b.state, len(b.values), b.begun.set[:0]
	for i := range b.nodes {
		if n := &b.nodes[i]; n.gen == b.gen {
			b.begun.set = append(b.begun.set, begunField{int32(i), n.from, n.to})
		}
	}
}

// Begin starts an event whose record lies at an offset of the object, with everything that all events have.
func (b *Builder) Begin(offset int64) {
	if len(b.states) > maxStates {
		b.states = b.states[:1]
		b.states[0] = state{}
		b.common()
	}
	b.reset()
	b.state, b.values = b.begun.state, b.values[:b.begun.values]
	for _, f := range b.begun.set {
		n := &b.nodes[f.node]
		n.gen, n.from, n.to = b.gen, f.from, f.to
	}
	if offset >= 0 {
		b.Long("log.offset", offset)
	}
}

// CloudWatch sets the log group and the stream that an event was read from; nothing where they are not known.
func (b *Builder) CloudWatch(c *ingest.CloudWatch) {
	b.Keyword("aws.cloudwatch.log_group", c.Group)
	b.Keyword("aws.cloudwatch.log_stream", c.Stream)
}

// Original sets `event.original`, unless the configuration drops it.
func (b *Builder) Original(raw []byte) {
	if b.options.DropOriginal || len(raw) == 0 {
		return
	}
	b.original(raw)
}

func (b *Builder) original(raw []byte) {
	at := b.begin("event.original")
	b.values = AppendString(b.values, raw)
	b.end(at)
}

// RecordID is the id of record n of the current object.
func (b *Builder) RecordID(n int64) string { return ingest.RecordID(b.object.prefix, n) }

// Document enriches and renders the event. The document owns its memory.
func (b *Builder) Document(id string) *document.Document {
	for _, s := range b.options.Steps {
		s.Enrich(b)
	}
	return b.finish(id)
}

// failureMark ends the id of a pipeline error, so that the same record, read again with the right settings, is not taken for it.
const failureMark = "-e"

// Failure makes the pipeline error of a record that cannot be decoded: its raw text, the reason, its provenance. Its
// time is now, since its own cannot be trusted; its id is the record's with a mark.
func (b *Builder) Failure(id string, offset int64, raw []byte, reason string) *document.Document {
	b.Begin(offset)
	b.Timestamp(b.Now())
	b.Keyword("event.kind", "pipeline_error")
	b.Keyword("error.message", reason)
	b.original(raw)
	return b.finish(id + failureMark)
}

func (b *Builder) finish(id string) *document.Document {
	at := b.begin("event.ingested")
	b.values = append(b.values, '"')
	b.values = b.today.append(b.values, b.Now())
	b.values = append(b.values, '"')
	b.end(at)
	b.setRelated()
	return &document.Document{Index: b.object.index, ID: id, Time: b.time, Source: b.render()}
}
