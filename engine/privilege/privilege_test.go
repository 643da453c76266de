package privilege

import (
	"slices"
	"strings"
	"testing"
)

// TestGrantingNamesTheLeastFirst compares with the texts of Elasticsearch's own refusals.
func TestGrantingNamesTheLeastFirst(t *testing.T) {
	for action, want := range map[string]string{
		"indices:data/read/search":                    "read all",
		"indices:data/write/bulk[s]":                  "create_doc create delete index write all",
		"indices:admin/auto_create":                   "auto_configure create_index manage all",
		"indices:admin/delete":                        "delete_index manage all",
		"cluster:monitor/health":                      "monitor manage all",
		"cluster:admin/xpack/security/user/put":       "manage_security all",
		"cluster:admin/xpack/security/user/get":       "read_security manage_security all",
		"indices:admin/index_template/put":            "manage_index_templates manage all",
		"cluster:admin/ingest/pipeline/get":           "read_pipeline manage_ingest_pipelines manage_pipeline manage all",
		"indices:data/write/index:op_type/index":      "create index write all",
		"indices:data/write/index:op_type/create":     "create_doc create index write all",
		"indices:admin/get":                           "manage view_index_metadata all",
		"cluster:admin/xpack/security/api_key/create": "manage_api_key manage_security all",
		"indices:data/read/field_caps":                "manage read view_index_metadata all",
	} {
		if got := strings.Join(Granting(action), " "); got != want {
			t.Errorf("%s: %s, want %s", action, got, want)
		}
	}
}

func TestUnknownNamesAreRefused(t *testing.T) {
	if _, err := Cluster([]string{"monitor", "mointor"}); err == nil || !strings.Contains(err.Error(), "unknown cluster privilege [mointor]. a privilege must be either") {
		t.Errorf("cluster: %v", err)
	}
	if _, err := Index([]string{"reed"}); err == nil || !strings.Contains(err.Error(), "unknown index privilege [reed]. a privilege must be either") {
		t.Errorf("index: %v", err)
	}
	if _, err := Index([]string{"cluster:monitor/main"}); err == nil {
		t.Error("an action of the cluster is no index privilege")
	}
	a, err := Index([]string{"indices:data/read/search", "MONITOR"})
	if err != nil || !a[0].Has("indices:data/read/search[phase/query]") || a[0].Has("indices:data/read/get") || !a[1].Has("indices:monitor/stats") {
		t.Errorf("%v, %v", a, err)
	}
}

func TestManageExcludesSecurity(t *testing.T) {
	manage := cluster["manage"]
	if manage.Has("cluster:admin/xpack/security/user/put") || !manage.Has("cluster:admin/ilm/put") {
		t.Error("manage")
	}
	if manage.Covers(cluster["all"]) || manage.Covers(cluster["manage_security"]) || !cluster["all"].Covers(manage) || !manage.Covers(cluster["monitor"]) {
		t.Error("covers")
	}
	if !slices.Contains(IndexNames(), "auto_configure") || !slices.Contains(ClusterNames(), "manage_own_api_key") {
		t.Error("names")
	}
}
