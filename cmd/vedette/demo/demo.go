package demo

import (
	"context"
	"fmt"
	"time"
)

// Options say what is written. Equal options give equal bytes.
type Options struct {
	Now  time.Time // end of the data; must be given
	Days int       // length of the data in days before Now; 0 means 1
	Seed uint64    // 0 means 1
}

// Summary is what [Write] wrote.
type Summary struct {
	Files, Events int
	ByType        map[string]int // events by cloudtrail, vpcflow and elblogs
	Stories       []Story        // the attacks, in the order of the package comment
}

func (o Options) filled() Options {
	o.Now = o.Now.UTC()
	o.Days = max(o.Days, 1)
	if o.Seed == 0 {
		o.Seed = 1
	}
	return o
}

// Write writes the objects below dir, which it creates if absent, as AWSLogs/…, and returns what it wrote. All times
// of events lie in (Now - Days, Now]. It stops when ctx ends; what is written by then stays.
func Write(ctx context.Context, dir string, o Options) (Summary, error) {
	o = o.filled()
	if o.Now.Before(time.Unix(0, 0).AddDate(0, 0, o.Days+1)) {
		return Summary{}, fmt.Errorf("write demo data: the time %s is too early or not set", o.Now.Format(time.RFC3339))
	}
	w := newWriter(dir, o)
	for start := w.span.first(); !start.After(w.span.to); start = start.Add(slot) {
		if err := ctx.Err(); err != nil {
			return w.summary, fmt.Errorf("write demo data: %w", err)
		}
		if err := w.slot(start); err != nil {
			return w.summary, fmt.Errorf("write demo data: %w", err)
		}
	}
	return w.summary, nil
}

// writer turns what the generators draw into objects.
type writer struct {
	seed    uint64
	span    span
	objects *objects
	script  *script
	trail   *trail
	traffic []*traffic
	visits  []*visits
	pending map[site][]call // CloudTrail records that wait for their object
	summary Summary
	body    []byte // the object in the making, reused
}

func newWriter(dir string, o Options) *writer {
	c, nets := newCompany(), networks()
	lbs := balancers(c)
	w := &writer{seed: o.Seed, span: span{o.Now.Add(-time.Duration(o.Days) * 24 * time.Hour), o.Now}, objects: newObjects(dir), pending: map[site][]call{}}
	w.script = newScript(c, nets, lbs, o.Now, o.Seed)
	w.trail = &trail{company: c, seed: o.Seed, span: w.span}
	for _, n := range nets {
		w.traffic = append(w.traffic, &traffic{company: c, network: n, seed: o.Seed, span: w.span})
	}
	for _, b := range lbs {
		w.visits = append(w.visits, &visits{company: c, balancer: b, seed: o.Seed, span: w.span})
	}
	w.summary = Summary{ByType: map[string]int{cloudtrail: 0, vpcflow: 0, elblogs: 0}, Stories: w.script.stories}
	return w
}

// slot writes the objects of the five minutes from start.
func (w *writer) slot(start time.Time) error {
	if err := w.writeTrail(start); err != nil {
		return err
	}
	for _, t := range w.traffic {
		if from, due := w.due(start, t.network.every); due {
			if err := w.writeFlows(t, from); err != nil {
				return err
			}
		}
	}
	for _, v := range w.visits {
		if from, due := w.due(start, v.balancer.every); due {
			if err := w.writeRequests(v, from); err != nil {
				return err
			}
		}
	}
	return nil
}

// due tells whether an object of the given length is written with the five minutes from start, and from when on it
// tells: with its own first five minutes, or with the span's.
func (w *writer) due(start time.Time, every time.Duration) (from time.Time, due bool) {
	from = start.Truncate(every)
	return from, from.Equal(start) || start.Equal(w.span.first())
}

func (w *writer) writeTrail(start time.Time) error {
	end := start.Add(slot)
	filed := w.trail.slot(start, within(w.script.calls, start, end, func(c *call) time.Time { return c.at }))
	for _, account := range accounts() {
		for _, region := range regions() {
			at := site{account, region}
			w.pending[at] = append(w.pending[at], filed[at]...)
			if !end.Equal(end.Truncate(at.delivery())) && !end.After(w.span.to) {
				continue
			}
			if err := w.deliver(at, end); err != nil {
				return err
			}
		}
	}
	return nil
}

// deliver writes what a site has collected until the end of a delivery, in objects of at most maxRecords.
func (w *writer) deliver(at site, end time.Time) error {
	d := newDice(w.seed, "objects/trail/"+at.account+at.region, end.Unix())
	named := w.span.named(end.Add(time.Duration(d.IntN(4)) * time.Minute)) // delivery takes some minutes
	calls := w.pending[at]
	w.pending[at] = calls[:0]
	for len(calls) > 0 {
		n := min(len(calls), maxRecords)
		w.body = appendRecords(w.body[:0], d, calls[:n])
		calls = calls[n:]
		if err := w.put(trailKey(at.account, at.region, named, d), cloudtrail, n); err != nil {
			return err
		}
	}
	return nil
}

// appendRecords appends the body of a CloudTrail object, whose records are in no order.
func appendRecords(b []byte, d dice, calls []call) []byte {
	d.Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	b = append(b, `{"Records":[`...)
	for i := range calls {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendCall(b, d, &calls[i])
	}
	return append(b, "]}"...)
}

func (w *writer) writeFlows(t *traffic, start time.Time) error {
	n := t.network
	flows := t.slot(start, within(w.script.flows[n], start, start.Add(n.every), func(f *flow) time.Time { return f.end }))
	if len(flows) == 0 {
		return nil
	}
	w.body = n.render(w.body[:0], flows)
	return w.put(flowKey(n, start, newDice(w.seed, "objects/flow/"+n.log, start.Unix())), vpcflow, len(flows))
}

func (w *writer) writeRequests(v *visits, start time.Time) error {
	b := v.balancer
	end := start.Add(b.every)
	stories := within(w.script.requests[b], start, end, func(r *request) time.Time { return r.at })
	d := newDice(w.seed, "objects/web/"+b.name, start.Unix())
	for node, requests := range v.slot(start, stories) {
		if len(requests) == 0 {
			continue
		}
		w.body = w.body[:0]
		for i := range requests {
			w.body = append(b.appendRequest(w.body, d, &requests[i]), '\n')
		}
		if err := w.put(webKey(b, node, w.span.named(end), d), elblogs, len(requests)); err != nil {
			return err
		}
	}
	return nil
}

// put writes the body under a key and counts it.
func (w *writer) put(key, kind string, events int) error {
	if err := w.objects.put(key, w.body); err != nil {
		return err
	}
	w.summary.Files++
	w.summary.Events += events
	w.summary.ByType[kind] += events
	return nil
}
