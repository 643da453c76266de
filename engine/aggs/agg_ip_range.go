package aggs

import (
	"cmp"
	"net/netip"
	"slices"
	"sort"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// ipRangeSpec is `ip_range`: buckets of addresses between bounds or in networks, which may overlap.
type ipRangeSpec struct {
	source source
	ranges []ipInterval // in order of their bounds
	keyed  bool
}

// ipInterval is a range of addresses as columns have them: from is included, to is not; empty is open.
type ipInterval struct {
	key      string
	from, to string
}

// maskBound marks the text of a network among bounds.
type maskBound string

func parseIPRange(o *options) spec {
	s := &ipRangeSpec{source: o.rawSource(), keyed: o.flag("keyed", false)}
	for _, raw := range o.list("ranges") {
		r, err := ipIntervalOf(parseRangeOf(o, raw, "from", "to", "mask"))
		if err != nil {
			o.refuse("ranges", err)
		}
		s.ranges = append(s.ranges, r)
	}
	o.checkRanges(len(s.ranges))
	slices.SortStableFunc(s.ranges, func(a, b ipInterval) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(bound(a.to), bound(b.to)))
	})
	return s
}

// bound makes an open upper bound the greatest.
func bound(to string) string {
	if to == "" {
		return "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	}
	return to
}

func ipIntervalOf(r rangeOf) (ipInterval, error) {
	out := ipInterval{key: r.key}
	if mask, ok := r.from.(maskBound); ok {
		return maskInterval(out, string(mask))
	}
	for _, side := range []struct {
		value any
		to    *string
	}{{r.from, &out.from}, {r.to, &out.to}} {
		if side.value == nil {
			continue
		}
		text, _ := side.value.(string)
		addr, err := netip.ParseAddr(text)
		if err != nil {
			return out, eserr.Illegal("'%v' is not an IP string literal.", side.value)
		}
		*side.to = document.IPKey(addr)
	}
	if out.key == "" {
		out.key = out.name()
	}
	return out, nil
}

// maskInterval is the range of a network.
func maskInterval(out ipInterval, mask string) (ipInterval, error) {
	prefix, err := netip.ParsePrefix(mask)
	if host, bits, ok := strings.Cut(mask, "/"); err != nil && ok {
		if _, bad := netip.ParseAddr(host); bad == nil {
			return out, eserr.Illegal("Illegal prefix length [%s] in [%s]. Must be 0-32 for IPv4 ranges, 0-128 for IPv6 ranges", bits, mask)
		}
	}
	if err != nil {
		return out, eserr.Illegal("Expected [ip/prefix] but was [%s]", mask)
	}
	prefix = prefix.Masked()
	out.from = document.IPKey(prefix.Addr())
	last := []byte(out.from)
	if prefix.Addr() == netip.IPv6Unspecified() {
		out.from = "" // open, as all addresses lie behind it
	}
	bits := prefix.Bits()
	if prefix.Addr().Is4() {
		bits += 96
	}
	for i := bits; i < 128; i++ {
		last[i/8] |= 0x80 >> (i % 8)
	}
	if next := netip.AddrFrom16([16]byte(last)).Next(); next.IsValid() {
		out.to = document.IPKey(next)
	}
	return out, nil
}

func (r ipInterval) name() string { return ipText(r.from) + "-" + ipText(r.to) }

func ipText(key string) string {
	if addr, ok := document.IPOf(key); ok {
		return addr.String()
	}
	return "*"
}

func (s *ipRangeSpec) typed(partial) string { return "ip_range" }

func (s *ipRangeSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	v, err := s.source.bind(n, ix, ipKind)
	if err != nil || v == nil {
		return nil, err
	}
	return func(seg *segmentState, _ bool) (collector, error) {
		c := &ipRangeCollector{fixedCollector: fixedCollector{seg: seg, width: len(s.ranges)}, reader: v.terms(seg)}
		if c.reader == nil {
			return nil, nil
		}
		for _, r := range s.ranges {
			c.ords = append(c.ords, c.reader.between(r.from, r.to))
		}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

// between are the ordinals of the terms from one (included) to another (excluded; empty is open).
func (r *termReader) between(from, to string) [2]uint32 {
	n := r.count()
	find := func(term string) uint32 {
		return uint32(sort.Search(n, func(i int) bool { return r.text(uint32(i)) >= term }))
	}
	out := [2]uint32{find(from), uint32(n)}
	if to != "" {
		out[1] = find(to)
	}
	return out
}

func (s *ipRangeSpec) list(w *writer, _ *node, p partial, bucket int) *list {
	f, _ := p.(*fixed)
	if !w.borrow(len(s.ranges)) {
		return nil
	}
	return &list{rows: f.rows(bucket, len(s.ranges)), keyed: s.keyed, num: noNumber, head: s.writeHead, name: func(r *row) string { return s.ranges[r.id].key }}
}

// writeHead prints the key of a range, unless it is keyed by it, and its bounds.
func (s *ipRangeSpec) writeHead(w *writer, row *row) {
	r := s.ranges[row.id]
	if !s.keyed {
		w.key("key")
		w.str(r.key)
	}
	if r.from != "" {
		w.key("from")
		w.str(ipText(r.from))
	}
	if r.to != "" {
		w.key("to")
		w.str(ipText(r.to))
	}
}

// An ipRangeCollector counts documents by the ranges of ordinals that one of their addresses lies in.
type ipRangeCollector struct {
	fixedCollector
	reader *termReader
	ords   [][2]uint32
}

func (c *ipRangeCollector) collect(docs, owners []uint32, buckets int) {
	docs, owners, ords := c.reader.read(docs, owners)
	c.docs, c.buckets = c.docs[:0], c.buckets[:0]
	start, owner := 0, uint32(0)
	for i, ord := range ords {
		if owners != nil {
			owner = owners[i]
		}
		if i == 0 || docs[i] != docs[i-1] || owners != nil && owners[i] != owners[i-1] {
			start = len(c.buckets)
		}
		base := owner * uint32(c.width)
		for b, r := range c.ords {
			if bucket := base + uint32(b); ord >= r[0] && ord < r[1] && !slices.Contains(c.buckets[start:], bucket) {
				c.docs, c.buckets = append(c.docs, docs[i]), append(c.buckets, bucket)
			}
		}
	}
	c.put(c.docs, c.buckets, buckets)
}
