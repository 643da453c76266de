package demo

import "time"

// traffic draws the flow records of one network, one object's time after another.
type traffic struct {
	company *company
	network *network
	seed    uint64
	span    span
}

const (
	tcp  = 6
	udp  = 17
	icmp = 1
)

// slot returns the records that end in the time of one object from start, those of stories included.
func (t *traffic) slot(start time.Time, stories []flow) []flow {
	n := t.network
	d := newDice(t.seed, "flow/"+n.log, start.Unix())
	kinds := cumulate(24, 24, 20, 9, 9, 3, 7, 2.5, 1, 1.4, 0.1)
	draw := []func(dice) flow{t.visitor, t.inside, t.database, t.resolver, t.outbound, t.clock, t.scanner, t.tunnel, t.ping, t.nothing, t.skipped}
	var out []flow
	keep := func(f flow) {
		if first := t.span.from.Truncate(time.Second).Add(time.Second); f.start.Before(first) {
			f.start = first
		}
		if t.span.holds(f.end) && !f.end.Before(f.start) {
			out = append(out, f)
		}
	}
	for range d.poisson(n.perDay * n.every.Hours() / 24 * n.load(start)) {
		f := draw[kinds.draw(d)](d)
		f.end = start.Add(time.Duration(d.Int64N(int64(n.every))).Truncate(time.Second))
		f.start = f.end.Add(-time.Duration(5+d.IntN(56)) * time.Second)
		keep(f)
	}
	for _, f := range stories {
		keep(f)
	}
	return out
}

// between makes a conversation's record at one interface; half the time it is the answering direction.
func between(d dice, at *host, here, there string, port, proto int) flow {
	f := flow{host: at, src: there, dst: here, sport: 32768 + d.IntN(28000), dport: port, proto: proto}
	f.packets = 1 + int64(d.lognormal(9, 1.5))
	f.bytes = f.packets * int64(52+d.IntN(400))
	if d.chance(0.5) {
		f.reverse()
		f.bytes = f.packets * int64(200+d.IntN(1200))
	}
	return f
}

// reverse turns the record into that of the other direction.
func (f *flow) reverse() {
	f.src, f.dst, f.sport, f.dport = f.dst, f.src, f.dport, f.sport
	f.pktSrc, f.pktDst, f.srcService, f.dstService = f.pktDst, f.pktSrc, f.dstService, f.srcService
}

func some(d dice, from []host) *host { return &from[d.IntN(len(from))] }

func (t *traffic) visitor(d dice) flow {
	lb := some(d, t.network.balancers)
	from := t.company.pools["office-berlin"]
	if t.network.account == production {
		from = pick(d, t.company.visitors[:len(t.company.visitors)-3]) // no IPv6 in the flow logs
	}
	return between(d, lb, lb.ip, from.host(d), 443, tcp)
}

func (t *traffic) inside(d dice) flow {
	lb, web := some(d, t.network.balancers), some(d, t.network.web)
	return between(d, web, web.ip, lb.ip, 8080, tcp)
}

func (t *traffic) database(d dice) flow {
	client, db := some(d, t.network.web), some(d, t.network.data)
	if d.chance(0.25) {
		client = some(d, t.network.jobs)
	}
	port := 5432
	if db.name == "cache" {
		port = 6379
	}
	return between(d, db, db.ip, client.ip, port, tcp)
}

func (t *traffic) resolver(d dice) flow {
	client := some(d, t.network.web)
	f := between(d, client, t.network.prefix+".0.2", client.ip, 53, udp)
	f.packets = 1 + int64(d.IntN(3))
	f.bytes = f.packets * int64(60+d.IntN(120))
	return f
}

// outbound passes the NAT gateway, whose records carry the real end points as packet addresses.
func (t *traffic) outbound(d dice) flow {
	n := t.network
	client := some(d, n.jobs)
	if d.chance(0.5) {
		client = some(d, n.web)
	}
	f := between(d, &n.nat, t.company.pools["cloud-services"].host(d), n.nat.ip, 443, tcp)
	if f.src == n.nat.ip {
		f.pktSrc = client.ip
		f.dstService = "S3"
	} else {
		f.pktDst = client.ip
		f.srcService = "S3"
	}
	return f
}

func (t *traffic) clock(d dice) flow {
	client := some(d, t.network.web)
	f := between(d, client, "169.254.169.123", client.ip, 123, udp)
	f.packets, f.bytes = 1, 76
	return f
}

// scanner is the noise of the internet: a few packets to closed ports, from many addresses.
func (t *traffic) scanner(d dice) flow {
	n := t.network
	target := some(d, n.balancers)
	if d.chance(0.4) {
		target = &n.vpn
	}
	from := pick(d, []string{"scanner-1", "scanner-2", "scanner-3"})
	ports := []int{22, 22, 22, 23, 23, 25, 80, 110, 445, 445, 1433, 2222, 3306, 3389, 3389, 5060, 5432, 5900, 6379, 8080, 8081, 8443, 9200, 27017}
	f := flow{
		host: target, src: t.company.pools[from].host(d), dst: target.ip, reject: true, proto: tcp,
		sport: 30000 + d.IntN(30000), dport: pick(d, ports), packets: int64(1 + d.IntN(3)),
	}
	f.bytes = f.packets * 40
	return f
}

// tunnel is the people's VPN (WireGuard): no administration port is open to the internet.
func (t *traffic) tunnel(d dice) flow {
	vpn := &t.network.vpn
	from := t.company.pools[pick(d, []string{"home-berlin", "home-dublin", "office-berlin", "office-boston"})]
	f := between(d, vpn, vpn.ip, from.at(uint64(1+d.IntN(5))), 51820, udp)
	f.packets *= 8
	f.bytes *= 8
	return f
}

func (t *traffic) ping(d dice) flow {
	lb := some(d, t.network.balancers)
	f := between(d, lb, lb.ip, t.company.pools["monitoring"].at(9), 0, icmp)
	f.sport, f.dport = 0, 0
	f.packets, f.bytes = 4, 336
	return f
}

func (t *traffic) nothing(d dice) flow {
	return flow{host: some(d, t.network.data), status: "NODATA"}
}

func (t *traffic) skipped(d dice) flow {
	return flow{host: some(d, t.network.balancers), status: "SKIPDATA"}
}
