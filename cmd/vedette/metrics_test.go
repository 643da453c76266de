package main

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// counted is a collector of one counter with those labels.
type counted []string

// Describe implements prometheus.Collector.
func (counted) Describe(ch chan<- *prometheus.Desc) { ch <- ingestFiles }

// Collect implements prometheus.Collector.
func (c counted) Collect(ch chan<- prometheus.Metric) {
	send(ch, ingestFiles, prometheus.CounterValue, 3, c...)
}

func TestAMetricThatCannotBeIsAnErrorAndNoPanic(t *testing.T) {
	for name, c := range map[string]struct {
		labels counted
		says   string // empty means that there is no error
	}{
		"its labels":              {counted{"load"}, ""},
		"a label that is rubbish": {counted{"\xff.log"}, "UTF-8"},
		"too many labels":         {counted{"load", "more"}, "expected 1 label"},
	} {
		t.Run(name, func(t *testing.T) {
			registry := prometheus.NewRegistry()
			if err := registry.Register(c.labels); err != nil {
				t.Fatal(err)
			}
			got, err := registry.Gather()
			if c.says == "" && (err != nil || len(got) != 1 || got[0].GetMetric()[0].GetCounter().GetValue() != 3) {
				t.Errorf("%v, %v", got, err)
			}
			if c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
				t.Errorf("the error is %v, want one that says %q", err, c.says)
			}
		})
	}
}
