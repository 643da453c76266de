package pipeline

import (
	"strings"
	"sync/atomic"
	"time"
)

// Counts are of documents since the start. They may be read while they change.
type Counts struct {
	Count, Failed, Current atomic.Int64
	Nanos                  atomic.Int64 // that it took them all together
}

// Begin counts a document that comes in, and returns when.
func (c *Counts) Begin() time.Time {
	c.Count.Add(1)
	c.Current.Add(1)
	return time.Now()
}

// End counts a document that has left, with what became of it.
func (c *Counts) End(begun time.Time, err error) {
	c.Current.Add(-1)
	c.Nanos.Add(int64(time.Since(begun)))
	if err != nil {
		c.Failed.Add(1)
	}
}

// StepCounts are those of a processor by the names that Elasticsearch's statistics give it.
type StepCounts struct {
	Name, Type string
	*Counts
}

// Counts are of the documents that came through the pipeline, also by a processor of another one; those of verbose simulations are left out.
func (p *Pipeline) Counts() *Counts { return p.counts }

// Steps are the counts of its processors in order. What runs within one of them counts with it, and a processor whose `if` does not hold has not run.
func (p *Pipeline) Steps() []StepCounts {
	out := make([]StepCounts, len(p.steps))
	for i, s := range p.steps {
		out[i] = StepCounts{s.countedAs(), s.typ, s.counts}
		if s.condition != nil {
			out[i].Type = "conditional"
		}
	}
	return out
}

// CountOn goes on with the counts of the pipeline that it takes the place of, and with those of its processors if there are as many: each where there was one of the same name.
func (p *Pipeline) CountOn(old *Pipeline) {
	p.counts = old.counts
	if len(p.steps) != len(old.steps) {
		return
	}
	for i, s := range p.steps {
		if before := old.steps[i]; s.countedAs() == before.countedAs() && (s.condition == nil) == (before.condition == nil) {
			s.counts = before.counts
		}
	}
}

// countedAs is `type`, `type:tag`, or `pipeline:name:tag`. One that has a condition and handles failures is a compound of these two in Elasticsearch, and so called.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/ingest/IngestService.java
func (s *procedure) countedAs() string {
	if s.condition != nil && s.compound() {
		return "compound:CompoundProcessor-" + strings.Join(s.tags(nil), "-")
	}
	name := s.typ
	if p, ok := s.processor.(*pipelineProcessor); ok {
		name += ":" + p.name.blank()
	}
	if s.tag != "" {
		name += ":" + s.tag
	}
	return name
}

// compound reports whether the processor stands in a list with what handles its failures.
func (s *procedure) compound() bool { return s.ignoreFailure || len(s.onFailure) > 0 }

// tags appends the tags of a processor and of those that handle its failures.
func (s *procedure) tags(to []string) []string {
	if s.tag == "" {
		to = append(to, "null")
	} else {
		to = append(to, s.tag)
	}
	for _, f := range s.onFailure {
		if f.condition != nil {
			to = append(to, f.tags(nil)[0])
			continue
		}
		to = f.tags(to)
	}
	return to
}
