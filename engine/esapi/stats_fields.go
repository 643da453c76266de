package esapi

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine"
)

// withFields shows the fields of the metrics that are counted by field, as far as the parameters `fields`, `fielddata_fields` and `completion_fields` name.
func (c *call) withFields(values map[string]any, s engine.IndexStats) map[string]any {
	for metric, bytes := range map[string]map[string]int64{"fielddata": s.Fielddata, "completion": s.Completion} {
		patterns, ok := c.query[metric+"_fields"]
		all, both := c.query["fields"]
		if !ok && !both {
			continue
		}
		name := map[string]string{"fielddata": "memory_size_in_bytes", "completion": "size_in_bytes"}[metric]
		fields := map[string]any{}
		for field, n := range bytes {
			if anyGlobMatches(strings.Split(cmp.Or(patterns, all), ","), field) {
				fields[field] = map[string]any{name: n}
			}
		}
		values[metric].(map[string]any)["fields"] = fields
	}
	return values
}

func total(byField map[string]int64) (sum int64) {
	for _, n := range byField {
		sum += n
	}
	return sum
}

// addBytes adds what another index has of each field.
func addBytes(to, from map[string]int64) map[string]int64 {
	if to == nil {
		to = map[string]int64{}
	}
	for field, n := range from {
		to[field] += n
	}
	return to
}

func (c *call) catFielddata() error {
	columns := []column{{name: "id", about: "node id"}, {name: "host", aliases: "h", about: "host name"}, {name: "ip", about: "ip address"}, {name: "node", aliases: "n", about: "node name"},
		{name: "field", aliases: "f", about: "field name"}, {name: "size", about: "field data usage", right: true}}
	return c.sendTable(columns, func() ([][]cell, error) {
		all, err := c.s.backend.IndexStats(c.ctx(), c.p, engine.Target{ExpandWildcards: "all"})
		if err != nil {
			return nil, err
		}
		var sum engine.IndexStats
		for _, s := range all {
			addStats(&sum, s)
		}
		at := host(c.s.address())
		var rows [][]cell
		for _, field := range slices.Sorted(maps.Keys(sum.Fielddata)) {
			if wanted := cmp.Or(c.path["name"], c.query["fields"], "*"); !anyGlobMatches(strings.Split(wanted, ","), field) {
				continue
			}
			size, err := c.bytesCell(sum.Fielddata[field])
			if err != nil {
				return nil, err
			}
			rows = append(rows, []cell{textCell(c.s.o.Node), textCell(at), textCell(at), textCell(c.s.o.Node), textCell(field), size})
		}
		return rows, nil
	})
}
