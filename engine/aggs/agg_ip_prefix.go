package aggs

import (
	"net/netip"
	"slices"
	"strconv"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// ipPrefixSpec is `ip_prefix`: one bucket for each network of a length that addresses lie in. As in Elasticsearch addresses of the other family count too: with is_ipv6 an address of IPv4
// is one of ::ffff:0:0/96, without it the last four bytes count of an address of IPv6. See IpPrefixAggregator.maskIpAddress,
// https://github.com/elastic/elasticsearch/blob/8.19/server/src/main/java/org/elasticsearch/search/aggregations/bucket/prefix/IpPrefixAggregator.java.
type ipPrefixSpec struct {
	source      source
	bits        int   // of the network, in the family's own count
	asked       int64 // prefix_length of the request, which is too long for the family if it is not bits
	six         bool
	minDocCount int64
	appended    bool // append_prefix_length
	keyed       bool
}

func parseIPPrefix(o *options) spec {
	s := &ipPrefixSpec{source: o.rawSource(), six: o.flag("is_ipv6", false), minDocCount: o.whole("min_doc_count", 1), appended: o.flag("append_prefix_length", false), keyed: o.flag("keyed", false)}
	most := int64(32)
	if s.six {
		most = 128
	}
	bits := o.whole("prefix_length", 0)
	switch {
	case o.get("prefix_length") == nil:
		o.fail(eserr.Shard(eserr.IllegalArgument, "[prefix_length] must be in range [0, %d] while value is [-1]", most))
	case bits < 0:
		if !o.before("is_ipv6", "prefix_length") { // it is checked when it is read, by the family that is known then
			most = 32
		}
		o.refuse("prefix_length", eserr.Illegal("[prefix_length] must be in range [0, %d] while value is [%d]", most, bits))
	}
	if s.minDocCount < 1 {
		o.refuse("min_doc_count", eserr.Illegal("[min_doc_count] must be in range [1, 2147483647] while value is [%d]", s.minDocCount))
	}
	s.asked = bits
	s.bits = int(min(max(bits, 0), most))
	return s
}

func (s *ipPrefixSpec) typed(partial) string { return "ip_prefix" }

func (s *ipPrefixSpec) bind(n *node, ix *Index, subs []binding) (binding, error) {
	v, err := s.source.bind(n, ix, ipKind)
	if err != nil || v == nil {
		return nil, err
	}
	if s.asked != int64(s.bits) {
		return nil, eserr.Shard(eserr.IllegalArgument, "[prefix_length] must be in range [0, %d] while value is [%d]", s.bits, s.asked)
	}
	return func(seg *segmentState, single bool) (collector, error) {
		c := &keyedCollector{seg: seg, name: n.name, show: v.show, single: single, slots: emptySlots{}}
		if r := v.terms(seg); r != nil {
			c.slots = s.open(seg, r)
		}
		var err error
		c.subs, err = collectors(subs, seg, false)
		return c, err
	}, nil
}

// network is the first address of the one that an address lies in.
func (s *ipPrefixSpec) network(key string) string {
	addr, ok := document.IPOf(key)
	if !ok {
		panic("BUG: aggs: a column of addresses has one that is none")
	}
	bytes := addr.As16()
	addr = netip.AddrFrom16(bytes)
	if !s.six {
		addr = netip.AddrFrom4([4]byte(bytes[12:]))
	}
	prefix, err := addr.Prefix(s.bits)
	if err != nil {
		panic("BUG: aggs: " + err.Error())
	}
	return document.IPKey(prefix.Masked().Addr())
}

// open numbers the networks of a segment's addresses in order.
func (s *ipPrefixSpec) open(seg *segmentState, r *termReader) slots {
	out := &prefixSlots{termReader: r}
	if seg.take(4 * r.count()); seg.err != nil {
		return emptySlots{}
	}
	networkOf := make([]string, 0, r.count())
	ords := make([]uint32, r.count())
	for i := range ords {
		ords[i] = uint32(i)
	}
	r.texts(ords, func(term []byte) {
		network := s.network(string(term))
		if n := len(networkOf); n > 0 && networkOf[n-1] == network { // share the text
			network = networkOf[n-1]
		}
		networkOf = append(networkOf, network)
	})
	out.networks = slices.Compact(slices.Sorted(slices.Values(networkOf)))
	out.networkOf = make([]uint32, len(networkOf))
	for i, network := range networkOf {
		at, _ := slices.BinarySearch(out.networks, network)
		out.networkOf[i] = uint32(at)
	}
	return out
}

func (s *ipPrefixSpec) list(w *writer, _ *node, p partial, bucket int) *list {
	k, _ := p.(*keyed)
	from, to := k.entries(bucket)
	if !w.borrow(to - from) {
		return nil
	}
	l := &list{keyed: s.keyed, num: noNumber}
	for e := from; e < to; e++ {
		if k.counts[e] >= s.minDocCount {
			l.rows = append(l.rows, k.row(e))
		}
	}
	l.name = func(r *row) string {
		if s.appended {
			return ipText(k.texts[r.id]) + "/" + strconv.Itoa(s.bits)
		}
		return ipText(k.texts[r.id])
	}
	l.head = func(w *writer, r *row) {
		if !s.keyed {
			w.key("key")
			w.str(l.name(r))
		}
		if !s.six {
			w.key("netmask")
			w.str(s.netmask())
		}
	}
	l.tail = s.writeTail
	return l
}

func (s *ipPrefixSpec) writeTail(w *writer, _ *row) {
	w.key("is_ipv6")
	w.flag(s.six)
	w.key("prefix_length")
	w.whole(int64(s.bits))
}

func (s *ipPrefixSpec) netmask() string {
	mask := ^uint32(0) << (32 - s.bits)
	return netip.AddrFrom4([4]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)}).String()
}

// prefixSlots are the networks of the addresses of a segment, ascending.
type prefixSlots struct {
	*termReader
	networks     []string
	networkOf    []uint32 // by ordinal
	docs, owners []uint32
	out          []uint32
}

func (p *prefixSlots) count() int              { return len(p.networks) }
func (p *prefixSlots) ordered() bool           { return true }
func (p *prefixSlots) text(slot uint32) string { return p.networks[slot] }
func (p *prefixSlots) num(uint32) int64        { return 0 }
func (p *prefixSlots) allowed(uint32) bool     { return true }
func (p *prefixSlots) bytes() int              { return 4*len(p.networkOf) + 32*len(p.networks) }

// read has each network of a document once, or as in Elasticsearch again where another one lies between its addresses.
func (p *prefixSlots) read(docs, owners []uint32) ([]uint32, []uint32, []uint32) {
	d, o, ords := p.termReader.read(docs, owners)
	p.docs, p.owners, p.out = p.docs[:0], p.owners[:0], p.out[:0]
	for i, ord := range ords {
		slot, n := p.networkOf[ord], len(p.out)
		same := n > 0 && i > 0 && d[i] == d[i-1] && (o == nil || o[i] == o[i-1]) && p.docs[n-1] == d[i] && p.out[n-1] == slot
		if same {
			continue
		}
		p.docs, p.out = append(p.docs, d[i]), append(p.out, slot)
		if o != nil {
			p.owners = append(p.owners, o[i])
		}
	}
	if o == nil {
		return p.docs, nil, p.out
	}
	return p.docs, p.owners, p.out
}
