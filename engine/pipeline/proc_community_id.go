package pipeline

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"net/netip"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// communityID names a flow as other tools do: https://github.com/corelight/community-id-spec
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/community-id-processor.html
type communityID struct {
	fields        map[string]string
	target        string
	seed          uint16
	ignoreMissing bool
}

func makeCommunityID(c *config) processor {
	p := &communityID{fields: map[string]string{}, target: c.optional("target_field", "network.community_id"), ignoreMissing: c.flag("ignore_missing", true)}
	for name, standard := range map[string]string{"source_ip": "source.ip", "source_port": "source.port", "destination_ip": "destination.ip", "destination_port": "destination.port",
		"iana_number": "network.iana_number", "icmp_type": "icmp.type", "icmp_code": "icmp.code", "transport": "network.transport"} {
		p.fields[name] = c.optional(name, standard)
	}
	seed := c.number("seed", 0)
	if seed < 0 || seed > 65535 {
		c.fail("seed", "must be a value between 0 and 65535")
	}
	p.seed = uint16(seed)
	return p
}

// transports are the protocols that have a name.
var transports = map[string]uint8{"icmp": 1, "igmp": 2, "tcp": 6, "udp": 17, "gre": 47, "icmp-ipv6": 58, "ipv6-icmp": 58, "icmpv6": 58, "icmp6": 58, "eigrp": 88, "ospf": 89, "pim": 103, "sctp": 132}

// counterparts are the ICMP types with their counterparts, by protocol.
var counterparts = map[uint8]map[uint8]uint8{
	1:  {8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 10: 9, 9: 10, 17: 18, 18: 17},
	58: {128: 129, 129: 128, 133: 134, 134: 133, 135: 136, 136: 135, 130: 131, 131: 130, 144: 145, 145: 144, 139: 140, 140: 139},
}

// flow is what the id is computed from.
type flow struct {
	src, dst         netip.Addr
	protocol         uint8
	srcPort, dstPort uint16
	ports            bool
	oneWay           bool
}

func (p *communityID) run(_ *run, d *Document) error {
	f, ok, err := p.flow(d)
	if err != nil {
		return err
	}
	if !ok {
		if p.ignoreMissing {
			return nil
		}
		return eserr.Illegal("unable to construct flow from document")
	}
	return d.set(p.target, f.id(p.seed))
}

func (p *communityID) text(d *Document, name string) string {
	v, ok := d.lookup(p.fields[name])
	if !ok {
		return ""
	}
	return text(v)
}

func (p *communityID) flow(d *Document) (f flow, ok bool, err error) {
	for name, into := range map[string]*netip.Addr{"source_ip": &f.src, "destination_ip": &f.dst} {
		s := p.text(d, name)
		if s == "" {
			return f, false, nil
		}
		a, err := netip.ParseAddr(s)
		if err != nil {
			return f, false, eserr.Illegal("'%s' is not an IP string literal.", clip(s))
		}
		*into = a.Unmap()
	}
	if f.protocol, ok, err = p.protocol(d); !ok || err != nil {
		return f, false, err
	}
	switch f.protocol {
	case 6, 17, 132:
		f.ports = true
		if f.srcPort, err = p.port(d, "source_port"); err == nil {
			f.dstPort, err = p.port(d, "destination_port")
		}
	case 1, 58:
		f.ports = true
		err = p.icmp(d, &f)
	}
	return f, err == nil, err
}

func (p *communityID) protocol(d *Document) (n uint8, ok bool, err error) {
	s := p.text(d, "iana_number")
	if s == "" {
		s = p.text(d, "transport")
	}
	if s == "" {
		return 0, false, nil
	}
	if n, ok := transports[strings.ToLower(s)]; ok {
		return n, true, nil
	}
	parsed, err := strconv.ParseUint(s, 10, 8)
	if err != nil {
		return 0, false, eserr.Illegal("could not convert string [%s] to transport protocol", clip(s))
	}
	return uint8(parsed), true, nil
}

func (p *communityID) port(d *Document, name string) (uint16, error) {
	s := p.text(d, name)
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 {
		return 0, eserr.Illegal("invalid %s port [%s]", strings.TrimSuffix(name, "_port"), clip(s))
	}
	return uint16(n), nil
}

// icmp puts type and code in the place of ports; a type with a counterpart makes the flow one of two directions.
func (p *communityID) icmp(d *Document, f *flow) error {
	var n [2]uint8
	for i, name := range []string{"icmp_type", "icmp_code"} {
		s := p.text(d, name)
		if s == "" {
			continue
		}
		v, err := strconv.ParseUint(s, 10, 8)
		if err != nil {
			return eserr.Illegal("invalid %s [%s]", strings.ReplaceAll(name, "_", " "), clip(s))
		}
		n[i] = uint8(v)
	}
	f.srcPort, f.dstPort = uint16(n[0]), uint16(n[1])
	other, ok := counterparts[f.protocol][n[0]]
	if ok {
		f.dstPort = uint16(other)
	}
	f.oneWay = !ok
	return nil
}

func (f flow) id(seed uint16) string {
	src, dst := f.src.AsSlice(), f.dst.AsSlice()
	if c := bytes.Compare(src, dst); !f.oneWay && (c > 0 || c == 0 && f.srcPort > f.dstPort) {
		src, dst, f.srcPort, f.dstPort = dst, src, f.dstPort, f.srcPort
	}
	b := binary.BigEndian.AppendUint16(nil, seed)
	b = append(append(append(b, src...), dst...), f.protocol, 0)
	if f.ports {
		b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, f.srcPort), f.dstPort)
	}
	sum := sha1.Sum(b)
	return "1:" + base64.StdEncoding.EncodeToString(sum[:])
}
