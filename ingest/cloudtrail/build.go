package cloudtrail

import (
	"bytes"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// build sets the fields of the event. original is its raw text.
func (s *session) build(original []byte) {
	e := &s.event
	s.left = omissions{}
	switch {
	case e.isInsight():
		s.insight()
	case e.isSummary():
		s.summary()
	default:
		s.action()
	}
	s.keyword("event.id", e.eventID)
	s.keyword("cloud.region", e.awsRegion)
	s.identity()
	s.origin()
	s.trail()
	s.tls()
	s.targets()
	s.payloads()
	s.context()
	s.extras()
	if s.left.cut {
		s.b.Bool("aws.cloudtrail.truncated", true)
	}
	s.original(original)
}

// action sets what was done and how it ended.
func (s *session) action() {
	e := &s.event
	s.keyword("event.action", e.eventName)
	s.keyword("event.provider", e.eventSource)
	name := s.text(e.eventName)
	c := classes[string(name)]
	login := string(name) == "ConsoleLogin"
	if len(c.category) > 0 {
		s.b.Keywords("event.category", c.category)
	}
	if len(c.types) > 0 {
		s.b.Keywords("event.type", c.types...)
	} else {
		s.b.Keywords("event.type", "info")
	}
	outcome := "success"
	if e.errorCode != nil || e.errorMessage != nil {
		outcome = "failure"
	}
	if login {
		if result := s.text(carrier.Member(e.responseElements, "ConsoleLogin")); len(result) > 0 {
			outcome = string(bytes.ToLower(result))
		}
		s.consoleLogin()
	}
	s.b.Keyword("event.outcome", outcome)
	s.keyword("error.code", e.errorCode)
	s.keyword("error.message", e.errorMessage)
}

func (s *session) consoleLogin() {
	data := s.event.additionalEventData
	const prefix = "aws.cloudtrail.console_login.additional_eventdata."
	s.keyword(prefix+"login_to", carrier.Member(data, "LoginTo"))
	if v := s.text(carrier.Member(data, "MobileVersion")); len(v) > 0 {
		s.b.Bool(prefix+"mobile_version", string(v) != "No")
	}
	if v := s.text(carrier.Member(data, "MFAUsed")); len(v) > 0 {
		s.b.Bool(prefix+"mfa_used", string(v) != "No")
	}
}

// origin sets where the call came from.
func (s *session) origin() {
	s.b.Address("source.address", "source.ip", s.text(s.event.sourceIPAddress))
	s.b.UserAgent(s.text(s.event.userAgent))
}

// trail sets the members that keep their own names below aws.cloudtrail.
func (s *session) trail() {
	e := &s.event
	s.keyword("aws.cloudtrail.event_version", e.eventVersion)
	s.keyword("aws.cloudtrail.event_type", e.eventType)
	s.keyword("aws.cloudtrail.event_category", e.eventCategory)
	s.keyword("aws.cloudtrail.error_code", e.errorCode)
	s.keyword("aws.cloudtrail.error_message", e.errorMessage)
	s.keyword("aws.cloudtrail.request_id", e.requestID)
	s.keyword("aws.cloudtrail.api_version", e.apiVersion)
	s.boolean("aws.cloudtrail.read_only", e.readOnly)
	s.keyword("aws.cloudtrail.management_event", e.managementEvent)
	s.keyword("aws.cloudtrail.recipient_account_id", e.recipientAccountID)
	s.keyword("aws.cloudtrail.shared_event_id", e.sharedEventID)
	s.keyword("aws.cloudtrail.vpc_endpoint_id", e.vpcEndpointID)
	s.keyword("aws.cloudtrail.vpc_endpoint_account_id", e.vpcEndpointAccountID)
	s.keyword("aws.cloudtrail.session_credential_from_console", e.sessionCredentialFromConsole)
	s.keyword("aws.cloudtrail.addendum.reason", carrier.Member(e.addendum, "reason"))
	s.keyword("aws.cloudtrail.addendum.updated_fields", carrier.Member(e.addendum, "updatedFields"))
	s.keyword("aws.cloudtrail.addendum.original_request_id", carrier.Member(e.addendum, "originalRequestID"))
	s.keyword("aws.cloudtrail.addendum.original_event_id", carrier.Member(e.addendum, "originalEventID"))
	if e.addendum != nil {
		s.unknown("addendum", e.addendum, "reason", "updatedFields", "originalRequestID", "originalEventID")
	}
	s.resources()
}

// tls sets the connection's parameters: `TLSv1.2` is protocol tls, version 1.2.
func (s *session) tls() {
	details := s.event.tlsDetails
	if details == nil {
		return
	}
	s.b.TLSVersion(s.text(carrier.Member(details, "tlsVersion")))
	s.keyword("tls.cipher", carrier.Member(details, "cipherSuite"))
	s.keyword("tls.client.server_name", carrier.Member(details, "clientProvidedHostHeader"))
	s.keyword("tls.curve", carrier.Member(details, "keyExchange")) // https://docs.aws.amazon.com/kms/latest/developerguide/ct-encapsulate.html
	s.unknown("tlsDetails", details, "tlsVersion", "cipherSuite", "clientProvidedHostHeader", "keyExchange")
}

// targets sets the users and groups that the call is about.
func (s *session) targets() {
	request, response := s.event.requestParameters, s.event.responseElements
	if v := carrier.Member(request, "userName"); carrier.IsText(v) {
		s.keyword("user.target.name", v)
		s.b.RelatedUser(s.text(v))
	}
	if v := carrier.Member(request, "newUserName"); carrier.IsText(v) {
		s.keyword("user.changes.name", v)
		s.b.RelatedUser(s.text(v))
	}
	if v := carrier.Member(request, "groupName"); carrier.IsText(v) {
		s.keyword("group.name", v)
	}
	s.keyword("user.target.id", carrier.Member(carrier.Member(response, "user"), "userId"))
	s.keyword("group.id", carrier.Member(carrier.Member(response, "group"), "groupId"))
}

// resources renders the list of resources, each once.
func (s *session) resources() {
	if s.event.resources == nil || s.event.resources.Type() != fastjson.TypeArray {
		return
	}
	list := make([]byte, 0, 256)
	seen := map[string]struct{}{}
	for _, r := range s.event.resources.GetArray() {
		from := len(list)
		list = append(list, "[,"[min(len(seen), 1)], '{')
		for _, m := range [...]struct{ from, to string }{{"ARN", "arn"}, {"ARNPrefix", "arn_prefix"}, {"accountId", "account_id"}, {"type", "type"}} {
			if v := s.text(carrier.Member(r, m.from)); !ecs.Absent(v) {
				if list[len(list)-1] != '{' {
					list = append(list, ',')
				}
				list = append(ecs.AppendString(list, m.to), ':')
				list = ecs.AppendString(list, v)
			}
		}
		list = append(list, '}')
		item := string(list[from+1:])
		if _, twin := seen[item]; twin || item == "{}" {
			list = list[:from]
			continue
		}
		seen[item] = struct{}{}
	}
	if len(list) > 0 {
		s.b.JSON("aws.cloudtrail.resources", append(list, ']'))
	}
}
