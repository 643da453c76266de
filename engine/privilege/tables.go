package privilege

// The actions of each privilege, as Elasticsearch has them:
// https://github.com/elastic/elasticsearch/blob/v8.19.0/x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/privilege/ClusterPrivilegeResolver.java
// https://github.com/elastic/elasticsearch/blob/v8.19.0/x-pack/plugin/core/src/main/java/org/elasticsearch/xpack/core/security/authz/privilege/IndexPrivilege.java
// Privileges for features that are not here (machine learning, watcher, cross-cluster and the like) may be named, and grant what they say: nothing that is there.

func of(patterns ...string) Actions { return Actions{Include: patterns} }

const security = "cluster:admin/xpack/security/"

var cluster = map[string]Actions{
	"none":    {},
	"all":     of("cluster:*", "indices:admin/template/*", "indices:admin/index_template/*"),
	"manage":  {Include: []string{"cluster:*", "indices:admin/template/*", "indices:admin/index_template/*"}, Exclude: []string{security + "*"}},
	"monitor": of("cluster:monitor/*", "indices:admin/template/get", "cluster:admin/component_template/get", "indices:admin/index_template/get"),

	"manage_security": {Include: []string{security + "*"}, Exclude: []string{security + "delegate_pki"}},
	"read_security": of(security+"api_key/get", security+"api_key/query", security+"privilege/builtin/get", security+"privilege/get", security+"profile/get",
		security+"profile/has_privileges", security+"profile/suggest", security+"role/get", security+"role/query", security+"role_mapping/get", security+"service_account/get",
		security+"service_account/credential/get*", security+"user/get", security+"user/query", security+"user/list_privileges", security+"user/has_privileges"),
	"manage_api_key":          of(security + "api_key/*"),
	"manage_own_api_key":      {}, // granted for keys of one's own only: engine.Grant.OwnKeys
	"grant_api_key":           of(security + "api_key/grant*"),
	"manage_service_account":  of(security + "service_account/*"),
	"manage_user_profile":     of(security + "profile/*"),
	"manage_token":            of(security + "token/*"),
	"manage_saml":             of(security+"saml/*", security+"token/invalidate", security+"token/refresh"),
	"manage_oidc":             of(security + "oidc/*"),
	"delegate_pki":            of(security+"delegate_pki", security+"token/invalidate"),
	"manage_index_templates":  of("indices:admin/template/*", "indices:admin/index_template/*", "cluster:admin/component_template/*"),
	"manage_ingest_pipelines": of("cluster:admin/ingest/pipeline/*"),
	"manage_pipeline":         of("cluster:admin/ingest/pipeline/*"),
	"read_pipeline":           of("cluster:admin/ingest/pipeline/get", "cluster:admin/ingest/pipeline/simulate"),
	"manage_ilm":              of("cluster:admin/ilm/*"),
	"read_ilm":                of("cluster:admin/ilm/get", "cluster:admin/ilm/operation_mode/get"),
	"manage_slm":              of("cluster:admin/slm/*", "cluster:admin/ilm/start", "cluster:admin/ilm/stop", "cluster:admin/ilm/operation_mode/get"),
	"read_slm":                of("cluster:admin/slm/get", "cluster:admin/ilm/operation_mode/get"),
	"create_snapshot":         of("cluster:admin/snapshot/create", "cluster:admin/snapshot/status*", "cluster:admin/snapshot/get", "cluster:admin/repository/get"),
	"monitor_snapshot":        of("cluster:admin/snapshot/status*", "cluster:admin/snapshot/get", "cluster:admin/repository/get"),
	"transport_client":        of("cluster:monitor/nodes/liveness", "cluster:monitor/state"),
	"cancel_task":             of("cluster:admin/tasks/cancel*"),

	"manage_autoscaling":              of("cluster:admin/autoscaling/*"),
	"manage_ccr":                      of("cluster:admin/xpack/ccr/*", "cluster:monitor/state", security+"user/has_privileges"),
	"read_ccr":                        of("cluster:monitor/state", security+"user/has_privileges"),
	"manage_data_frame_transforms":    of("cluster:admin/data_frame/*", "cluster:monitor/data_frame/*", "cluster:monitor/transform/*", "cluster:admin/transform/*"),
	"manage_transform":                of("cluster:admin/data_frame/*", "cluster:monitor/data_frame/*", "cluster:monitor/transform/*", "cluster:admin/transform/*"),
	"monitor_data_frame_transforms":   of("cluster:monitor/data_frame/*", "cluster:monitor/transform/*"),
	"monitor_transform":               of("cluster:monitor/data_frame/*", "cluster:monitor/transform/*"),
	"manage_enrich":                   of("cluster:admin/xpack/enrich/*"),
	"monitor_enrich":                  of("cluster:monitor/xpack/enrich/*"),
	"manage_ml":                       of("cluster:admin/xpack/ml/*", "cluster:monitor/xpack/ml/*"),
	"monitor_ml":                      of("cluster:monitor/xpack/ml/*"),
	"manage_rollup":                   of("cluster:admin/xpack/rollup/*", "cluster:monitor/xpack/rollup/*"),
	"monitor_rollup":                  of("cluster:monitor/xpack/rollup/*"),
	"manage_watcher":                  of("cluster:admin/xpack/watcher/*", "cluster:monitor/xpack/watcher/*"),
	"monitor_watcher":                 of("cluster:monitor/xpack/watcher/*"),
	"manage_logstash_pipelines":       of("cluster:admin/logstash/pipeline/*"),
	"manage_search_application":       of("cluster:admin/xpack/application/search_application/*"),
	"manage_behavioral_analytics":     of("cluster:admin/xpack/application/analytics/*"),
	"manage_search_synonyms":          of("cluster:admin/synonyms/*"),
	"manage_search_query_rules":       of("cluster:admin/xpack/query_rules/*"),
	"manage_inference":                of("cluster:admin/xpack/inference/*"),
	"monitor_inference":               of("cluster:monitor/xpack/inference*"),
	"monitor_text_structure":          of("cluster:monitor/text_structure/*"),
	"monitor_stats":                   of("cluster:monitor/stats*"),
	"monitor_esql":                    of("cluster:monitor/xpack/esql/*"),
	"post_behavioral_analytics_event": of("cluster:admin/xpack/application/analytics/post_event"),
}

