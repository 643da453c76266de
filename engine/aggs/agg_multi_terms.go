package aggs

import (
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// multiTermsSpec is `multi_terms`: one bucket for each combination of values of several fields. The key of a bucket in a partial is the combination as composites
// have it, so that keys compare field by field.
type multiTermsSpec struct {
	termsSpec // size, order and the like; it has no source of its own
	sources   []*compositeSource
}

func parseMultiTerms(o *options) spec {
	s := &multiTermsSpec{}
	s.readSize(o)
	for _, raw := range o.list("terms") {
		members, err := parseObject(raw, "terms")
		if err != nil {
			o.fail(err)
			continue
		}
		sub := newOptions("multi_terms", o.name, raw, members)
		s.sources = append(s.sources, &compositeSource{kind: "terms", source: sub.source()})
		if err := sub.finish(); err != nil {
			o.fail(err)
		}
	}
	if len(s.sources) < 2 {
		o.fail(eserr.Illegal("The [terms] parameter in the aggregation [%s] must be present and have at least 2 fields or scripts.", o.name))
	}
	return s
}

func (s *multiTermsSpec) typed(partial) string { return "multi_terms" }

func (s *multiTermsSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	bound := make([]*values, len(s.sources))
	shows := make([]*display, len(s.sources))
	for i, source := range s.sources {
		v, err := source.source.bind(n, ix, anyKind)
		if err != nil {
			return nil, err
		}
		if bound[i] = v; v != nil {
			shows[i] = v.show
		}
	}
	return func(seg *segmentState, single bool) (collector, error) {
		c := &keyedCollector{seg: seg, name: n.name, show: &display{kind: document.Keyword}, single: single, slots: emptySlots{}, sources: shows}
		if m := s.open(seg, bound); m != nil {
			c.slots = m
		}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

// open makes the slots of one segment; nil where one of the fields has nothing in it.
func (s *multiTermsSpec) open(seg *segmentState, bound []*values) *multiSlots {
	m := &multiSlots{seg: seg, sources: s.sources, steps: make([]table, len(bound))}
	for _, v := range bound {
		if v == nil {
			return nil
		}
		slots := openSlots(v, seg, nil, false)
		if slots == nil {
			return nil
		}
		m.slots, m.isText = append(m.slots, slots), append(m.isText, v.show.isText())
	}
	return m
}

func (s *multiTermsSpec) list(w *writer, n *node, p partial, bucket int) *list {
	k, _ := p.(*keyed)
	l := s.choose(w, n, k, bucket)
	if l == nil {
		return nil
	}
	l.num = noNumber
	l.name = func(r *row) string {
		var parts []string
		s.eachPart(k, r.id, func(p part, show *display) { parts = append(parts, partText(p, show)) })
		return strings.Join(parts, "|")
	}
	l.head = func(w *writer, r *row) {
		w.key("key")
		w.open('[')
		s.eachPart(k, r.id, func(p part, show *display) { writeMultiPart(w, p, show) })
		w.close(']')
		w.key("key_as_string")
		w.str(l.name(r))
	}
	return l
}

// eachPart takes the key of an entry apart.
func (s *multiTermsSpec) eachPart(k *keyed, entry int, visit func(part, *display)) {
	rest := k.texts[entry]
	for i, source := range s.sources {
		var p part
		p, rest = source.cut(rest, k.sources[i])
		visit(p, k.sources[i])
	}
}

func partText(p part, show *display) string {
	if show.isText() {
		return show.term(string(p.text))
	}
	return show.keyText(p.num)
}

// writeMultiPart prints a value of a key: text where it has a form of its own, else the number. Unsigned longs are numbers as in OpenSearch, whose REST test says so; Elasticsearch writes text.
func writeMultiPart(w *writer, p part, show *display) {
	switch {
	case show.isText():
		w.str(show.term(string(p.text)))
	case show.kind == document.Boolean:
		w.flag(p.num != 0)
	case show.kind == document.Date || show.decimal != nil:
		w.str(show.keyText(p.num))
	default:
		show.writeNumber(w, p.num)
	}
}
