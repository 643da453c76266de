package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// Limits of stored templates.
const (
	maxScripts     = 1000
	maxScriptBytes = 65_535 // script.max_size_in_bytes
)

const scriptTable = "scripts" // by id: the template, as it is written

// PutScript implements Backend.
func (e *Embedded) PutScript(_ context.Context, p Principal, id, source string) error {
	if err := allow(p, "cluster:admin/script/put"); err != nil {
		return err
	}
	if len(source) > maxScriptBytes {
		return eserr.Illegal("exceeded max allowed stored script size in bytes [%d] with size [%d] for script [%.200s]", maxScriptBytes, len(source), id)
	}
	return e.dir.Meta().Update(func(tx *metadb.Tx) error {
		n, known := 0, false
		if err := tx.Each(scriptTable, func(other string, _ []byte) error { n++; known = known || other == id; return nil }); err != nil {
			return fmt.Errorf("count templates: %w", err)
		}
		if n >= maxScripts && !known {
			return eserr.Illegal("at most [%d] templates are stored: delete those that are not needed", maxScripts)
		}
		raw, err := json.Marshal(source)
		if err != nil {
			return fmt.Errorf("store template %q: %w", id, err)
		}
		return tx.Put(scriptTable, id, raw)
	})
}

// GetScript implements Backend.
func (e *Embedded) GetScript(_ context.Context, p Principal, id string) (source string, found bool, err error) {
	if err := allow(p, "cluster:admin/script/get"); err != nil {
		return "", false, err
	}
	err = e.dir.Meta().View(func(tx *metadb.Tx) error {
		raw, err := tx.Get(scriptTable, id)
		if errors.Is(err, metadb.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read template %q: %w", id, err)
		}
		found = true
		return json.Unmarshal(raw, &source)
	})
	return source, found, err
}

// DeleteScript implements Backend.
func (e *Embedded) DeleteScript(ctx context.Context, p Principal, id string) error {
	if err := allow(p, "cluster:admin/script/delete"); err != nil {
		return err
	}
	return e.dir.Meta().Update(func(tx *metadb.Tx) error {
		if _, err := tx.Get(scriptTable, id); errors.Is(err, metadb.ErrNotFound) {
			return eserr.Errorf(404, "resource_not_found_exception", "stored script [%.200s] does not exist and cannot be deleted", id)
		}
		return tx.Delete(scriptTable, id)
	})
}
