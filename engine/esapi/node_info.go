package esapi

import (
	"net/http"
	"os"
	"runtime"
	"slices"

	"github.com/vedette-siem/vedette/engine"
)

// A node is what clients that sniff or watch want to know of this process. Kibana reads ip beside http, Metricbeat process and jvm, Cerebro os and jvm.
type node struct {
	Name             string            `json:"name"`
	TransportAddress string            `json:"transport_address"`
	Host             string            `json:"host"`
	IP               string            `json:"ip"`
	Version          any               `json:"version"`
	BuildFlavor      any               `json:"build_flavor,omitempty"`
	BuildType        any               `json:"build_type,omitempty"`
	BuildHash        any               `json:"build_hash,omitempty"`
	Roles            []string          `json:"roles"`
	Attributes       map[string]string `json:"attributes"`
	OS               map[string]any    `json:"os,omitempty"`
	Process          map[string]any    `json:"process,omitempty"`
	JVM              map[string]any    `json:"jvm,omitempty"`
	HTTP             map[string]any    `json:"http,omitempty"`
}

func (c *call) nodes() error {
	metrics := splitList(c.path["metric"])
	for _, metric := range metrics {
		if slices.Contains([]string{"stats", "usage", "reload_secure_settings"}, metric) {
			return unsupported("[_nodes/" + metric + "]")
		}
	}
	info, err := c.about()
	if err != nil {
		return err
	}
	n := c.thisNodeInfo(info)
	if address := c.s.listener(c.ctx()).address; address != "" {
		n.HTTP = map[string]any{"bound_address": []string{address}, "publish_address": address, "max_content_length_in_bytes": c.s.o.MaxBodyBytes}
	}
	n.keep(metrics)
	return c.send(http.StatusOK, map[string]any{
		"_nodes":       map[string]int{"total": 1, "successful": 1, "failed": 0},
		"cluster_name": info.ClusterName,
		"nodes":        map[string]node{c.s.o.Node: n},
	})
}

func (c *call) thisNodeInfo(info *engine.Info) node {
	address, cpus := c.s.address(), runtime.NumCPU()
	return node{
		Name: info.Name, TransportAddress: address, Host: host(address), IP: host(address), Version: info.Version["number"],
		BuildFlavor: info.Version["build_flavor"], BuildType: info.Version["build_type"], BuildHash: info.Version["build_hash"],
		Roles: nodeRoles(), Attributes: map[string]string{},
		OS: map[string]any{"refresh_interval_in_millis": 1000, "name": runtime.GOOS, "arch": runtime.GOARCH, "available_processors": cpus,
			"allocated_processors": runtime.GOMAXPROCS(0)},
		Process: map[string]any{"refresh_interval_in_millis": 1000, "id": os.Getpid(), "mlockall": false},
		JVM: map[string]any{"pid": os.Getpid(), "version": runtime.Version(), "vm_name": "Go", "mem": map[string]any{
			"heap_init_in_bytes": 0, "heap_max_in_bytes": readHost().heapMax, "non_heap_init_in_bytes": 0, "non_heap_max_in_bytes": 0, "direct_max_in_bytes": 0}},
	}
}

// keep leaves out the parts that were not asked for, where some of them were. The address that http tells stays: clients that sniff need nothing else.
func (n *node) keep(metrics []string) {
	parts := map[string]*map[string]any{"os": &n.OS, "process": &n.Process, "jvm": &n.JVM}
	known := append([]string{"settings", "thread_pool", "transport", "http", "plugins", "ingest", "aggregations", "indices", "_none"}, "os", "process", "jvm")
	if slices.Contains(metrics, "_all") || !slices.ContainsFunc(metrics, func(m string) bool { return slices.Contains(known, m) }) {
		return
	}
	for name, part := range parts {
		if !slices.Contains(metrics, name) {
			*part = nil
		}
	}
}
