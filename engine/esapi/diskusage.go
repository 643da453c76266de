package esapi

import (
	"net/http"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func diskUsageRoutes() []route {
	return []route{{"POST", "/:index/_disk_usage", append([]string{"flush", "run_expensive_tasks"}, targetParams()...), (*call).diskUsage}}
}

// diskUsage tells how much each field takes, in Elasticsearch's parts: `points`, `term_vectors` and `knn_vectors` are always 0, as numbers are found by their values here.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/indices-disk-usage.html
func (c *call) diskUsage() error {
	really, err := c.flag("run_expensive_tasks", false)
	if err != nil {
		return err
	}
	if !really {
		return eserr.Illegal("analyzing the disk usage of an index is expensive and resource-intensive, the parameter [run_expensive_tasks] must be set to [true] in order for the task to be performed.")
	}
	flush, err := c.flag("flush", true)
	if err != nil {
		return err
	}
	t, err := c.target()
	if err != nil {
		return err
	}
	if _, said := c.query["allow_no_indices"]; !said {
		t.DisallowNone = true
	}
	all, err := c.s.backend.DiskUsage(c.ctx(), c.p, t, flush)
	if err != nil {
		return err
	}
	out := map[string]any{"_shards": engine.Shards{Total: len(all), Successful: len(all)}}
	for _, u := range all {
		out[u.Index] = indexUsage(u)
	}
	return c.send(http.StatusOK, out)
}

func indexUsage(u engine.IndexDiskUsage) map[string]any {
	var all engine.FieldDiskUsage
	fields := map[string]any{}
	for name, f := range u.Fields {
		fields[name] = fieldUsage(f)
		all.Inverted, all.Values, all.Lengths, all.Stored = all.Inverted+f.Inverted, all.Values+f.Values, all.Lengths+f.Lengths, all.Stored+f.Stored
	}
	return map[string]any{"store_size": bytesText(u.Bytes), "store_size_in_bytes": u.Bytes, "all_fields": fieldUsage(all), "fields": fields}
}

// fieldUsage shows sizes as text and as numbers, whether or not `human` asks for it.
func fieldUsage(f engine.FieldDiskUsage) map[string]any {
	out := map[string]any{"inverted_index": map[string]any{"total": bytesText(f.Inverted), "total_in_bytes": f.Inverted}}
	for part, n := range map[string]int64{"total": f.Inverted + f.Values + f.Lengths + f.Stored, "stored_fields": f.Stored, "doc_values": f.Values, "points": 0, "norms": f.Lengths,
		"term_vectors": 0, "knn_vectors": 0} {
		out[part], out[part+"_in_bytes"] = bytesText(n), n
	}
	return out
}
