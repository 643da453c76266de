package demo

import (
	"slices"
	"strconv"
	"time"
)

// balancer is a load balancer with an access log.
type balancer struct {
	account, region string
	name            string // "app/<name>/<id>", or the plain name of a Classic Load Balancer
	key             string // the name as it stands in object names
	domain          string
	classic         bool
	every           time.Duration // length of one object: 5 or 60 minutes
	nodes           []string      // addresses of its nodes, one object each
	targets         []string
	group           string // ARN of the target group
	cert            string // ARN of the certificate
	perDay          float64
	load            curve
}

// request is one line of an access log.
type request struct {
	at               time.Time
	client           string
	port             int
	target           string // address without port, "" where no target was reached
	method, url      string // the URL is scheme, domain, port, path and query
	agent            string
	status           int
	tstatus          int     // 0: none
	latency          float64 // seconds the target took; negative: never answered
	received, sent   int64
	typ              string // http, https, h2
	action, redirect string // "": forward, none
	reason           string // error reason
	severe           bool   // classified as a smuggling attempt
}

const (
	cipher13 = "TLS_AES_128_GCM_SHA256 TLSv1.3"
	cipher12 = "ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2"
	isoMicro = "2006-01-02T15:04:05.000000Z"
)

// balancers returns the company's load balancers, the Classic one last.
func balancers(c *company) []*balancer {
	app := func(account, region, name, domain, prefix string, web, nodes int, perDay float64, load curve) *balancer {
		id := fixed("alb/"+account+name, hexDigits, 16)
		b := &balancer{
			account: account, region: region, domain: domain, every: slot, perDay: perDay, load: load,
			name: "app/" + name + "/" + id, key: "app." + name + "." + id,
			group: "arn:aws:elasticloadbalancing:" + region + ":" + account + ":targetgroup/" + name + "/" + fixed("tg/"+name, hexDigits, 16),
			cert:  "arn:aws:acm:" + region + ":" + account + ":certificate/9f3c2b1a-7d4e-4a8b-9c6d-" + fixed("cert/"+name, hexDigits, 12),
		}
		for i := range web {
			b.targets = append(b.targets, prefix+".11."+strconv.Itoa(20+i))
		}
		for i := range nodes {
			b.nodes = append(b.nodes, c.pools["cloud-"+region].at(uint64(9+i)))
		}
		return b
	}
	portal := app(production, "eu-west-1", "partner-portal", "partners.larkspur.example", "10.50", 2, 1, 4200, working(1))
	portal.name, portal.key, portal.classic, portal.every = "partner-portal", "partner-portal", true, time.Hour
	return []*balancer{
		app(production, "eu-central-1", "shop-web", "www.larkspur.example", "10.10", 6, 2, 33000, shopping(1)),
		app(production, "us-east-1", "public-api", "api.larkspur.example", "10.20", 3, 1, 15000, shopping(-5)),
		app(staging, "eu-central-1", "staging-web", "staging.larkspur.example", "10.30", 2, 1, 2600, working(1)),
		portal,
	}
}

// appendRequest appends the line of a request in the balancer's format.
func (b *balancer) appendRequest(out []byte, d dice, r *request) []byte {
	if b.classic {
		return b.appendClassic(out, r)
	}
	before := 0.001 * float64(d.IntN(3))
	out = append(append(out, r.typ...), ' ')
	out = r.at.AppendFormat(out, isoMicro)
	out = append(out, " "+b.name+" "...)
	out = appendPort(out, r.client, r.port)
	out = appendPort(append(out, ' '), r.target, 8080)
	out = appendTimes(out, before, r, 3)
	out = appendCounts(out, r)
	out = append(append(append(out, " \""...), r.agent...), "\" "...)
	switch {
	case r.typ == "http":
		out = append(out, "- -"...)
	case r.port%5 == 0:
		out = append(out, cipher12...)
	default:
		out = append(out, cipher13...)
	}
	out = append(append(out, ' '), b.group...)
	out = append(out, ` "Root=1-`...)
	out = strconv.AppendInt(out, r.at.Unix(), 16)
	out = append(d.appendFrom(append(out, '-'), hexDigits, 24), `" "`...)
	if r.typ == "http" {
		out = append(out, `-" "-" 0 `...)
	} else {
		out = append(out, b.domain+`" "`+b.cert+`" 1 `...)
	}
	out = r.created().AppendFormat(out, isoMicro)
	out = append(out, ` "`+either(r.action, "forward")+`" "`+either(r.redirect, "-")+`" "`+either(r.reason, "-")+`" "`...)
	out = append(appendPort(out, r.target, 8080), `" "`...)
	out = append(appendStatus(out, r.tstatus), '"')
	if r.severe {
		out = append(out, ` "Severe" "MultipleContentLength" TID_`...)
	} else {
		out = append(out, ` "-" "-" TID_`...)
	}
	return d.appendFrom(out, hexDigits, 32)
}

// created is when the load balancer received the request.
func (r *request) created() time.Time {
	return r.at.Add(-time.Duration(max(r.latency, 0.004)*1e6)*time.Microsecond - 2*time.Millisecond)
}

// appendClassic appends the 15 columns of a Classic Load Balancer.
func (b *balancer) appendClassic(out []byte, r *request) []byte {
	out = r.created().AppendFormat(out, isoMicro)
	out = append(out, " "+b.name+" "...)
	out = appendPort(out, r.client, r.port)
	out = appendPort(append(out, ' '), r.target, 8080)
	out = appendTimes(out, 0.000043, r, 6)
	out = appendCounts(out, r)
	out = append(append(append(out, " \""...), r.agent...), "\" "...)
	if r.typ == "http" {
		return append(out, "- -"...)
	}
	return append(out, cipher12...)
}

// appendTimes appends the three processing times; -1 where no target answered.
func appendTimes(out []byte, before float64, r *request, digits int) []byte {
	if r.latency < 0 {
		return append(out, " -1 -1 -1"...)
	}
	for _, v := range [...]float64{before, r.latency, before / 2} {
		out = strconv.AppendFloat(append(out, ' '), v, 'f', digits, 64)
	}
	return out
}

// appendCounts appends the columns from the statuses to the request.
func appendCounts(out []byte, r *request) []byte {
	out = appendStatus(append(out, ' '), r.status)
	out = appendStatus(append(out, ' '), r.tstatus)
	out = strconv.AppendInt(append(out, ' '), r.received, 10)
	out = strconv.AppendInt(append(out, ' '), r.sent, 10)
	out = append(append(out, ` "`...), r.method...)
	out = append(append(out, ' '), r.url...)
	if r.typ == "h2" {
		return append(out, ` HTTP/2.0"`...)
	}
	return append(out, ` HTTP/1.1"`...)
}

func appendStatus(out []byte, status int) []byte {
	if status == 0 {
		return append(out, '-')
	}
	return strconv.AppendInt(out, int64(status), 10)
}

// appendPort appends address and port, or - for no address.
func appendPort(out []byte, address string, port int) []byte {
	if address == "" {
		return append(out, '-')
	}
	if slices.Contains([]byte(address), ':') {
		out = append(append(append(out, '['), address...), ']')
	} else {
		out = append(out, address...)
	}
	return strconv.AppendInt(append(out, ':'), int64(port), 10)
}

// url joins the parts of a request's URL.
func (b *balancer) url(typ, path string) string {
	if typ == "http" {
		return "http://" + b.domain + ":80" + path
	}
	return "https://" + b.domain + ":443" + path
}
