package cloudtrail

import (
	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

func (e *event) isInsight() bool {
	return e.insightDetails != nil || (carrier.IsText(e.eventCategory) && string(e.eventCategory.GetStringBytes()) == "Insight")
}

func (e *event) isSummary() bool {
	return e.timeWindow != nil || (carrier.IsText(e.eventCategory) && string(e.eventCategory.GetStringBytes()) == "Aggregated")
}

// insight sets what is unusual: CloudTrail Insights report it at its start and at its end, joined by sharedEventID
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-insight-details.html).
func (s *session) insight() {
	details := s.event.insightDetails
	s.b.Keyword("event.kind", "alert")
	s.keyword("event.action", carrier.Member(details, "eventName"))
	s.keyword("event.provider", carrier.Member(details, "eventSource"))
	s.b.Keywords("event.type", "info")
	s.keyword("error.code", carrier.Member(details, "errorCode"))
	const prefix = "aws.cloudtrail.insight_details."
	s.keyword(prefix+"state", carrier.Member(details, "state"))
	s.keyword(prefix+"insight_type", carrier.Member(details, "insightType"))
	s.keyword(prefix+"event_source", carrier.Member(details, "eventSource"))
	s.keyword(prefix+"event_name", carrier.Member(details, "eventName"))
	s.keyword(prefix+"error_code", carrier.Member(details, "errorCode"))
	statistics := carrier.Member(carrier.Member(details, "insightContext"), "statistics")
	s.double(prefix+"baseline_average", carrier.Member(carrier.Member(statistics, "baseline"), "average"))
	s.double(prefix+"insight_average", carrier.Member(carrier.Member(statistics, "insight"), "average"))
	s.double(prefix+"baseline_duration", carrier.Member(statistics, "baselineDuration")) // minutes, as the other
	s.double(prefix+"insight_duration", carrier.Member(statistics, "insightDuration"))
	s.flatten("aws.cloudtrail.flattened.insight_details", details)
}

// double sets a number with a fraction, whatever its spelling; anything else is omitted.
func (s *session) double(name string, v *fastjson.Value) {
	if v == nil || v.Type() != fastjson.TypeNumber {
		return
	}
	if n, err := v.Float64(); err == nil {
		s.b.Double(name, n)
	}
}

// summary sets the window of an aggregated event, which counts many calls.
func (s *session) summary() {
	e := &s.event
	s.b.Keyword("event.kind", "metric")
	s.keyword("event.action", e.eventName)
	s.keyword("event.provider", e.eventSource)
	s.b.Keywords("event.type", "info")
	if ms, ok := ecs.ParseTime(s.text(carrier.Member(e.timeWindow, "windowStart"))); ok {
		s.b.Time("event.start", ms)
	}
	if ms, ok := ecs.ParseTime(s.text(carrier.Member(e.timeWindow, "windowEnd"))); ok {
		s.b.Time("event.end", ms)
	}
	s.keyword("aws.cloudtrail.time_window.size", carrier.Member(e.timeWindow, "windowSize"))
	s.keyword("aws.cloudtrail.summary.dimension", carrier.Member(carrier.Member(e.summary, "primaryDimension"), "dimension"))
	s.flatten("aws.cloudtrail.flattened.summary", e.summary)
	if e.timeWindow != nil {
		s.unknown("timeWindow", e.timeWindow, "windowStart", "windowEnd", "windowSize")
	}
}
