package engine

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/search"
	"github.com/vedette-siem/vedette/storage"
	"github.com/vedette-siem/vedette/storage/document"
)

// updateBody is the body of an update.
type updateBody struct {
	Doc            json.RawMessage `json:"doc"`
	Upsert         json.RawMessage `json:"upsert"`
	DocAsUpsert    bool            `json:"doc_as_upsert"`
	DetectNoop     *bool           `json:"detect_noop"`
	ScriptedUpsert bool            `json:"scripted_upsert"`
	Script         json.RawMessage `json:"script"`
	Source         json.RawMessage `json:"_source"`
	IfSeqNo        *int64          `json:"if_seq_no"`
	IfPrimaryTerm  *int64          `json:"if_primary_term"`
}

// ParseSourceFilter reads a `_source` of a request: a boolean, a pattern, a list of them, or an object with includes and excludes.
func ParseSourceFilter(raw json.RawMessage) (SourceFilter, error) {
	raw = bytes.TrimSpace(raw)
	var on bool
	if len(raw) == 0 || json.Unmarshal(raw, &on) == nil {
		return SourceFilter{Disabled: len(raw) > 0 && !on}, nil
	}
	var list oneOrMany
	if json.Unmarshal(raw, &list) == nil {
		return SourceFilter{Includes: list}, nil
	}
	var o struct {
		Includes, Include, Excludes, Exclude oneOrMany
	}
	if err := json.Unmarshal(raw, &o); err != nil {
		return SourceFilter{}, eserr.BadRequest(eserr.Parsing, "Expected one of [VALUE_BOOLEAN, VALUE_STRING, START_ARRAY, START_OBJECT] for [_source]")
	}
	return SourceFilter{Includes: append(o.Includes, o.Include...), Excludes: append(o.Excludes, o.Exclude...)}, nil
}

// parseUpdate reads the body of an update, and refuses what it lacks and what we lack.
func parseUpdate(raw json.RawMessage) (*updateBody, error) {
	b, err := decodeUpdate(raw)
	if err != nil {
		return nil, err
	}
	if problems := b.problems(); problems != nil {
		return nil, invalid(problems)
	}
	if len(b.Script) > 0 {
		return nil, eserr.Illegal("scripts are not supported: [script] in an update; send the changed fields as [doc]")
	}
	return b, nil
}

func decodeUpdate(raw json.RawMessage) (*updateBody, error) {
	if raw = bytes.TrimSpace(raw); len(raw) == 0 || raw[0] != '{' {
		return nil, eserr.BadRequest(eserr.XContentParse, "[UpdateRequest] Expected START_OBJECT but was: %s", eserr.TokenName(raw))
	}
	b := &updateBody{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(b); err != nil {
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return nil, eserr.BadRequest(eserr.XContentParse, "[UpdateRequest] unknown field [%s]", strings.Trim(name, `"`))
		}
		return nil, eserr.BadRequest(eserr.XContentParse, "[UpdateRequest] failed to parse: %s", err)
	}
	for name, part := range map[string]json.RawMessage{"doc": b.Doc, "upsert": b.Upsert} {
		if len(part) > 0 && part[0] != '{' {
			return nil, eserr.BadRequest(eserr.XContentParse, "[UpdateRequest] %s doesn't support values of type: %s", name, eserr.TokenName(part))
		}
	}
	return b, nil
}

// problems are those of the body by itself, in Elasticsearch's order.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/action/update/UpdateRequest.java
func (b *updateBody) problems() (list []string) {
	switch {
	case len(b.Script) == 0 && len(b.Doc) == 0:
		list = append(list, "script or doc is missing")
	case len(b.Script) > 0 && len(b.Doc) > 0:
		list = append(list, "can't provide both script and doc")
	}
	if b.DocAsUpsert && len(b.Doc) == 0 {
		list = append(list, "doc must be specified if doc_as_upsert is enabled")
	}
	return list
}

// conditions takes those of an update that stand in its body, and refuses them where a document would be made.
func (wr *writing) conditions(body *updateBody) error {
	if body.IfSeqNo != nil || body.IfPrimaryTerm != nil {
		wr.op.IfSeqNo, wr.op.IfPrimaryTerm = body.IfSeqNo, body.IfPrimaryTerm
		if err := wr.op.checkVersions(); err != nil {
			return err
		}
	}
	switch {
	case wr.op.IfSeqNo == nil:
		return nil
	case body.DocAsUpsert:
		return invalid([]string{"compare and write operations can not be used with upsert"})
	case len(body.Upsert) > 0:
		return invalid([]string{"upsert requests don't support `if_seq_no` and `if_primary_term`"})
	}
	return nil
}

