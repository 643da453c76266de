package engine

import (
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// checkKnown refuses settings that Elasticsearch does not know, in its words, and those whose effect a client would miss here.
func (s settings) checkKnown() error {
	var unknown []string
	for name := range s {
		if !isKnownSetting(name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		name := slices.Min(unknown)
		if hint := eserr.DidYouMeanAt(0.7, name, knownSettings); hint != "" {
			return eserr.Illegal("unknown setting [%s]%s", name, hint)
		}
		return unknownSetting(name)
	}
	return s.checkSupported()
}

func unknownSetting(name string) error {
	return eserr.Illegal("unknown setting [%s] please check that any required plugins are installed, or check the breaking changes documentation for removed settings", name)
}

// checkSupported refuses values that would make an index of Elasticsearch behave in a way that one of ours does not.
func (s settings) checkSupported() error {
	switch mode := s.get("index.mode"); mode {
	case "", "standard", "logsdb":
	default:
		return eserr.Illegal("[index.mode=%s] is not supported: an index is [standard] or [logsdb]", mode)
	}
	if s.get("index.soft_deletes.enabled") == "false" {
		return eserr.Illegal("Creating indices with soft-deletes disabled is no longer supported. Please do not specify a value for setting [index.soft_deletes.enabled].")
	}
	for name := range s {
		if strings.HasPrefix(name, "index.similarity.") && !(name == "index.similarity.default.type" && s.get(name) == "BM25") {
			return eserr.Illegal("[%s] is not supported: scores are BM25's with its default parameters", name)
		}
	}
	return nil
}

func isKnownSetting(name string) bool {
	return slices.Contains(knownSettings, name) || slices.ContainsFunc(knownGroups, func(group string) bool { return strings.HasPrefix(name, group) })
}

// knownGroups are the beginnings of settings that users or other parts of Elasticsearch name.
var knownGroups = []string{
	"index.analysis.", "index.similarity.", "index.routing.allocation.", "index.lifecycle.", "index.search.slowlog.", "index.indexing.slowlog.",
	"index.merge.", "index.unassigned.", "index.store.", "index.translog.", "index.soft_deletes.", "index.mapping.", "index.queries.", "index.time_series.", "index.metadata.",
}

// knownSettings are those of an index in Elasticsearch 8.19. Most are about shards, disks and caches, and change nothing here.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/index-modules.html
var knownSettings = []string{
	"index.allocation.max_retries", "index.auto_expand_replicas", "index.blocks.metadata", "index.blocks.read", "index.blocks.read_only", "index.blocks.read_only_allow_delete",
	"index.blocks.write", "index.bloom_filter_for_id_field.enabled", "index.check_on_startup", "index.codec", "index.creation_date", "index.default_pipeline",
	"index.deletes.in_sync", "index.fast_refresh", "index.fielddata.cache", "index.final_pipeline", "index.flush_after_merge", "index.format", "index.gc_deletes", "index.hidden",
	"index.highlight.max_analyzed_offset", "index.highlight.weight_matches_mode.enabled", "index.load_fixed_bitset_filters_eagerly", "index.logsdb.route_on_sort_fields",
	"index.max_adjacency_matrix_filters", "index.max_docvalue_fields_search", "index.max_inner_result_window", "index.max_ngram_diff", "index.max_refresh_listeners",
	"index.max_regex_length", "index.max_rescore_window", "index.max_result_window", "index.max_script_fields", "index.max_shingle_diff", "index.max_slices_per_scroll",
	"index.max_terms_count", "index.mode", "index.number_of_replicas", "index.number_of_routing_shards", "index.number_of_shards", "index.priority", "index.provided_name",
	"index.query.default_field", "index.query.parse.allow_unmapped_fields", "index.query_string.lenient", "index.recovery.type", "index.refresh_interval", "index.requests.cache.enable",
	"index.routing.rebalance.enable", "index.routing_partition_size", "index.routing_path", "index.search.idle.after", "index.search.throttled", "index.shard.check_on_startup",
	"index.sort.field", "index.sort.missing", "index.sort.mode", "index.sort.order", "index.source_only", "index.uuid", "index.verified_before_close", "index.version.created",
	"index.time_field", // ours
	"index.warmer.enabled", "index.write.wait_for_active_shards", "index.analyze.max_token_count", "index.use_time_series_doc_values_format",
}
