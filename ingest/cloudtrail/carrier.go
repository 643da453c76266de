package cloudtrail

import (
	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/carrier"
)

// shape is in what CloudTrail's records come. `CloudTrailEvent` is that of LookupEvents
// (https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Event.html).
var shape = carrier.Shape{
	JSON: true, Arrays: []string{"Records", "Events", "CloudTrailEvents"}, Own: "eventVersion", Texts: []string{"CloudTrailEvent", "message"}, Bridge: true,
}

// isRecord reports whether a value says that it is an event of CloudTrail, of whatever version.
func isRecord(v *fastjson.Value) bool {
	return v.Exists("eventVersion") || v.Exists("eventTime") || v.Exists("eventID") || v.Exists("eventId")
}
