package cloudtrail

import "github.com/vedette-siem/vedette/ingest/ecs"

func (e *event) isInsight() bool {
	return e.insightDetails != nil || (isText(e.eventCategory) && string(e.eventCategory.GetStringBytes()) == "Insight")
}

func (e *event) isSummary() bool {
	return e.timeWindow != nil || (isText(e.eventCategory) && string(e.eventCategory.GetStringBytes()) == "Aggregated")
}

// insight sets what is unusual: CloudTrail Insights report it at its start and at its end, joined by sharedEventID
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-insight-details.html).
func (s *session) insight() {
	details := s.event.insightDetails
	s.b.Keyword("event.kind", "alert")
	s.keyword("event.action", member1(details, "eventName"))
	s.keyword("event.provider", member1(details, "eventSource"))
	s.b.Keywords("event.type", "info")
	s.keyword("error.code", member1(details, "errorCode"))
	s.keyword("aws.cloudtrail.insight.state", member1(details, "state"))
	s.keyword("aws.cloudtrail.insight.type", member1(details, "insightType"))
	s.flatten("aws.cloudtrail.flattened.insight_details", details)
}

// summary sets the window of an aggregated event, which counts many calls.
func (s *session) summary() {
	e := &s.event
	s.b.Keyword("event.kind", "metric")
	s.keyword("event.action", e.eventName)
	s.keyword("event.provider", e.eventSource)
	s.b.Keywords("event.type", "info")
	if ms, ok := ecs.ParseTime(s.text(member1(e.timeWindow, "windowStart"))); ok {
		s.b.Time("event.start", ms)
	}
	if ms, ok := ecs.ParseTime(s.text(member1(e.timeWindow, "windowEnd"))); ok {
		s.b.Time("event.end", ms)
	}
}
