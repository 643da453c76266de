package esapi

import (
	"strconv"

	"github.com/vedette-siem/vedette/engine"
)

// indexDefaults are what settings of an index count as when they are not set: those that are honoured here, and others that clients read, as far as they say what is so.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/index-modules.html
func indexDefaults() map[string]any {
	return map[string]any{
		"index.analyze.max_token_count": "10000", "index.auto_expand_replicas": "false", "index.blocks.metadata": "false", "index.blocks.read": "false", "index.blocks.read_only": "false",
		"index.blocks.read_only_allow_delete": "false", "index.blocks.write": "false", "index.codec": "default", "index.default_pipeline": "_none", "index.final_pipeline": "_none", "index.hidden": "false",
		"index.highlight.max_analyzed_offset": "1000000", "index.lifecycle.name": "", "index.lifecycle.rollover_alias": "", "index.mapping.coerce": "false", "index.mapping.depth.limit": "20",
		"index.mapping.field_name_length.limit": "9223372036854775807", "index.mapping.ignore_malformed": "false", "index.mapping.nested_objects.limit": "10000",
		"index.mapping.total_fields.ignore_dynamic_beyond_limit": "false", "index.mapping.total_fields.limit": "1000", "index.max_docvalue_fields_search": "100", "index.max_inner_result_window": "100",
		"index.max_regex_length": "1000", "index.max_result_window": "10000", "index.max_terms_count": "65536", "index.mode": "standard", "index.query.default_field": []string{"*"},
		"index.query_string.lenient": "false", "index.refresh_interval": "1s", "index.requests.cache.enable": "true", "index.routing.allocation.enable": "all",
		"index.soft_deletes.enabled": "true", "index.translog.durability": "REQUEST", "index.translog.sync_interval": "5s", "index.write.wait_for_active_shards": "1",
	}
}

// clusterDefaults are the like of the cluster.
func (c *call) clusterDefaults(info *engine.Info) map[string]any {
	return map[string]any{
		"action.auto_create_index": "true", "cluster.name": info.ClusterName, "cluster.routing.allocation.enable": "all",
		"cluster.routing.rebalance.enable": "all", "http.compression": "true", "http.max_content_length": strconv.FormatInt(c.s.o.MaxBodyBytes, 10) + "b", "indices.query.bool.max_clause_count": "1024",
		"indices.query.bool.max_nested_depth": "30", "node.name": info.Name, "search.allow_expensive_queries": "true", "search.default_search_timeout": "-1",
		"search.max_async_search_response_size": "10mb", "search.max_buckets": "65536", "search.max_keep_alive": "24h", "search.max_open_scroll_context": "500",
	}
}

// unset leaves out of defaults what is set, and what no pattern names if there are any.
func unset(defaults map[string]any, patterns []string, set ...map[string]any) map[string]any {
	for name := range defaults {
		for _, s := range set {
			if _, ok := s[name]; ok {
				delete(defaults, name)
			}
		}
		if len(patterns) > 0 && !anyGlobMatches(patterns, name) {
			delete(defaults, name)
		}
	}
	return defaults
}

// shape nests settings unless they are wanted flat.
func shape(flat map[string]any, isFlat bool) map[string]any {
	if isFlat {
		return flat
	}
	return nest(flat)
}
