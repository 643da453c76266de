package pipeline

import (
	"regexp"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// reroute sends the document to another data stream, whose pipelines run next.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/reroute-processor.html
type reroute struct {
	destination        string
	dataset, namespace []string
}

var (
	notInDataset   = regexp.MustCompile(`[\\/*?"<>| ,#:-]`)
	notInNamespace = regexp.MustCompile(`[\\/*?"<>| ,#:]`)
)

func makeReroute(c *config) processor {
	p := &reroute{destination: c.optional("destination", ""), dataset: c.oneOrMany("dataset"), namespace: c.oneOrMany("namespace")}
	if p.destination != "" && len(p.dataset)+len(p.namespace) > 0 {
		c.fail("destination", "can only be set if dataset and namespace are not set")
	}
	c.streamParts("dataset", p.dataset, notInDataset)
	c.streamParts("namespace", p.namespace, notInNamespace)
	return p
}

func (c *config) streamParts(name string, values []string, forbidden *regexp.Regexp) {
	for _, v := range values {
		if strings.Contains(v, "{{") || strings.Contains(v, "}}") {
			if _, ok := fieldReference(v); !ok {
				c.fail(name, "'%s' is not a valid field reference", v)
			}
		} else if clean(v, forbidden) != v {
			c.fail(name, "'%s' contains disallowed characters", v)
		}
	}
}

// fieldReference is the field of a text that is one `{{field}}` and nothing else.
func fieldReference(s string) (string, bool) {
	t, err := parseTemplate(s)
	if err != nil || len(t) != 1 || !t[0].field {
		return "", false
	}
	return t[0].text, true
}

// clean makes a part of a data stream's name of a text.
func clean(s string, forbidden *regexp.Regexp) string {
	s = strings.ToLower(s)
	return forbidden.ReplaceAllString(s[:min(len(s), 100)], "_")
}

func (p *reroute) run(_ *run, d *Document) error {
	d.Rerouted = true
	if p.destination != "" {
		d.Index = p.destination
		return nil
	}
	parts := strings.SplitN(d.Index, "-", 3)
	if len(parts) != 3 {
		d.Rerouted = false
		return eserr.Illegal("invalid data stream name: [%s]; must follow naming scheme <type>-<dataset>-<namespace>", d.Index)
	}
	typ := parts[0]
	dataset := choose(d, p.dataset, "data_stream.dataset", parts[1], notInDataset)
	namespace := choose(d, p.namespace, "data_stream.namespace", parts[2], notInNamespace)
	d.Index = typ + "-" + dataset + "-" + namespace
	for _, kv := range [][2]string{{"type", typ}, {"dataset", dataset}, {"namespace", namespace}} {
		if err := d.set("data_stream."+kv[0], kv[1]); err != nil {
			return err
		}
	}
	if d.has("event.dataset") {
		return d.set("event.dataset", dataset)
	}
	return nil
}

// choose takes the first value that there is: of the configuration, of the document, of the present name.
func choose(d *Document, values []string, standard, present string, forbidden *regexp.Regexp) string {
	if len(values) == 0 {
		values = []string{"{{" + standard + "}}"}
	}
	for _, v := range values {
		field, isField := fieldReference(v)
		if !isField {
			return v
		}
		if found, ok := d.lookup(field); ok {
			if s, ok := found.(string); ok {
				return clean(s, forbidden)
			}
		}
	}
	return present
}
