package ecs

import (
	"bytes"
	"net/netip"
)

// The lists of `related.*` but for addresses.
const (
	relatedUser = iota
	relatedHosts
	relatedHash
	relatedKinds
)

// RelatedIP adds an address to `related.ip`.
func (b *Builder) RelatedIP(a netip.Addr) {
	if a.IsValid() {
		from := int32(len(b.values))
		b.values = appendAddr(b.values, a)
		b.relateIP(a, span{from, int32(len(b.values))})
	}
}

// relateIP adds an address that is written among the values.
func (b *Builder) relateIP(a netip.Addr, text span) {
	for i := range b.ips {
		if b.ips[i].addr == a {
			return
		}
	}
	b.ips = append(b.ips, relatedIP{a, text})
}

// RelatedUser adds a name or id to `related.user`; an absent one is ignored.
func (b *Builder) RelatedUser(v []byte) { b.relate(relatedUser, v) }

// RelatedHost adds a host name to `related.hosts`; an absent one is ignored.
func (b *Builder) RelatedHost(v []byte) { b.relate(relatedHosts, v) }

// RelatedHash adds a hash to `related.hash`; an absent one is ignored.
func (b *Builder) RelatedHash(v []byte) { b.relate(relatedHash, v) }

func (b *Builder) relate(kind int, v []byte) {
	if Absent(v) {
		return
	}
	from := len(b.values)
	b.values = AppendString(b.values, v)
	text := b.values[from:]
	for _, s := range b.related[kind] {
		if bytes.Equal(b.values[s.from:s.to], text) {
			b.values = b.values[:from]
			return
		}
	}
	b.related[kind] = append(b.related[kind], span{int32(from), int32(len(b.values))})
}

// setRelated renders the lists that were collected.
func (b *Builder) setRelated() {
	if len(b.ips) > 0 {
		at := b.begin("related.ip")
		for i := range b.ips {
			b.values = append(b.values, "[,"[min(i, 1)], '"')
			b.values = append(b.values, b.values[b.ips[i].text.from:b.ips[i].text.to]...)
			b.values = append(b.values, '"')
		}
		b.values = append(b.values, ']')
		b.end(at)
	}
	for kind, name := range [relatedKinds]string{"related.user", "related.hosts", "related.hash"} {
		if len(b.related[kind]) == 0 {
			continue
		}
		at := b.begin(name)
		for i, s := range b.related[kind] {
			b.values = append(b.values, "[,"[min(i, 1)])
			b.values = append(b.values, b.values[s.from:s.to]...)
		}
		b.values = append(b.values, ']')
		b.end(at)
	}
}
