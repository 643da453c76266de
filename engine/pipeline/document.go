package pipeline

import (
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// Meta is what a pipeline sees and may change beside the source. Empty and nil are absent.
type Meta struct {
	Index, ID, Routing, VersionType string
	Version, IfSeqNo, IfPrimaryTerm *int64
}

// A Document is one on its way through pipelines. It belongs to one goroutine.
type Document struct {
	Meta
	Source *Object
	ingest *Object // _ingest
	// Dropped is set by the processor drop: the document is not to be written.
	Dropped bool
	// Rerouted is set by the processor reroute: the pipelines of the new index run next.
	Rerouted bool
}

// NewDocument reads a source. now becomes `_ingest.timestamp`. The error is a document_parsing_exception.
func NewDocument(m Meta, source []byte, now time.Time) (*Document, error) {
	v, err := parseValue(source)
	if err != nil {
		return nil, eserr.BadRequest(eserr.DocumentParsing, "failed to parse the document before its pipeline: %v", err)
	}
	o, ok := v.(*Object)
	if !ok {
		return nil, eserr.BadRequest(eserr.DocumentParsing, "[1:1] failed to parse: the document is no object but %s", eserr.TokenName(source))
	}
	d := &Document{Meta: m, Source: o, ingest: newObject()}
	d.ingest.set("timestamp", timestamp(now))
	return d, nil
}

// timestamp spells a time as Java's ZonedDateTime in UTC does.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999999999Z07:00") }

// JSON is the source as it is now.
func (d *Document) JSON() ([]byte, error) { return appendValue(nil, d.Source, 0) }

// metaNames are the fields of the metadata at the top of ctx.
var metaNames = map[string]bool{"_index": true, "_id": true, "_routing": true, "_version": true, "_version_type": true, "_if_seq_no": true, "_if_primary_term": true}

func (m *Meta) get(name string) (any, bool) {
	str := func(s string) (any, bool) { return s, s != "" }
	num := func(n *int64) (any, bool) {
		if n == nil {
			return nil, false
		}
		return integer(*n), true
	}
	switch name {
	case "_index":
		return str(m.Index)
	case "_id":
		return str(m.ID)
	case "_routing":
		return str(m.Routing)
	case "_version_type":
		return str(m.VersionType)
	case "_version":
		return num(m.Version)
	case "_if_seq_no":
		return num(m.IfSeqNo)
	}
	return num(m.IfPrimaryTerm)
}

// set changes metadata; v nil takes it out.
func (m *Meta) set(name string, v any) error {
	texts := map[string]*string{"_index": &m.Index, "_id": &m.ID, "_routing": &m.Routing, "_version_type": &m.VersionType}
	if at := texts[name]; at != nil {
		s, ok := v.(string)
		if n, isNumber := v.(Number); isNumber && name != "_version_type" {
			s, ok = string(n), true
		}
		if v != nil && !ok {
			return eserr.Illegal("%s must be null or a String but was [%s] with type [%s]", name, text(v), javaType(v))
		}
		if name == "_index" && s == "" {
			return eserr.Illegal("_index cannot be removed")
		}
		*at = s
		return nil
	}
	at := map[string]**int64{"_version": &m.Version, "_if_seq_no": &m.IfSeqNo, "_if_primary_term": &m.IfPrimaryTerm}[name]
	if v == nil {
		if name == "_version" {
			return eserr.Illegal("_version cannot be null")
		}
		*at = nil
		return nil
	}
	n, err := strconv.ParseInt(text(v), 10, 64)
	if err != nil {
		return eserr.Illegal("%s may only be set to an int or a long but was [%s] with type [%s]", name, text(v), javaType(v))
	}
	*at = &n
	return nil
}

// root splits a path into the object where it begins and its parts: `_source.` and `_ingest.` choose one, all else is of the source.
func (d *Document) root(path string) (base *Object, parts []string, err error) {
	if path == "" {
		return nil, nil, eserr.Illegal("path cannot be null nor empty")
	}
	base = d.Source
	if rest, ok := strings.CutPrefix(path, "_ingest."); ok {
		base, path = d.ingest, rest
	} else if rest, ok := strings.CutPrefix(path, "_source."); ok {
		path = rest
	}
	parts = strings.FieldsFunc(path, func(r rune) bool { return r == '.' })
	if len(parts) == 0 {
		return nil, nil, eserr.Illegal("path [%s] is not valid", path)
	}
	return base, parts, nil
}
