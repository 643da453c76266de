package engine

// bulkAction is what a bulk request is refused for on the index of an item, whatever the item's own action is; Elasticsearch tells it so.
const bulkAction = "indices:data/write/bulk[s]"

// itemAction is the action that an operation needs beside the bulk's:
// https://github.com/elastic/elasticsearch/blob/v8.19.0/x-pack/plugin/security/src/main/java/org/elasticsearch/xpack/security/authz/AuthorizationService.java
func itemAction(op *BulkOp) string {
	switch op.Action {
	case "create":
		return "indices:data/write/index:op_type/create"
	case "index":
		return "indices:data/write/index:op_type/index"
	}
	return "indices:data/write/" + op.Action
}

// allowed is an operation's action on a name.
type allowed struct{ action, name string }

// allow refuses an operation that the principal may not do on its index, or that would make an index that it may not make. It remembers the answer for the request.
func (b *bulk) allow(op *BulkOp) error {
	if b.p.Superuser {
		return nil
	}
	key := allowed{op.Action + op.VersionType, op.Index} // a delete of an external version makes its index
	if err, known := b.verdicts[key]; known {
		return err
	}
	err := b.e.allowWrite(b.p, op)
	if b.verdicts == nil {
		b.verdicts = map[allowed]error{}
	}
	b.verdicts[key] = err
	return err
}

func (e *Embedded) allowWrite(p Principal, op *BulkOp) error {
	e.mu.RLock()
	defer e.mu.RUnlock()
	if !e.permits(scope{p, itemAction(op)}, op.Index) {
		return denied(p, bulkAction, op.Index)
	}
	if there, err := e.existingTarget(op.Index, false); there != nil || err != nil || op.Action == "delete" && op.VersionType == "" {
		return nil // what is wrong with the name the operation says itself
	}
	return allowOn(p, "indices:admin/auto_create", op.Index)
}
