package vpcflow

import (
	"bytes"
	"strings"

	"github.com/vedette-siem/vedette/ingest"
)

// column is a field of flow logs; its value is its place in a row.
type column uint8

const (
	colVersion column = iota
	colAccount
	colSrcAddr
	colDstAddr
	colSrcPort
	colDstPort
	colProtocol
	colPackets
	colBytes
	colStart
	colEnd
	colAction
	colStatus
	colInstance
	colTCPFlags
	colPktSrcAddr
	colPktDstAddr
	colRegion
	colZone
	colDirection
	colClusterARN
	colClusterName
	colContainer
	colInstanceARN
	colInstanceID
	colService
	colReject
	colNamed // the first of those that keep their names below aws.vpcflow
)

// special are the fields that have places of their own in ECS.
var special = [colNamed]string{
	"version", "account-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end",
	"action", "log-status", "instance-id", "tcp-flags", "pkt-srcaddr", "pkt-dstaddr", "region", "az-id", "flow-direction",
	"ecs-cluster-arn", "ecs-cluster-name", "ecs-container-id", "ecs-container-instance-arn", "ecs-container-instance-id",
	"ecs-service-name", "reject-reason",
}

// form says how a named field is kept.
type form uint8

const (
	asKeyword form = iota
	asLong
	asTag // percent-encoded
)

// named are the others, in the order in which they are rendered.
var named = [...]struct {
	name string
	form form
}{
	{"interface-id", asKeyword}, {"resource-id", asKeyword}, {"vpc-id", asKeyword}, {"subnet-id", asKeyword}, {"type", asKeyword},
	{"sublocation-type", asKeyword}, {"sublocation-id", asKeyword},
	{"pkt-src-aws-service", asKeyword}, {"pkt-dst-aws-service", asKeyword}, {"traffic-path", asKeyword},
	{"ecs-second-container-id", asKeyword}, {"ecs-task-definition-arn", asKeyword}, {"ecs-task-arn", asKeyword}, {"ecs-task-id", asKeyword},
	{"encryption-status", asKeyword},
	{"instance-tag", asTag}, {"instance-tag-2", asTag}, {"interface-tag", asTag}, {"interface-tag-2", asTag}, {"asg-tag", asTag}, {"asg-tag-2", asTag},
	{"interface-type", asKeyword}, {"next-hop-interface-id", asKeyword}, {"next-hop-subnet-id", asKeyword}, {"next-hop-az-id", asKeyword},
	{"next-hop-vpc-id", asKeyword}, {"next-hop-interface-type", asKeyword},
	{"resource-type", asKeyword}, {"tgw-id", asKeyword}, {"tgw-attachment-id", asKeyword}, {"tgw-src-vpc-account-id", asKeyword},
	{"tgw-dst-vpc-account-id", asKeyword}, {"tgw-src-vpc-id", asKeyword}, {"tgw-dst-vpc-id", asKeyword}, {"tgw-src-subnet-id", asKeyword},
	{"tgw-dst-subnet-id", asKeyword}, {"tgw-src-eni", asKeyword}, {"tgw-dst-eni", asKeyword}, {"tgw-src-az-id", asKeyword},
	{"tgw-dst-az-id", asKeyword}, {"tgw-pair-attachment-id", asKeyword},
	{"packets-lost-no-route", asLong}, {"packets-lost-blackhole", asLong}, {"packets-lost-mtu-exceeded", asLong}, {"packets-lost-ttl-expired", asLong},
}

// columns is how many a row has: the known ones, and one that takes unknown fields.
const (
	colUnknown = colNamed + column(len(named))
	columns    = colUnknown + 1
)

// table knows the columns by name and the field names of the named ones. It is immutable.
type table struct {
	byName map[string]column
	fields [len(named)]string
}

func newTable() *table {
	t := &table{byName: make(map[string]column)}
	for i, name := range special {
		t.byName[name] = column(i)
	}
	for i, n := range named {
		t.byName[n.name] = colNamed + column(i)
		t.fields[i] = "aws.vpcflow." + strings.ReplaceAll(n.name, "-", "_")
	}
	return t
}

// layout is the order of columns in a line.
type layout struct {
	columns []column
	names   []string // of unknown columns, by position; "" for known ones
	has     [columns]bool
	named   []int // the named ones among them, in the order of rendering
}

// layout makes a layout of field names.
func (t *table) layout(names []string) *layout {
	l := &layout{}
	for _, name := range names {
		c, known := t.byName[name]
		unknown := ""
		if !known {
			c, unknown = colUnknown, name
		}
		l.columns, l.names = append(l.columns, c), append(l.names, unknown)
		l.has[c] = true
	}
	for i := range named {
		if l.has[colNamed+column(i)] {
			l.named = append(l.named, i)
		}
	}
	return l
}

// configured reads a format as AWS's consoles show it: `${version} ${account-id}`, with or without `$` and braces.
func (t *table) configured(format string) *layout {
	names := strings.FieldsFunc(format, func(r rune) bool { return strings.ContainsRune("${}, \t", r) })
	if len(names) == 0 {
		return nil
	}
	return t.layout(names)
}

// standard is the default format.
func (t *table) standard() *layout {
	return t.layout(strings.Fields("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"))
}

// header reads a header line; nil for anything else. maxColumns bounds what is taken for one.
func (t *table) header(line []byte) *layout {
	const maxColumns = 256
	first, rest, _ := bytes.Cut(line, []byte(" "))
	if len(first) == 0 || first[0] < 'a' || first[0] > 'z' || !ingest.IsFlowField(string(first)) {
		return nil
	}
	names := strings.Fields(string(line))
	if len(names) > maxColumns || (len(bytes.TrimSpace(rest)) > 0 && !ingest.IsFlowField(names[1])) {
		return nil
	}
	return t.layout(names)
}
