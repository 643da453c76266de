package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"
)

func TestCounts(t *testing.T) {
	var c Counts
	c.Seen(5)
	c.Seen(3)
	c.Failed("bad")
	c.Omitted()
	if c.Records != 4 || c.Events != 2 || c.Errors != 1 || c.Skipped != 1 || c.LastEventMs != 5 || c.LastError != "bad" {
		t.Errorf("%+v", c)
	}
}

func TestHopelessNeedsTwentyRecordsAndMoreThanHalf(t *testing.T) {
	for _, test := range []struct {
		good, bad int64
		want      bool
	}{{0, 19, false}, {0, 20, true}, {10, 10, false}, {10, 11, true}, {1000, 999, false}} {
		c := Counts{Records: test.good + test.bad, Events: test.good, Errors: test.bad}
		if c.Hopeless() != test.want {
			t.Errorf("%d good, %d bad: %v", test.good, test.bad, !test.want)
		}
	}
}

func TestExtraNamesAreBounded(t *testing.T) {
	var c Counts
	for i := range 2 * MaxExtraNames {
		c.ExtraField([]byte(fmt.Sprint(i)))
		c.ExtraField([]byte("0"))
	}
	if len(c.Extra) != MaxExtraNames+1 || c.Extra["…"] != MaxExtraNames || c.Extra["0"] != 2*MaxExtraNames+1 {
		t.Errorf("%d names, %d others, %d of the first", len(c.Extra), c.Extra["…"], c.Extra["0"])
	}
}

func TestRate(t *testing.T) {
	start := time.Unix(1_760_000_000, 0)
	var r rate
	if r.perSecond(start) != 0 {
		t.Error("a rate without events")
	}
	for second := range 30 {
		r.add(start.Add(time.Duration(second)*time.Second), 100)
	}
	end := start.Add(29 * time.Second)
	for after, want := range map[time.Duration]float64{0: 100, 5 * time.Second: 50, 10 * time.Second: 0, time.Hour: 0} {
		if got := r.perSecond(end.Add(after)); got != want {
			t.Errorf("after %v: %v, want %v", after, got, want)
		}
	}
}

func TestRateOfTheFirstSeconds(t *testing.T) {
	start := time.Unix(1_760_000_000, 0)
	var r rate
	r.add(start, 100)
	r.add(start.Add(time.Second), 100)
	if got := r.perSecond(start.Add(time.Second)); got != 100 {
		t.Errorf("%v", got)
	}
}

func TestProblemsAndLogLinesAreBounded(t *testing.T) {
	l := newLedger(time.Now)
	r := l.begin("s")
	lines := 0
	log := slog.New(counter{&lines})
	for i := range 3 * MaxProblems {
		r.failed(&Object{Key: fmt.Sprint(i)}, errors.New("broken"), log)
	}
	s := l.snapshot().Sources[0]
	if s.Counts.FilesFailed != 3*MaxProblems || len(s.Problems) != MaxProblems || s.Problems[MaxProblems-1].Object != fmt.Sprint(3*MaxProblems-1) || lines != maxLogged {
		t.Errorf("%d failed, %d problems, %d log lines", s.Counts.FilesFailed, len(s.Problems), lines)
	}
}

func TestEveryFormatHasADatasetOfTheSpecification(t *testing.T) {
	for format, want := range map[Format]string{
		CloudTrail: "logs-aws.cloudtrail-default cloudtrail", VPCFlow: "logs-aws.vpcflow-default vpcflow", ALB: "logs-aws.elb_logs-default elblogs",
		CLB: "logs-aws.elb_logs-default elblogs", S3Access: "logs-aws.s3access-default s3access", WAF: "logs-aws.waf-default waf",
		Resolver: "logs-aws.route53_resolver_logs-default route53", GuardDuty: "logs-aws.guardduty-default guardduty",
		CloudFront: "logs-aws.cloudfront_logs-default cloudfront", CloudTrailDigest: "logs-aws.cloudtrail_digest-default cloudtrail_digest",
		Unknown: "logs-aws.unknown-default unknown",
	} {
		if d := format.Dataset(); d.Index()+" "+d.Type != want {
			t.Errorf("%s: %s %s, want %s", format, d.Index(), d.Type, want)
		}
	}
}

func TestCloudWatch(t *testing.T) {
	var c CloudWatch
	for _, test := range []struct{ envelope, group, id string }{
		{`{"owner":"1","logGroup":"g","logStream":"s","logEvents":`, "g", HashID("1", "g", "s") + "-e"},
		{`{"owner":"1","logGroup":"g","logStream":"s","logEvents":`, "g", HashID("1", "g", "s") + "-e"},
		{`{"Records":`, "", ""}, {``, "", ""}, {`{"logStream":"cut of`, "", ""},
	} {
		c.Read([]byte(test.envelope))
		if got := c.ID([]byte("e")); c.Group != test.group || got != test.id {
			t.Errorf("%s: group %q, id %q", test.envelope, c.Group, got)
		}
	}
}

// counter is a log handler that counts lines.
type counter struct{ n *int }

func (c counter) Enabled(context.Context, slog.Level) bool  { return true }
func (c counter) Handle(context.Context, slog.Record) error { *c.n++; return nil }
func (c counter) WithAttrs([]slog.Attr) slog.Handler        { return c }
func (c counter) WithGroup(string) slog.Handler             { return c }