var index = map[string]Actions{
	"none":                {},
	"all":                 of("indices:*", "internal:transport/proxy/indices:*"),
	"read":                of("indices:data/read/*", "indices:admin/resolve/index", "indices:admin/resolve/cluster"),
	"read_cross_cluster":  of("internal:transport/proxy/indices:data/read/*", "indices:admin/shards/search_shards", "indices:admin/resolve/cluster"),
	"create":              of("indices:data/write/index*", "indices:data/write/bulk*", "indices:data/write/simulate/bulk*"),
	"create_doc":          of("indices:data/write/index", "indices:data/write/index[*", "indices:data/write/index:op_type/create", "indices:data/write/bulk*", "indices:data/write/simulate/bulk*"),
	"index":               of("indices:data/write/index*", "indices:data/write/bulk*", "indices:data/write/update*", "indices:data/write/simulate/bulk*"),
	"delete":              of("indices:data/write/delete*", "indices:data/write/bulk*"),
	"write":               of("indices:data/write/*", "indices:admin/mapping/auto_put"),
	"monitor":             of("indices:monitor/*"),
	"manage":              of("indices:monitor/*", "indices:admin/*", "indices:data/read/field_caps*", "indices:data/read/xpack/rollup/get/index/caps*"),
	"create_index":        of("indices:admin/create", "indices:admin/auto_create", "indices:admin/data_stream/create"),
	"delete_index":        of("indices:admin/delete", "indices:admin/data_stream/delete"),
	"maintenance":         of("indices:admin/refresh*", "indices:admin/flush*", "indices:admin/synced_flush", "indices:admin/forcemerge*"),
	"auto_configure":      of("indices:admin/mapping/auto_put", "indices:admin/auto_create"),
	"manage_ilm":          of("indices:admin/ilm/*"),
	"manage_follow_index": of("indices:admin/xpack/ccr/put_follow", "indices:admin/xpack/ccr/unfollow", "indices:admin/close*", "indices:admin/data_stream/promote", "indices:admin/rollover"),
	"manage_leader_index": of("indices:admin/xpack/ccr/forget_follower*"),
	"manage_data_stream_lifecycle": of("indices:admin/data_stream/lifecycle/put", "indices:admin/data_stream/lifecycle/get", "indices:admin/data_stream/lifecycle/delete",
		"indices:admin/data_stream/lifecycle/explain"),
	"view_index_metadata": of("indices:admin/aliases/get", "indices:admin/get", "indices:admin/mappings/fields/get*", "indices:admin/mappings/get", "indices:admin/shards/search_shards",
		"indices:admin/validate/query*", "indices:monitor/settings/get", "indices:admin/ilm/explain", "indices:admin/data_stream/get", "indices:admin/data_stream/lifecycle/get",
		"indices:admin/data_stream/lifecycle/explain", "indices:admin/resolve/index", "indices:admin/resolve/cluster", "indices:data/read/field_caps*",
		"indices:data/read/xpack/rollup/get/index/caps*", "indices:internal/transform/checkpoint*"),
}
