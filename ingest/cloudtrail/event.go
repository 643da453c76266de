package cloudtrail

import (
	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// event points at the members of a record; nil ones are missing or null.
type event struct {
	eventVersion, userIdentity, eventTime, eventSource, eventName, awsRegion, sourceIPAddress, userAgent,
	errorCode, errorMessage, requestParameters, responseElements, additionalEventData, requestID, eventID,
	apiVersion, readOnly, resources, eventType, recipientAccountID, sharedEventID, vpcEndpointID, serviceEventDetails,
	managementEvent, eventCategory, insightDetails, addendum, sessionCredentialFromConsole, tlsDetails, vpcEndpointAccountID,
	accountID, timeWindow, summary, edgeDeviceDetails, eventContext, omitted *fastjson.Value
	extra []member
}

type member struct {
	name  []byte
	value *fastjson.Value
}

// read finds the members of a record. Repeated ones are settled before (carrier.Twins).
func (e *event) read(v *fastjson.Value) {
	*e = event{extra: e.extra[:0]}
	v.GetObject().Visit(func(key []byte, v *fastjson.Value) {
		if v.Type() == fastjson.TypeNull {
			return
		}
		if place := e.place(string(key)); place != nil {
			*place = v
			return
		}
		if string(key) != "@timestamp" && string(key) != "@version" { // left by other shippers
			e.extra = append(e.extra, member{key, v})
		}
	})
}

// place is where a member belongs; nil for one that is not known.
func (e *event) place(name string) **fastjson.Value {
	switch name {
	case "eventVersion":
		return &e.eventVersion
	case "userIdentity":
		return &e.userIdentity
	case "eventTime":
		return &e.eventTime
	case "eventSource":
		return &e.eventSource
	case "eventName":
		return &e.eventName
	case "awsRegion":
		return &e.awsRegion
	case "sourceIPAddress":
		return &e.sourceIPAddress
	case "userAgent":
		return &e.userAgent
	case "errorCode":
		return &e.errorCode
	case "errorMessage":
		return &e.errorMessage
	case "requestParameters":
		return &e.requestParameters
	case "responseElements":
		return &e.responseElements
	case "additionalEventData":
		return &e.additionalEventData
	case "requestID":
		return &e.requestID
	case "eventID", "eventId":
		return &e.eventID
	case "apiVersion":
		return &e.apiVersion
	case "readOnly":
		return &e.readOnly
	case "resources":
		return &e.resources
	case "eventType":
		return &e.eventType
	case "recipientAccountId":
		return &e.recipientAccountID
	case "sharedEventID", "sharedEventId":
		return &e.sharedEventID
	case "vpcEndpointId":
		return &e.vpcEndpointID
	case "serviceEventDetails":
		return &e.serviceEventDetails
	case "managementEvent":
		return &e.managementEvent
	case "eventCategory":
		return &e.eventCategory
	case "insightDetails":
		return &e.insightDetails
	case "addendum":
		return &e.addendum
	case "sessionCredentialFromConsole":
		return &e.sessionCredentialFromConsole
	case "tlsDetails":
		return &e.tlsDetails
	case "vpcEndpointAccountId":
		return &e.vpcEndpointAccountID
	case "accountId":
		return &e.accountID
	case "timeWindow":
		return &e.timeWindow
	case "summary":
		return &e.summary
	case "edgeDeviceDetails":
		return &e.edgeDeviceDetails
	case "eventContext":
		return &e.eventContext
	case "omitted":
		return &e.omitted
	}
	return nil
}

func (e *event) id() []byte {
	if !carrier.IsText(e.eventID) {
		return nil
	}
	return e.eventID.GetStringBytes()
}

// time is the event's time in milliseconds: that of the call, or the end of a summary's window.
func (e *event) time() (ms int64, reason string) {
	for _, v := range []*fastjson.Value{e.eventTime, carrier.Member(e.timeWindow, "windowEnd"), carrier.Member(e.timeWindow, "windowStart")} {
		if v == nil {
			continue
		}
		if ms, ok := ecs.ParseTime(v.GetStringBytes()); ok {
			return ms, ""
		}
		return 0, "its eventTime is not a time"
	}
	return 0, "it has no eventTime"
}

// text is a scalar as a keyword, valid until the next; nil for anything else.
func (s *session) text(v *fastjson.Value) []byte {
	var text []byte
	text, s.scratch = carrier.Text(s.scratch, v)
	return text
}

// keyword sets a field to a scalar; anything else is omitted.
func (s *session) keyword(name string, v *fastjson.Value) {
	s.b.KeywordBytes(name, s.text(v))
}

// boolean sets a field to a truth, given as one or as a word.
func (s *session) boolean(name string, v *fastjson.Value) {
	switch string(s.text(v)) {
	case "true", "True":
		s.b.Bool(name, true)
	case "false", "False":
		s.b.Bool(name, false)
	}
}
