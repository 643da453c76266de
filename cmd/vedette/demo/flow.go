package demo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Orders of columns: version 2 is AWS's default; the staging account chose its own, with fields up to version 5.
const (
	defaultColumns = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
	customColumns  = "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr pkt-dstaddr " +
		"protocol bytes packets start end action tcp-flags log-status region az-id pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path"
)

// host is a network interface and what it belongs to.
type host struct {
	name, ip, eni, subnet, instance, zone string
}

// network is a VPC with a flow log.
type network struct {
	account, region string
	vpc, log        string // vpc-…, fl-…
	prefix          string // first two octets
	custom          bool
	every           time.Duration // time between two objects
	perDay          float64       // records
	load            curve
	balancers       []host
	web, data, jobs []host
	nat, vpn        host
}

// flow is one flow log record.
type flow struct {
	host           *host
	src, dst       string
	sport, dport   int
	proto          int
	packets, bytes int64
	start, end     time.Time
	reject         bool
	status         string // "": OK
	pktSrc, pktDst string // "": src and dst
	srcService     string // AWS service behind pktSrc, "" for none
	dstService     string
}

func (n *network) host(name, tail, zone string) host {
	id := n.account + n.region + name
	instance := "i-0" + fixed("i/"+id, hexDigits, 16)
	if name == "nat" || name[:2] == "lb" {
		instance = "-"
	}
	return host{
		name: name, ip: n.prefix + "." + tail, zone: zone, instance: instance,
		eni:    "eni-0" + fixed("eni/"+id, hexDigits, 16),
		subnet: "subnet-0" + fixed("subnet/"+n.account+n.region+tail[:2], hexDigits, 16),
	}
}

// networks returns the VPCs with flow logs. The hosts' third octet tells the subnet: 0 and 1 public, 11 private, 21 data.
func networks() []*network {
	vpc := func(account, region, prefix, zones string, perDay float64, load curve, web, jobs int) *network {
		n := &network{account: account, region: region, prefix: prefix, perDay: perDay, load: load, every: slot}
		n.vpc = "vpc-0" + fixed("vpc/"+account+region, hexDigits, 16)
		n.log = "fl-0" + fixed("fl/"+account+region, hexDigits, 16)
		zone := func(i int) string { return zones + "-az" + strconv.Itoa(1+i%2) }
		for i := range 2 {
			n.balancers = append(n.balancers, n.host(fmt.Sprint("lb", i), fmt.Sprintf("%d.10", i), zone(i)))
		}
		for i := range web {
			n.web = append(n.web, n.host(fmt.Sprint("web", i), fmt.Sprintf("11.%d", 20+i), zone(i)))
		}
		for i := range jobs {
			n.jobs = append(n.jobs, n.host(fmt.Sprint("worker", i), fmt.Sprintf("11.%d", 30+i), zone(i)))
		}
		for i, name := range []string{"postgres", "postgres-replica", "cache"} {
			n.data = append(n.data, n.host(name, fmt.Sprintf("21.%d", 10+i), zone(i)))
		}
		n.nat = n.host("nat", "0.5", zone(0))
		n.vpn = n.host("vpn", "0.6", zone(0))
		return n
	}
	out := []*network{
		vpc(production, "eu-central-1", "10.10", "euc1", 52000, shopping(1), 6, 3),
		vpc(production, "us-east-1", "10.20", "use1", 21000, shopping(-5), 3, 1),
		vpc(staging, "eu-central-1", "10.30", "euc1", 14000, working(1), 2, 1),
		vpc(development, "eu-west-1", "10.40", "euw1", 7000, working(0), 2, 1),
	}
	out[2].custom = true
	out[2].every, out[3].every = 2*slot, 2*slot // the quiet ones have less to deliver
	return out
}

// columns is the header line of the network's flow log.
func (n *network) columns() string {
	if n.custom {
		return customColumns
	}
	return defaultColumns
}

// appendFlow appends a record in the network's format.
func (n *network) appendFlow(b []byte, f *flow) []byte {
	if f.status != "" {
		return n.appendGap(b, f)
	}
	action := "ACCEPT"
	if f.reject {
		action = "REJECT"
	}
	number := func(v int64) { b = strconv.AppendInt(append(b, ' '), v, 10) }
	text := func(s string) { b = append(append(b, ' '), s...) }
	if !n.custom {
		b = append(b, "2 "+n.account+" "+f.host.eni+" "+f.src+" "+f.dst...)
		number(int64(f.sport))
		number(int64(f.dport))
		number(int64(f.proto))
		number(f.packets)
		number(f.bytes)
		number(f.start.Unix())
		number(f.end.Unix())
		return append(b, " "+action+" OK"...)
	}
	b = append(b, "5 "+n.vpc+" "+f.host.subnet+" "+f.host.instance+" "+f.host.eni+" "+n.account+" IPv4 "+f.src+" "+f.dst...)
	number(int64(f.sport))
	number(int64(f.dport))
	text(either(f.pktSrc, f.src))
	text(either(f.pktDst, f.dst))
	number(int64(f.proto))
	number(f.bytes)
	number(f.packets)
	number(f.start.Unix())
	number(f.end.Unix())
	text(action)
	number(f.flags())
	b = append(b, " OK "+n.region+" "+f.host.zone...)
	text(either(f.srcService, "-"))
	text(either(f.dstService, "-"))
	if f.src == f.host.ip { // egress
		path := " egress 1"
		if !strings.HasPrefix(f.dst, "10.") && !strings.HasPrefix(f.dst, "169.254.") {
			path = " egress 8"
		}
		return append(b, path...)
	}
	return append(b, " ingress -"...)
}

// appendGap appends a NODATA or SKIPDATA record: only ids, times and the status are known.
func (n *network) appendGap(b []byte, f *flow) []byte {
	times := " " + strconv.FormatInt(f.start.Unix(), 10) + " " + strconv.FormatInt(f.end.Unix(), 10)
	if !n.custom {
		return append(b, "2 "+n.account+" "+f.host.eni+" - - - - - - -"+times+" - "+f.status...)
	}
	return append(b, "5 "+n.vpc+" "+f.host.subnet+" "+f.host.instance+" "+f.host.eni+" "+n.account+
		" - - - - - - - - - -"+times+" - - "+f.status+" "+n.region+" "+f.host.zone+" - - - -"...)
}

// flags are the OR of the TCP flags in the interval: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
func (f *flow) flags() int64 {
	switch {
	case f.proto != 6:
		return 0
	case f.reject:
		return 2 // SYN
	case f.sport < f.dport || f.dport > 32767:
		return 19 // FIN, SYN, ACK: the answering side
	}
	return 3 // FIN, SYN
}

func either(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// render returns one object: header and records by end time. It sorts flows.
func (n *network) render(b []byte, flows []flow) []byte {
	slices.SortStableFunc(flows, func(a, b flow) int { return a.end.Compare(b.end) })
	b = append(append(b, n.columns()...), '\n')
	for i := range flows {
		b = append(n.appendFlow(b, &flows[i]), '\n')
	}
	return b
}
