package esapi

import (
	"maps"

	"github.com/vedette-siem/vedette/engine"
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

// about is what the server calls itself.
func (c *call) about() (*engine.Info, error) {
	info, err := c.s.backend.Info(c.ctx(), c.p)
	if err == nil && c.s.o.OpenSearch {
		info = asOpenSearch(info)
	}
	return info, err
}
