package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// CreateIndex implements Backend.
func (e *Embedded) CreateIndex(_ context.Context, p Principal, name string, body json.RawMessage) error {
	if err := allow(p, "indices:admin/create"); err != nil {
		return err
	}
	if err := allowOn(p, "indices:admin/create", name); err != nil {
		return err
	}
	if err := checkName(name); err != nil {
		return err
	}
	part, err := parseCreate(body)
	if err != nil {
		return err
	}
	for alias := range part.Aliases {
		if err := allowOn(p, aliasesAction, name, alias); err != nil {
			return err
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.free(name); err != nil {
		return err
	}
	c, err := e.compose(name)
	if err != nil {
		return err
	}
	if c.stream && c.template != "" {
		return eserr.Illegal("cannot create index with name [%s], because it matches with template [%s] that creates data streams only, use create data stream api instead", name, c.template)
	}
	if err := c.add(part); err != nil {
		return err
	}
	_, err = e.createIndex(name, c)
	return err
}

func parseCreate(body json.RawMessage) (*templatePart, error) {
	part := &templatePart{}
	if len(bytes.TrimSpace(body)) == 0 {
		return part, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(body, &keys); err != nil {
		return nil, eserr.BadRequest(eserr.XContentParse, "Failed to parse content to map: %s", err)
	}
	for key := range keys {
		if key != "settings" && key != "mappings" && key != "aliases" {
			return nil, eserr.BadRequest("parse_exception", "unknown key [%s] for create index", key)
		}
	}
	if err := d.Decode(part); err != nil {
		return nil, eserr.BadRequest("parse_exception", "key [settings], [mappings] and [aliases] must be objects: %s", err)
	}
	if isTyped(part.Mappings) {
		return nil, eserr.Illegal("The mapping definition cannot be nested under a type [_doc] unless include_type_name is set to true.")
	}
	return part, part.checkNew()
}

// free refuses a name that is taken. The caller holds e.mu.
func (e *Embedded) free(name string) error {
	switch {
	case e.indices[name] != nil:
		err := eserr.BadRequest("resource_already_exists_exception", "index [%s/%s] already exists", name, e.indices[name].UUID)
		err.Index, err.IndexUUID = name, e.indices[name].UUID
		return err
	case e.streams[name] != nil:
		return eserr.BadRequest("resource_already_exists_exception", "data_stream [%s] already exists", name)
	}
	for _, alias := range e.aliasNames() {
		if alias == name {
			err := eserr.BadRequest("invalid_index_name_exception", "Invalid index name [%s], already exists as alias", name)
			err.Index, err.IndexUUID = name, "_na_"
			return err
		}
	}
	return nil
}

// createIndex makes an index and puts it into the catalogue. The caller holds e.mu for writing.
func (e *Embedded) createIndex(name string, c composed) (*index, error) {
	ix, err := e.newIndex(name, c, "")
	if err != nil {
		return nil, err
	}
	if err := e.dir.Meta().Update(func(tx *metadb.Tx) error { return ix.save(tx) }); err != nil {
		return nil, errors.Join(fmt.Errorf("create index %s: %w", name, err), e.dir.Remove(ix.UUID))
	}
	e.indices[name] = ix
	return ix, nil
}

// newIndex makes an index that is not in the catalogue yet. A crash before it gets there leaves an empty folder.
func (e *Embedded) newIndex(name string, c composed, stream string) (*index, error) {
	if err := e.refuseIfFull(name); err != nil {
		return nil, err
	}
	if c.settings == nil {
		c.settings = settings{}
	}
	if stream != "" {
		c.mappings = append([]json.RawMessage{streamMappings}, c.mappings...)
	}
	aliases, err := checkAliases(c.aliases, name)
	if err != nil {
		return nil, err
	}
	for alias := range aliases {
		if e.indices[alias] != nil || e.streams[alias] != nil {
			return nil, eserr.BadRequest("invalid_alias_name_exception", "Invalid alias name [%s]: an index or data stream exists with the same name as the alias", alias)
		}
	}
	_, raw, err := c.build()
	if err != nil {
		return nil, failedMapping(err)
	}
	uuid := newUUID()
	replicated, _ := c.settings.asksForReplicas()
	c.settings.expandReplicas()
	ix, err := e.openIndex(indexRecord{
		Name: name, UUID: uuid, CreatedAt: e.o.Now().UnixMilli(), Settings: c.settings.withDefaults(), Mappings: raw, Aliases: aliases, Stream: stream, Replicated: replicated,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("create index %s: %w", name, err), e.dir.Remove(uuid))
	}
	return ix, nil
}

// streamMappings is what every backing index of a data stream has.
var streamMappings = json.RawMessage(`{"properties":{"@timestamp":{"type":"date"}}}`)

// failedMapping wraps a mapping error as index creation does.
func failedMapping(err error) error {
	var cause *Error
	if !errors.As(err, &cause) || cause.Type != eserr.MapperParsing {
		return err
	}
	e := *cause
	if e.CausedBy == nil && !mapping.Alone(cause) {
		e.CausedBy = cause
		e.Reason = "Failed to parse mapping: " + cause.Reason
	}
	return &e
}

// DeleteIndex implements Backend.
func (e *Embedded) DeleteIndex(_ context.Context, p Principal, t Target) error {
	if err := allow(p, "indices:admin/delete"); err != nil {
		return err
	}
	removeFiles, err := e.deleteIndices(p, t)
	if err != nil {
		return err
	}
	return removeFiles()
}

func (e *Embedded) deleteIndices(p Principal, t Target) (removeFiles func() error, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if isWildcard(t.Expression) && !e.wildcardsDelete() { // one mistyped command must not end all evidence
		return nil, eserr.Illegal("Wildcard expressions or all indices are not allowed")
	}
	if err := e.refuseAliases(p, deleteAction, t); err != nil {
		return nil, err
	}
	t.IndicesOnly = true
	found, err := e.resolve(p, "indices:admin/delete", t)
	if err == nil {
		err = anyBlocked(found, opDelete)
	}
	if err != nil {
		return nil, err
	}
	var doomed []*index
	for _, r := range found {
		if s := e.streams[r.Stream]; s != nil && s.writeIndex() == r.Name {
			return nil, eserr.Illegal("index [%s] is the write index for data stream [%s] and cannot be deleted", r.Name, r.Stream)
		}
		doomed = append(doomed, r.index)
	}
	return e.drop(doomed, nil)
}

// drop takes indices out of the catalogue, and out of their data streams, which go with their last index. more is done in the same transaction; nil is
// nothing. The caller holds e.mu for writing, and calls the returned function without it: that deletes the files.
func (e *Embedded) drop(doomed []*index, more func(*metadb.Tx) error) (removeFiles func() error, err error) {
	rest := map[string]*stream{} // what is left of data streams
	for _, ix := range doomed {
		ix.recordMu.Lock()
		defer ix.recordMu.Unlock()
		s := rest[ix.Stream]
		if s == nil && e.streams[ix.Stream] != nil {
			s = &stream{e.streams[ix.Stream].streamRecord, e.streams[ix.Stream].door}
			s.Indices = slices.Clone(s.Indices)
			rest[ix.Stream] = s
		}
		if s != nil {
			s.Indices = slices.DeleteFunc(s.Indices, func(name string) bool { return name == ix.Name })
		}
	}
	err = e.dir.Meta().Update(func(tx *metadb.Tx) error {
		for _, ix := range doomed {
			if err := errors.Join(tx.Delete(indexTable, ix.UUID), tx.Put(removedTable, ix.UUID, nil)); err != nil {
				return err
			}
		}
		for name, s := range rest {
			if err := s.saveRest(tx, name); err != nil {
				return err
			}
		}
		if more != nil {
			return more(tx)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("delete indices: %w", err)
	}
	var uuids []string
	for _, ix := range doomed {
		ix.removed = true
		delete(e.indices, ix.Name)
		uuids = append(uuids, ix.UUID)
	}
	for name, s := range rest {
		if e.streams[name] = s; len(s.Indices) == 0 {
			delete(e.streams, name)
		}
		e.lead(s)
	}
	return func() error { return e.removeFiles(uuids) }, nil
}

// saveRest saves a data stream that has lost indices.
func (s *stream) saveRest(tx *metadb.Tx, name string) error {
	if len(s.Indices) == 0 {
		return tx.Delete(streamTable, name)
	}
	return s.save(tx)
}

// mappingSettings are the index settings that a mapping obeys.
func (s settings) mappingSettings() mapping.Settings {
	out := mapping.Settings{
		IgnoreMalformed: s.get("index.mapping.ignore_malformed") == "true", NoCoerce: s.get("index.mapping.coerce") == "false",
		TotalFields: s.integer("index.mapping.total_fields.limit"), Depth: s.integer("index.mapping.depth.limit"),
		IgnoreBeyondLimit: s.get("index.mapping.total_fields.ignore_dynamic_beyond_limit") == "true", NameLength: s.integer("index.mapping.field_name_length.limit"),
		NestedObjects: s.integer("index.mapping.nested_objects.limit"), TimeField: s.get("index.time_field"),
		Limits: mapping.Limits{
			Terms: s.integer("index.max_terms_count"), RegexpLength: s.integer("index.max_regex_length"), DocvalueFields: s.integer("index.max_docvalue_fields_search"),
			InnerResultWindow: s.integer("index.max_inner_result_window"), AnalyzedOffset: s.integer("index.highlight.max_analyzed_offset"),
		},
	}
	switch v := s["index.query.default_field"].(type) {
	case string:
		out.DefaultField = []string{v}
	case []any:
		for _, name := range v {
			out.DefaultField = append(out.DefaultField, fmt.Sprint(name))
		}
	}
	return out
}
