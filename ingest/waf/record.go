package waf

import (
	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/carrier"
)

// acl is what a record says beside the request: texts are nil and values are nil where they are absent.
type acl struct {
	timestamp, formatVersion, arn, rule, ruleType, action, sourceName, sourceID, code, ja3, ja4, bodySize []byte

	labels, oversize *fastjson.Value
	lists            [len(listNames)]*fastjson.Value
}

// listNames are the members without a fixed shape, and listFields where they are kept.
var (
	listNames = [...]string{
		"terminatingRuleMatchDetails", "ruleGroupList", "rateBasedRuleList", "nonTerminatingMatchingRules", "requestHeadersInserted",
		"captchaResponse", "challengeResponse",
	}
	listFields = [len(listNames)]string{
		"aws.waf.terminating_rule_match_details", "aws.waf.rule_group_list", "aws.waf.rate_based_rule_list", "aws.waf.non_terminating_matching_rules",
		"aws.waf.request_headers_inserted", "aws.waf.captcha_response", "aws.waf.challenge_response",
	}
)

// member takes a member of a record. It returns false for one that is not known.
func (a *acl) member(t *carrier.Texts, name string, v *fastjson.Value) bool {
	text := a.text(name)
	switch {
	case text != nil:
		*text = t.Of(v)
		return true
	case name == "labels":
		a.labels = v
		return true
	case name == "oversizeFields":
		a.oversize = v
		return true
	}
	for i, known := range listNames {
		if name == known {
			a.lists[i] = v
			return true
		}
	}
	return false
}

// text is the place of a member that is a text or a number, or nil.
func (a *acl) text(name string) *[]byte {
	switch name {
	case "timestamp":
		return &a.timestamp
	case "formatVersion":
		return &a.formatVersion
	case "webaclId":
		return &a.arn
	case "terminatingRuleId":
		return &a.rule
	case "terminatingRuleType":
		return &a.ruleType
	case "action":
		return &a.action
	case "httpSourceName":
		return &a.sourceName
	case "httpSourceId":
		return &a.sourceID
	case "responseCodeSent":
		return &a.code
	case "ja3Fingerprint":
		return &a.ja3
	case "ja4Fingerprint":
		return &a.ja4
	case "requestBodySize":
		return &a.bodySize
	}
	return nil
}

// request is the member httpRequest.
type request struct {
	client, country, uri, args, version, method, id, fragment, scheme, host []byte

	headers *fastjson.Value
}

// member takes a member of httpRequest. It returns false for one that is not known.
func (q *request) member(t *carrier.Texts, name string, v *fastjson.Value) bool {
	if name == "headers" && v.Type() == fastjson.TypeArray {
		q.headers = v
		return true
	}
	text := q.text(name)
	if text == nil {
		return false
	}
	*text = t.Of(v)
	return true
}

func (q *request) text(name string) *[]byte {
	switch name {
	case "clientIp":
		return &q.client
	case "country":
		return &q.country
	case "uri":
		return &q.uri
	case "args":
		return &q.args
	case "httpVersion":
		return &q.version
	case "httpMethod":
		return &q.method
	case "requestId":
		return &q.id
	case "fragment":
		return &q.fragment
	case "scheme":
		return &q.scheme
	case "host":
		return &q.host
	}
	return nil
}
