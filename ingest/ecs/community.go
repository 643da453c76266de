package ecs

import (
	"crypto/sha1" // the algorithm is part of the format, and nothing is protected by it
	"encoding/base64"
	"encoding/binary"
	"net/netip"
)

// CommunityID is the flow's id, version 1 with seed 0 (https://github.com/corelight/community-id-spec): the same for both
// directions. It is empty for protocols without ports (only TCP, UDP and SCTP have one here, since flow logs do not
// carry the ICMP type) and for addresses of different families.
//
// It is a function of stored columns and therefore not stored; whoever reads a flow may compute it.
func CommunityID(source, destination netip.AddrPort, protocol uint8) string {
	switch protocol {
	case 6, 17, 132:
	default:
		return ""
	}
	a, b := source, destination
	if !a.Addr().IsValid() || a.Addr().BitLen() != b.Addr().BitLen() {
		return ""
	}
	if b.Compare(a) < 0 {
		a, b = b, a
	}
	flow := make([]byte, 2, 40)
	flow = append(flow, a.Addr().AsSlice()...)
	flow = append(flow, b.Addr().AsSlice()...)
	flow = append(flow, protocol, 0)
	flow = binary.BigEndian.AppendUint16(flow, a.Port())
	flow = binary.BigEndian.AppendUint16(flow, b.Port())
	sum := sha1.Sum(flow)
	return "1:" + base64.StdEncoding.EncodeToString(sum[:])
}
