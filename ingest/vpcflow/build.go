package vpcflow

import (
	"bytes"
	"net/url"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// build checks the row and emits its event. Fields come in one order whatever the layout is.
func (s *session) build(rec *record, l *layout) error {
	v := &s.row.values
	start, end, reason := s.times(rec)
	if reason == "" {
		reason = s.invalid(l)
	}
	if reason != "" {
		return s.fail(rec, reason)
	}
	status := string(v[colStatus])
	if status == "NODATA" && s.options.DropNoData {
		s.counts.Omitted()
		return nil
	}
	ms := end
	if ms == 0 {
		ms = start
	}
	if ms == 0 {
		ms = rec.ms
	}
	id := s.id(rec)
	s.b.Begin(rec.offset)
	s.b.CloudWatch(&s.cloudWatch)
	s.b.Timestamp(ms)
	if start != 0 {
		s.b.Time("event.start", start)
	}
	if end != 0 {
		s.b.Time("event.end", end)
	}
	s.verdict(status)
	s.cloud()
	if status != "NODATA" && status != "SKIPDATA" {
		s.flow()
	}
	s.containers()
	s.own()
	s.b.Original(rec.line)
	if status == "SKIPDATA" {
		s.counts.Lost++
	}
	s.counts.Seen(ms)
	return s.emit(s.b.Document(id))
}

// times reads start and end in milliseconds; 0 where the column is absent.
func (s *session) times(rec *record) (start, end int64, reason string) {
	v := &s.row.values
	var ok bool
	if v[colStart] != nil {
		if start, ok = epoch(v[colStart]); !ok {
			return 0, 0, "start is not a time in seconds"
		}
	}
	if v[colEnd] != nil {
		if end, ok = epoch(v[colEnd]); !ok {
			return 0, 0, "end is not a time in seconds"
		}
	}
	if start == 0 && end == 0 && rec.ms == 0 {
		return 0, 0, "it has no time: neither end nor start"
	}
	return start, end, ""
}

// invalid tells why the row cannot be what its layout says; "" when it can.
func (s *session) invalid(l *layout) string {
	v := &s.row.values
	if l.has[colStatus] {
		switch string(v[colStatus]) {
		case "OK", "NODATA", "SKIPDATA":
		default:
			return "log-status is none of OK, NODATA, SKIPDATA"
		}
	}
	for _, c := range [...]column{colSrcPort, colDstPort, colProtocol, colPackets, colBytes, colTCPFlags} {
		if v[c] == nil {
			continue
		}
		if n, ok := ecs.ParseLong(v[c]); !ok || n < 0 {
			return special[c] + " is not a number"
		}
	}
	return ""
}

// verdict sets what became of the traffic.
func (s *session) verdict(status string) {
	b, v := s.b, &s.row.values
	b.Keyword("aws.vpcflow.log_status", status)
	b.Keywords("event.category", "network")
	switch {
	case status == "NODATA" || status == "SKIPDATA":
		b.Keyword("event.outcome", "unknown")
		b.Keywords("event.type", "info")
	case string(v[colAction]) == "ACCEPT":
		b.Keyword("event.action", "accept")
		b.Keyword("event.outcome", "success")
		b.Keywords("event.type", "connection", "allowed")
	case string(v[colAction]) == "REJECT":
		b.Keyword("event.action", "reject")
		b.Keyword("event.outcome", "failure")
		b.Keywords("event.type", "connection", "denied")
	default: // Transit Gateways have no action
		b.KeywordBytes("event.action", bytes.ToLower(v[colAction]))
		b.Keywords("event.type", "connection")
	}
	b.KeywordBytes("event.reason", v[colReject])
}

// cloud sets where the interface is; the object's key says what the record does not.
func (s *session) cloud() {
	b, v := s.b, &s.row.values
	if account := v[colAccount]; account != nil && string(account) != "unknown" {
		b.KeywordBytes("cloud.account.id", account)
	} else {
		b.Keyword("cloud.account.id", s.place.Account)
	}
	if v[colRegion] != nil {
		b.KeywordBytes("cloud.region", v[colRegion])
	} else {
		b.Keyword("cloud.region", s.place.Region)
	}
	b.KeywordBytes("cloud.availability_zone", v[colZone])
	b.KeywordBytes("cloud.instance.id", v[colInstance])
}

// flow sets who talked to whom.
func (s *session) flow() {
	b, v := s.b, &s.row.values
	source, ok := b.Address("source.address", "source.ip", v[colSrcAddr])
	b.LongBytes("source.port", v[colSrcPort])
	b.LongBytes("source.packets", v[colPackets])
	b.LongBytes("source.bytes", v[colBytes])
	destination, ok2 := b.Address("destination.address", "destination.ip", v[colDstAddr])
	b.LongBytes("destination.port", v[colDstPort])
	if !ok {
		source, ok = destination, ok2
	}
	if ok {
		family := "ipv6"
		if source.Is4() {
			family = "ipv4"
		}
		b.Keyword("network.type", family)
	}
	if v[colProtocol] != nil {
		b.KeywordBytes("network.iana_number", v[colProtocol])
		b.Keyword("network.transport", transport(v[colProtocol]))
	}
	b.LongBytes("network.packets", v[colPackets])
	b.LongBytes("network.bytes", v[colBytes])
	b.KeywordBytes("network.direction", v[colDirection])
	s.packet("aws.vpcflow.pkt_srcaddr", v[colPktSrcAddr])
	s.packet("aws.vpcflow.pkt_dstaddr", v[colPktDstAddr])
	s.flags()
}

// packet sets the address inside the packets, which differs from the interface's for gateways and pods.
func (s *session) packet(name string, v []byte) {
	if a, ok := ecs.ParseIP(v); ok {
		s.b.IP(name, a)
	}
}

// tcpFlags by bit, OR-ed over the interval.
var tcpFlags = [...]struct {
	bit  int64
	name string
}{{1, "fin"}, {2, "syn"}, {4, "rst"}, {8, "psh"}, {16, "ack"}, {32, "urg"}}

func (s *session) flags() {
	v := s.row.values[colTCPFlags]
	bits, ok := ecs.ParseLong(v)
	if !ok {
		return
	}
	s.b.KeywordBytes("aws.vpcflow.tcp_flags", v)
	var names [len(tcpFlags)]string
	n := 0
	for _, f := range tcpFlags {
		if bits&f.bit != 0 {
			names[n] = f.name
			n++
		}
	}
	s.b.Keywords("aws.vpcflow.tcp_flags_array", names[:n]...)
}

// containers sets the members of ECS tasks.
func (s *session) containers() {
	b, v := s.b, &s.row.values
	if v[colClusterARN] != nil || v[colClusterName] != nil {
		b.Keyword("orchestrator.type", "ecs")
	}
	b.KeywordBytes("orchestrator.cluster.id", v[colClusterARN])
	b.KeywordBytes("orchestrator.cluster.name", v[colClusterName])
	b.KeywordBytes("orchestrator.resource.name", v[colInstanceARN])
	b.KeywordBytes("orchestrator.resource.id", v[colInstanceID])
	b.KeywordBytes("container.id", v[colContainer])
	b.KeywordBytes("service.name", v[colService])
}

// own sets the fields that keep their names, and what is not known.
func (s *session) own() {
	b, v := s.b, &s.row.values
	b.KeywordBytes("aws.vpcflow.version", v[colVersion])
	for _, i := range s.row.layout.named {
		value := v[colNamed+column(i)]
		if value == nil {
			continue
		}
		switch named[i].form {
		case asLong:
			b.LongBytes(s.table.fields[i], value)
		case asTag:
			b.Keyword(s.table.fields[i], unescape(value))
		default:
			b.KeywordBytes(s.table.fields[i], value)
		}
	}
	s.extras()
}

// unescape decodes percent-encoding; text that is none stays as it is.
func unescape(v []byte) string {
	if text, err := url.PathUnescape(string(v)); err == nil {
		return text
	}
	return string(v)
}

// extras keeps the columns that are not known under aws.vpcflow.extra and counts them by name.
func (s *session) extras() {
	if len(s.row.extras) == 0 {
		return
	}
	out := append(s.scratch[:0], '{')
	for _, x := range s.row.extras {
		s.counts.ExtraField([]byte(x.name))
		if ecs.Absent(x.value) {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(ecs.AppendString(out, x.name), ':')
		out = ecs.AppendString(out, x.value)
	}
	if len(out) > 1 {
		s.b.JSON("aws.vpcflow.extra", append(out, '}'))
	}
	s.scratch = out
}

// transport names the protocols that have a name in ECS's sense; "" for others
// (https://www.iana.org/assignments/protocol-numbers).
func transport(number []byte) string {
	switch string(number) {
	case "0":
		return "hopopt"
	case "1":
		return "icmp"
	case "2":
		return "igmp"
	case "6":
		return "tcp"
	case "8":
		return "egp"
	case "17":
		return "udp"
	case "33":
		return "dccp"
	case "41":
		return "ipv6"
	case "47":
		return "gre"
	case "50":
		return "esp"
	case "51":
		return "ah"
	case "58":
		return "ipv6-icmp"
	case "88":
		return "eigrp"
	case "89":
		return "ospf"
	case "103":
		return "pim"
	case "112":
		return "vrrp"
	case "132":
		return "sctp"
	}
	return ""
}
