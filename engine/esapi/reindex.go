package esapi

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func reindexRoutes() []route {
	return []route{{"POST", "/_reindex", byQueryParams("require_alias"), (*call).reindex}}
}

// reindexBody is the body of a _reindex.
type reindexBody struct {
	Source struct {
		Index  paths           `json:"index"`
		Query  json.RawMessage `json:"query"`
		Source json.RawMessage `json:"_source"`
		Size   int64           `json:"size"` // documents at a time
		Remote *remoteSource   `json:"remote"`
	} `json:"source"`
	Dest struct {
		Index       string `json:"index"`
		OpType      string `json:"op_type"`
		VersionType string `json:"version_type"`
		Routing     string `json:"routing"`
		Pipeline    string `json:"pipeline"`
	} `json:"dest"`
	Conflicts string          `json:"conflicts"`
	MaxDocs   *int64          `json:"max_docs"`
	Size      *int64          `json:"size"` // the old name of max_docs
	Script    json.RawMessage `json:"script"`
}

func (c *call) reindex() error {
	b, err := c.newByQuery()
	if err != nil {
		return err
	}
	body, err := c.reindexBody()
	if err != nil {
		return err
	}
	if err := body.check(b); err != nil {
		return err
	}
	if b.target.Expression, err = c.resolveDates(strings.Join(body.Source.Index, ",")); err != nil {
		return err
	}
	if body.Dest.Index, err = c.resolveDates(body.Dest.Index); err != nil {
		return err
	}
	requireAlias, err := c.flag("require_alias", false)
	if err != nil {
		return err
	}
	b.query, b.source, b.targets = body.Source.Query, body.Source.Source, engine.Target{Expression: body.Dest.Index, IgnoreUnavailable: true}
	if b.source == nil {
		b.source = json.RawMessage("true")
	}
	b.counts = []string{"updated", "created", "deleted"}
	b.operation = func(hit engine.Hit) engine.BulkOp { return body.operation(hit, requireAlias) }
	description := "reindex from [" + b.target.Expression + "] to [" + body.Dest.Index + "]"
	if body.Source.Remote != nil {
		return c.reindexRemote(b, body, description)
	}
	if err := c.refuseSameIndex(b.target, body.Dest.Index); err != nil {
		return err
	}
	return c.sendByQuery(b, "indices:data/write/reindex", description)
}

func (c *call) reindexBody() (*reindexBody, error) {
	raw, err := c.requiredBody()
	if err != nil {
		return nil, err
	}
	if err := onlyFields(raw, "[reindex] unknown field [%s]", "source", "dest", "conflicts", "max_docs", "size", "script"); err != nil {
		return nil, err
	}
	var parts struct{ Source, Dest json.RawMessage }
	if err := json.Unmarshal(raw, &parts); err != nil {
		return nil, eserr.BadRequest(eserr.Parsing, "[reindex] cannot be read: %v", err)
	}
	if err := onlyFields(parts.Source, "[source] unknown or unsupported field [%s]", "index", "query", "_source", "size", "remote"); err != nil {
		return nil, err
	}
	if err := onlyFields(parts.Dest, "[dest] unknown field [%s]", "index", "op_type", "version_type", "routing", "pipeline"); err != nil {
		return nil, err
	}
	body := &reindexBody{}
	if err := json.Unmarshal(raw, body); err != nil {
		return nil, eserr.BadRequest(eserr.Parsing, "[reindex] cannot be read: %v", err)
	}
	return body, nil
}

// check refuses what cannot be meant or done, and takes the numbers over.
func (r *reindexBody) check(b *byQuery) error {
	var problems []string
	if len(r.Source.Index) == 0 {
		problems = append(problems, "use _all if you really want to copy from all existing indexes")
	}
	if r.Dest.Index == "" {
		problems = append(problems, "index is missing")
	}
	if problems != nil {
		return invalid(problems...)
	}
	switch {
	case len(r.Script) > 0:
		return noScript(r.Script)
	case r.Dest.OpType != "" && r.Dest.OpType != "index" && r.Dest.OpType != "create":
		return eserr.Illegal("opType must be 'create' or 'index', found: [%s]", clip(r.Dest.OpType))
	case !slices.Contains([]string{"", "internal", "external", "external_gt", "external_gte"}, r.Dest.VersionType):
		return eserr.Illegal("No version type match [%s]", clip(r.Dest.VersionType))
	case r.Dest.Routing != "" && r.Dest.Routing != "keep" && r.Dest.Routing != "discard" && !strings.HasPrefix(r.Dest.Routing, "="):
		return eserr.Illegal("Unsupported routing [%s]: it is [keep], [discard] or [=<some text>]", clip(r.Dest.Routing))
	}
	for _, n := range []*int64{r.MaxDocs, r.Size} {
		if n != nil && *n <= 0 {
			return eserr.Illegal("[max_docs] parameter cannot be zero or negative, found [%d]", *n)
		}
		if n != nil {
			b.max = min(b.max, *n)
		}
	}
	if r.Source.Size > 0 {
		b.batch = min(r.Source.Size, maxBatch)
	}
	return b.conflicts(r.Conflicts)
}

// operation writes the document of a hit to where it shall go.
func (r *reindexBody) operation(hit engine.Hit, requireAlias bool) engine.BulkOp {
	op := engine.BulkOp{Action: "index", Index: r.Dest.Index, ID: hit.ID, Source: hit.Source, Routing: hit.Routing, RequireAlias: requireAlias, Pipeline: r.Dest.Pipeline}
	if r.Dest.OpType == "create" {
		op.Action = "create"
	}
	if text, ok := strings.CutPrefix(r.Dest.Routing, "="); ok {
		op.Routing = text
	} else if r.Dest.Routing == "discard" {
		op.Routing = ""
	}
	switch r.Dest.VersionType {
	case "external", "external_gt":
		op.Version, op.VersionType = hit.Version, "external"
	case "external_gte":
		op.Version, op.VersionType = hit.Version, "external_gte"
	}
	if hit.Source == nil {
		op.Err = eserr.Illegal("[%s][%s] didn't store _source", hit.Index, hit.ID)
	}
	return op
}

// refuseSameIndex refuses to write into an index that is read.
func (c *call) refuseSameIndex(from engine.Target, dest string) error {
	sources, err := c.s.backend.GetIndex(c.ctx(), c.p, from)
	if err != nil {
		return err
	}
	written := map[string]engine.IndexInfo{}
	if found, err := c.s.backend.GetIndex(context.WithoutCancel(c.ctx()), c.p, engine.Target{Expression: dest, IgnoreUnavailable: true}); err == nil {
		written = found
	} else if told, ok := err.(*engine.Error); ok && told.Status == http.StatusForbidden {
		return err
	}
	for name := range written {
		if _, ok := sources[name]; ok {
			return invalid("reindex cannot write into an index its reading from [" + dest + "]")
		}
	}
	return nil
}
