package ecs

import (
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/storage/document"
)

// provenance is what an object's events say about where they were read, rendered once an object.
type provenance struct {
	dataset ingest.Dataset
	index   string
	bucket  string
	key     string
	path    string
	prefix  string
	name    []byte // the dataset as JSON
	kind    []byte // its type as JSON
}

// commonNodes are the fields of every event, looked up once.
type commonNodes struct {
	timestamp, original, ingested, kind, module, eventDataset            int32
	streamType, streamDataset, streamNamespace, provider, version, short int32
	path, offset, bucket, bucketARN, key                                 int32
}

func (b *Builder) commonNodes() commonNodes {
	return commonNodes{
		timestamp: b.node("@timestamp"), short: b.node("type"),
		kind: b.node("event.kind"), module: b.node("event.module"), eventDataset: b.node("event.dataset"),
		ingested: b.node("event.ingested"), original: b.node("event.original"),
		streamType: b.node("data_stream.type"), streamDataset: b.node("data_stream.dataset"), streamNamespace: b.node("data_stream.namespace"),
		provider: b.node("cloud.provider"), version: b.node("ecs.version"),
		path: b.node("log.file.path"), offset: b.node("log.offset"),
		bucket: b.node("aws.s3.bucket.name"), bucketARN: b.node("aws.s3.bucket.arn"), key: b.node("aws.s3.object.key"),
	}
}

// Object tells the Builder which object and dataset the next events are of.
func (b *Builder) Object(o *ingest.Object, d ingest.Dataset) {
	b.object = provenance{
		dataset: d, index: d.Index(), bucket: o.Bucket, key: o.Key, path: o.Name(), prefix: o.IDPrefix,
		name: AppendString(nil, d.Name), kind: AppendString(nil, d.Type),
	}
}

// Begin starts an event whose record lies at an offset of the object, with everything that all events have.
func (b *Builder) Begin(offset int64) {
	b.reset()
	c := &b.common
	b.touch(c.timestamp)
	b.raw(c.short, b.object.kind)
	b.text(c.kind, `"event"`)
	b.text(c.module, `"aws"`)
	b.raw(c.eventDataset, b.object.name)
	b.text(c.streamType, `"logs"`)
	b.raw(c.streamDataset, b.object.name)
	b.text(c.streamNamespace, `"default"`)
	b.text(c.provider, `"aws"`)
	b.text(c.version, `"`+Version+`"`)
	b.place(offset)
}

func (b *Builder) place(offset int64) {
	c, o := &b.common, &b.object
	if o.bucket != "" {
		b.Keyword("aws.s3.bucket.name", o.bucket)
		b.Keyword("aws.s3.bucket.arn", "arn:aws:s3:::"+o.bucket)
		b.Keyword("aws.s3.object.key", o.key)
	}
	b.touch(c.path)
	b.nodes[c.path].from = int32(len(b.values))
	b.values = AppendString(b.values, o.path)
	b.end(c.path)
	if offset >= 0 {
		b.Long("log.offset", offset)
	}
}

// CloudWatch sets the log group and the stream that an event was read from; nothing where they are not known.
func (b *Builder) CloudWatch(c *ingest.CloudWatch) {
	b.Keyword("aws.cloudwatch.log_group", c.Group)
	b.Keyword("aws.cloudwatch.log_stream", c.Stream)
}

func (b *Builder) raw(at int32, json []byte) {
	b.touch(at)
	b.nodes[at].from = int32(len(b.values))
	b.values = append(b.values, json...)
	b.end(at)
}

func (b *Builder) text(at int32, json string) {
	b.touch(at)
	b.nodes[at].from = int32(len(b.values))
	b.values = append(b.values, json...)
	b.end(at)
}

// Original sets `event.original`, unless the configuration drops it.
func (b *Builder) Original(raw []byte) {
	if b.options.DropOriginal || len(raw) == 0 {
		return
	}
	b.original(raw)
}

func (b *Builder) original(raw []byte) {
	at := b.common.original
	b.touch(at)
	b.nodes[at].from = int32(len(b.values))
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
	b.text(b.common.kind, `"pipeline_error"`)
	b.Keyword("error.message", reason)
	b.original(raw)
	return b.finish(id + failureMark)
}

func (b *Builder) finish(id string) *document.Document {
	at := b.common.ingested
	b.touch(at)
	b.nodes[at].from = int32(len(b.values))
	b.values = append(b.values, '"')
	b.values = b.today.append(b.values, b.Now())
	b.values = append(b.values, '"')
	b.end(at)
	b.setRelated()
	b.out = b.render(b.out[:0])
	source := make([]byte, len(b.out))
	copy(source, b.out)
	return &document.Document{Index: b.object.index, ID: id, Time: b.time, Source: source}
}

// render writes the event as one JSON object: fields in the order of their first use, objects where they were begun.
func (b *Builder) render(dst []byte) []byte {
	dst, _ = b.renderObject(dst, 0)
	return dst
}

// renderObject returns false, and dst as it was, when the object holds nothing.
func (b *Builder) renderObject(dst []byte, at int32) ([]byte, bool) {
	start := len(dst)
	dst = append(dst, '{')
	empty := true
	for child := b.nodes[at].first; child != 0; child = b.nodes[child].next {
		n := &b.nodes[child]
		before := len(dst)
		if !empty {
			dst = append(dst, ',')
		}
		dst = append(dst, n.key...)
		filled := n.from >= 0
		if filled {
			dst = append(dst, b.values[n.from:n.to]...)
		} else if n.first != 0 {
			dst, filled = b.renderObject(dst, child)
		}
		if !filled {
			dst = dst[:before]
			continue
		}
		empty = false
	}
	if empty && at != 0 {
		return dst[:start], false
	}
	return append(dst, '}'), true
}