// update merges a partial document into the present one, under the index's write lock.
func (wr *writing) update() error {
	body, err := parseUpdate(wr.op.Source)
	if err != nil {
		return err
	}
	if err := wr.conditions(body); err != nil {
		return err
	}
	wanted, err := ParseSourceFilter(body.Source)
	if err != nil {
		return err
	}
	now, err := wr.w.Source(wr.op.ID)
	if err != nil {
		return wr.t.incomplete(err)
	}
	if disabled, _, _ := wr.t.mapping.Load().ShownSource(); disabled && now.Found {
		err := eserr.BadRequest("document_source_missing_exception", "[%s]: document source missing", wr.op.ID)
		err.Index, err.IndexUUID, err.Shard = wr.t.Name, wr.t.UUID, "0"
		return err
	}
	if !body.inserts() {
		now = wr.t.shards.visible(now, wr.op.ID, wr.op.Routing)
	}
	if now.Found {
		wr.op.Routing = now.Routing // an update keeps it
	}
	if now.Found || wr.op.IfSeqNo != nil {
		if _, err := wr.check(now); err != nil {
			return err
		}
	}
	source, changed, err := body.apply(now, wr.op.ID, wr.t)
	if err != nil {
		return err
	}
	if changed {
		doc := &document.Document{ID: wr.op.ID, Source: source}
		if err := wr.e.read(wr.t.index, doc, wr.op.Routing, nil); err != nil {
			return err
		}
		if err := wr.put(doc, now, now.Version+1); err != nil {
			return err
		}
	} else {
		wr.item.Status, wr.item.Result, wr.item.Version, wr.item.SeqNo, wr.item.PrimaryTerm = 200, "noop", now.Version, now.SeqNo, primaryTerm
	}
	if len(body.Source) == 0 || wanted.Disabled {
		return nil
	}
	return wr.returnSource(wanted, source)
}

// inserts reports whether the update makes a document where there is none.
func (b *updateBody) inserts() bool { return b.DocAsUpsert || len(b.Upsert) > 0 }

// apply gives the document after the update, and whether it differs from the present one.
func (b *updateBody) apply(now storage.Current, id string, t *target) (source json.RawMessage, changed bool, err error) {
	if !now.Found {
		switch {
		case b.DocAsUpsert:
			return b.Doc, true, nil
		case len(b.Upsert) > 0:
			return b.Upsert, true, nil
		}
		e := eserr.Errorf(404, "document_missing_exception", "[%s]: document missing", id)
		e.Index, e.IndexUUID, e.Shard = t.Name, t.UUID, "0"
		return nil, false, e
	}
	var old, part map[string]any
	if err := decodeNumbers(now.Source, &old); err != nil {
		return nil, false, err
	}
	if err := decodeNumbers(b.Doc, &part); err != nil {
		return nil, false, eserr.BadRequest(eserr.XContentParse, "[UpdateRequest] doc doesn't support values of type: %s", eserr.TokenName(b.Doc))
	}
	if !mergeInto(old, part) && (b.DetectNoop == nil || *b.DetectNoop) {
		return now.Source, false, nil
	}
	source, err = marshalPlain(old)
	return source, true, err
}

func decodeNumbers(raw []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return d.Decode(v)
}

// marshalPlain marshals without escaping HTML characters, which the client's own text may hold.
func marshalPlain(v any) (json.RawMessage, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(buf.Bytes(), "\n"), nil
}

// mergeInto merges objects recursively; everything else is replaced. It reports whether anything changed.
func mergeInto(old, part map[string]any) (changed bool) {
	for key, v := range part {
		was, there := old[key]
		a, aObject := was.(map[string]any)
		b, bObject := v.(map[string]any)
		switch {
		case aObject && bObject:
			changed = mergeInto(a, b) || changed
		case !there || !reflect.DeepEqual(was, v):
			old[key] = v
			changed = true
		}
	}
	return changed
}

// returnSource fills `get` with the document after the update.
func (wr *writing) returnSource(f SourceFilter, source json.RawMessage) (err error) {
	if source, err = search.FilterSource(source, f.Includes, f.Excludes); err != nil {
		return err
	}
	wr.item.Get, err = json.Marshal(map[string]any{"_seq_no": wr.item.SeqNo, "_primary_term": primaryTerm, "found": true, "_source": source})
	return err
}
