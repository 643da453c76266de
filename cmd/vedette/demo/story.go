package demo

import (
	"time"
)

// Story tells where one of the seven attacks lies in the data. The package comment tells what happens in it.
type Story struct {
	ID, Title       string
	Account, Region string
	Actors          []string       // users, roles and hosts that act
	Addresses       []string       // external addresses of the attacker; no other event has them
	From, To        time.Time      // first and last event, UTC
	Events          int            // the attacker's, over all types
	ByType          map[string]int // keys as in Summary.ByType
	Calls           map[string]int // CloudTrail events by eventName; nil for stories without
}

// script is what the stories add to the background: everything they do, at its time. It does not grow with the days.
type script struct {
	company  *company
	now      time.Time
	seed     uint64
	stories  []Story
	calls    []call
	flows    map[*network][]flow
	requests map[*balancer][]request
}

// The keys of Summary.ByType.
const (
	cloudtrail = "cloudtrail"
	vpcflow    = "vpcflow"
	elblogs    = "elblogs"
)

// newScript writes the seven stories for the moment now.
func newScript(c *company, nets []*network, lbs []*balancer, now time.Time, seed uint64) *script {
	s := &script{company: c, now: now.Truncate(time.Second), seed: seed, flows: map[*network][]flow{}, requests: map[*balancer][]request{}}
	s.leakedKey()
	s.consoleBruteForce()
	s.privilegeEscalation()
	s.trailStopped()
	s.scanAndUpload(nets[0])
	s.pathBruteForce(lbs[0])
	s.requestFlood(lbs[1], nets[1])
	return s
}

// begin opens a story; what is added until the next one belongs to it.
func (s *script) begin(story Story) dice {
	story.ByType = map[string]int{}
	s.stories = append(s.stories, story)
	return newDice(s.seed, "story/"+story.ID, 0)
}

// count notes one event of the story that is told.
func (s *script) count(kind string, at time.Time) {
	story := &s.stories[len(s.stories)-1]
	if story.Events == 0 || at.Before(story.From) {
		story.From = at
	}
	if at.After(story.To) {
		story.To = at
	}
	story.Events++
	story.ByType[kind]++
}

// call adds a CloudTrail record to the story.
func (s *script) call(c call) {
	s.calls = append(s.calls, c)
	s.count(cloudtrail, c.at)
	story := &s.stories[len(s.stories)-1]
	if story.Calls == nil {
		story.Calls = map[string]int{}
	}
	story.Calls[c.name]++
}

func (s *script) flow(n *network, f flow) {
	s.flows[n] = append(s.flows[n], f)
	s.count(vpcflow, f.end)
}

func (s *script) request(b *balancer, r request) {
	s.requests[b] = append(s.requests[b], r)
	s.count(elblogs, r.at)
}

// within returns those things whose time lies in [from, to).
func within[T any](from []T, start, end time.Time, at func(*T) time.Time) []T {
	var out []T
	for i := range from {
		if t := at(&from[i]); !t.Before(start) && t.Before(end) {
			out = append(out, from[i])
		}
	}
	return out
}

// actor hands out the calls of one identity, one after another.
type actor struct {
	script *script
	who    identity
	region string
	at     time.Time
}

// do makes the actor's next call, a pause after the one before.
func (a *actor) do(pause time.Duration, source, name string, change func(*call)) {
	a.at = a.at.Add(pause)
	c := call{at: a.at, account: a.who.account, region: a.region, who: a.who, source: source, name: name}
	if source == "iam" {
		c.region = "us-east-1"
	}
	change(&c)
	a.script.call(c)
}

// read, write and refused are the usual changes of a call.
func read(params string) func(*call) {
	return func(c *call) { c.params = params }
}

func write(params, response string) func(*call) {
	return func(c *call) { c.write, c.params, c.response = true, params, response }
}

func refused(then func(*call)) func(*call) {
	return func(c *call) {
		then(c)
		c.deny()
	}
}
