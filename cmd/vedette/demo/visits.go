package demo

import (
	"slices"
	"strings"
	"time"
)

// visits draws the requests to one load balancer, one object's time after another.
type visits struct {
	company  *company
	balancer *balancer
	seed     uint64
	span     span
}

// slot returns the requests that end in the time of one object from start, by node, in time order.
func (v *visits) slot(start time.Time, stories []request) [][]request {
	b := v.balancer
	d := newDice(v.seed, "web/"+b.name, start.Unix())
	out := make([][]request, len(b.nodes))
	end := start.Add(b.every)
	put := func(r request) {
		if r.at.Before(end) && v.span.holds(r.at) && v.span.holds(r.created()) {
			node := r.port % len(b.nodes)
			out[node] = append(out[node], r)
		}
	}
	v.uptime(d, start, put)
	for left := d.poisson(b.perDay * b.every.Hours() / 24 * b.load(start)); left > 0; {
		left -= v.session(d, start, left, put)
	}
	for _, r := range stories {
		put(r)
	}
	for _, requests := range out {
		slices.SortStableFunc(requests, func(a, b request) int { return a.at.Compare(b.at) })
	}
	return out
}

// uptime is the monitoring service's question once a minute.
func (v *visits) uptime(d dice, start time.Time, put func(request)) {
	for at := start; at.Before(start.Add(v.balancer.every)); at = at.Add(time.Minute) {
		r := v.request(d, "/health")
		r.at, r.agent = at.Add(time.Duration(7000+d.IntN(900))*time.Millisecond), "ExampleUptime/2.1 (+https://uptime.example.com)"
		r.client = v.company.pools["monitoring"].at(uint64(3 + d.IntN(3)))
		r.latency, r.sent = 0.002, 212
		put(r)
	}
}

// session is one client with some requests in a row, at most limit. It returns their number.
func (v *visits) session(d dice, start time.Time, limit int, put func(request)) int {
	client, agent, next := v.visitor(d)
	n := min(limit, 1+d.poisson(7))
	at := start.Add(time.Duration(d.Int64N(int64(v.balancer.every))))
	end := start.Add(v.balancer.every)
	typ, port := pick(d, []string{"h2", "h2", "https"}), 1024+d.IntN(64000)
	for i := range n {
		if !at.Before(end) {
			at = at.Add(-v.balancer.every) // the rest belongs to another session of this client
		}
		method, path := next(i)
		r := v.request(d, path)
		r.at, r.client, r.agent, r.method, r.typ, r.port = at, client, agent, method, typ, port
		if strings.HasPrefix(path, "/old-catalog") || d.chance(0.01) {
			r.toPlain(v.balancer)
		}
		r.url = v.balancer.url(r.typ, path)
		v.outcome(d, &r, path)
		put(r)
		at = at.Add(time.Duration(d.lognormal(1.6, 1.1) * float64(time.Second)))
	}
	return n
}

// toPlain makes the request one without TLS, which the load balancer redirects.
func (r *request) toPlain(b *balancer) {
	if b.classic {
		r.typ = "http"
		return
	}
	r.typ, r.target, r.status, r.tstatus, r.latency = "http", "", 301, 0, -1
	r.action, r.redirect = "redirect", "https://"+b.domain+":443/"
}

// request fills a request with what an ordinary answer looks like.
func (v *visits) request(d dice, path string) request {
	r := request{
		method: "GET", typ: "h2", port: 1024 + d.IntN(64000), target: pick(d, v.balancer.targets), status: 200, tstatus: 200,
		latency: min(d.lognormal(0.022, 0.9), 25), received: int64(d.lognormal(340, 0.5)), sent: int64(d.lognormal(5200, 1.2)),
		url: v.balancer.url("h2", path),
	}
	if v.balancer.classic {
		r.typ = "https"
	}
	switch {
	case strings.HasPrefix(path, "/search") || strings.Contains(path, "/search?"):
		r.latency *= 6
	case strings.HasPrefix(path, "/checkout") || strings.Contains(path, "/orders"):
		r.latency *= 9
	case strings.HasPrefix(path, "/static"):
		r.latency *= 0.2
		r.sent *= 4
	}
	r.latency = min(r.latency, 25)
	return r
}

// outcome draws the status of a request that was not redirected.
func (v *visits) outcome(d dice, r *request, path string) {
	if r.redirect != "" {
		return
	}
	set := func(status int) { r.status, r.tstatus = status, status }
	p := d.Float64()
	switch {
	case slices.Contains(probes(), path):
		set(404)
		r.sent = 548
	case strings.HasPrefix(path, "/static") && p < 0.35:
		set(304)
		r.sent = 0
	case p < 0.0006:
		set(500)
	case p < 0.0012:
		r.status, r.tstatus, r.target, r.latency = 502, 0, "", -1
	case p < 0.0016:
		r.status, r.tstatus, r.latency = 504, 0, -1
	case p < 0.012:
		set(404)
	case p < 0.016 && r.method == "POST":
		set(403)
	case r.method == "POST" && strings.HasSuffix(path, "login") && p < 0.1:
		set(401)
	case r.method == "POST":
		set(201)
	case p < 0.03:
		set(302)
	}
	if v.balancer.classic && r.tstatus == 0 {
		r.latency, r.target = -1, ""
	}
}
