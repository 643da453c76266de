package esapi

import (
	"context"
	"maps"
	"net/http"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi/edge"
)

// OpenSearchVersion is the version of OpenSearch that the second persona reports.
const OpenSearchVersion = "2.19.0"

// asOpenSearch is what `GET /` answers under the name of OpenSearch: its clients, its data source for Grafana and its tools look at distribution and number.
// https://docs.opensearch.org/2.19/api-reference/index-apis/
func asOpenSearch(info *engine.Info) *engine.Info {
	out := *info
	out.Version = maps.Clone(info.Version)
	delete(out.Version, "build_flavor")
	out.Version["distribution"], out.Version["number"] = "opensearch", OpenSearchVersion
	out.Version["lucene_version"], out.Version["minimum_wire_compatibility_version"] = "9.12.1", "7.10.0"
	out.Version["minimum_index_compatibility_version"] = "7.0.0"
	out.Tagline = "The OpenSearch Project: https://opensearch.org/"
	return &out
}

type personaKey struct{}

// A listener is what answers say of the address that a request came to.
type listener struct {
	openSearch bool
	address    string // that clients are told to connect to
}

// OpenSearchHandler is Handler for a further address, with the manners of OpenSearch: it is the same server, with the same tasks and limits, by another name.
func (s *Server) OpenSearchHandler(hosts edge.Hosts, publish string) http.Handler {
	guard := edge.Guard{Hosts: hosts, Origin: s.o.Origin, Fail: s.fail, Log: s.o.Log}
	next := s.o.Metrics.Wrap("opensearch", s.introduce(guard.Wrap(s.Inner())))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), personaKey{}, listener{true, publish})))
	})
}

// listener is the one that a request came by.
func (s *Server) listener(ctx context.Context) listener {
	if l, ok := ctx.Value(personaKey{}).(listener); ok {
		return l
	}
	return listener{s.o.OpenSearch, s.o.PublishAddress}
}

// about is what the server calls itself.
func (c *call) about() (*engine.Info, error) {
	info, err := c.s.backend.Info(c.ctx(), c.p)
	if err == nil && c.s.listener(c.ctx()).openSearch {
		info = asOpenSearch(info)
	}
	return info, err
}
