package cloudtrail

import (
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/jsonlog"
)

func (e *event) isInsight() bool {
	return e.insightDetails != nil || (jsonlog.IsText(e.eventCategory) && string(e.eventCategory.GetStringBytes()) == "Insight")
}

func (e *event) isSummary() bool {
	return e.timeWindow != nil || (jsonlog.IsText(e.eventCategory) && string(e.eventCategory.GetStringBytes()) == "Aggregated")
}

// insight sets what is unusual: CloudTrail Insights report it at its start and at its end, joined by sharedEventID
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-insight-details.html).
func (s *session) insight() {
	details := s.event.insightDetails
	s.b.Keyword("event.kind", "alert")
	s.keyword("event.action", jsonlog.Member(details, "eventName"))
	s.keyword("event.provider", jsonlog.Member(details, "eventSource"))
	s.b.Keywords("event.type", "info")
	s.keyword("error.code", jsonlog.Member(details, "errorCode"))
	s.keyword("aws.cloudtrail.insight.state", jsonlog.Member(details, "state"))
	s.keyword("aws.cloudtrail.insight.type", jsonlog.Member(details, "insightType"))
	s.flatten("aws.cloudtrail.flattened.insight_details", details)
}

// summary sets the window of an aggregated event, which counts many calls.
func (s *session) summary() {
	e := &s.event
	s.b.Keyword("event.kind", "metric")
	s.keyword("event.action", e.eventName)
	s.keyword("event.provider", e.eventSource)
	s.b.Keywords("event.type", "info")
	if ms, ok := ecs.ParseTime(s.text(jsonlog.Member(e.timeWindow, "windowStart"))); ok {
		s.b.Time("event.start", ms)
	}
	if ms, ok := ecs.ParseTime(s.text(jsonlog.Member(e.timeWindow, "windowEnd"))); ok {
		s.b.Time("event.end", ms)
	}
}
