package demo

import (
	"strconv"
	"strings"
	"time"
)

// maxRecords is the most records the demo puts into one CloudTrail file; AWS's own hold 1 to 400 or so.
const maxRecords = 400

// call is one CloudTrail record to be.
type call struct {
	at              time.Time
	account, region string // where it is recorded
	who             identity
	source          string // eventSource without .amazonaws.com
	name            string
	write           bool   // readOnly: false
	data            bool   // a data event
	params          string // JSON template (see expand), "" for null
	response        string // as params
	resource        string // AWS::S3::Bucket and so on: adds resources
	address, agent  string // "": those of who
	code, message   string // error; message is JSON text without quotes
	more            string // JSON template of additionalEventData or serviceEventDetails, with its name
	eventType       string // "": AwsApiCall
	console         bool   // the session began in the console
	values          values
	drawn           []drawn // what the record has drawn so far
}

// values are what the placeholders of a call's templates stand for, where the caller has an opinion.
type values map[string]string

// versions spreads the record versions over the services, as AWS's services moved at different times.
func version(source string) string {
	switch source {
	case "s3", "ec2", "iam", "secretsmanager", "cloudtrail":
		return "1.10"
	case "kms", "sso", "ecs", "ssm", "lambda":
		return "1.09"
	}
	return "1.08"
}

// appendCall appends the record as CloudTrail writes it.
func appendCall(b []byte, d dice, c *call) []byte {
	b = append(b, `{"eventVersion":"`+version(c.source)+`","userIdentity":`...)
	b = appendIdentity(b, c)
	b = c.at.AppendFormat(append(b, `,"eventTime":"`...), time.RFC3339)
	b = append(b, '"')
	b = member(member(b, "eventSource", c.source+".amazonaws.com"), "eventName", c.name)
	b = member(b, "awsRegion", c.region)
	b = member(member(b, "sourceIPAddress", c.sourceAddress()), "userAgent", c.userAgent())
	response := c.response
	if c.code != "" {
		b = member(b, "errorCode", c.code)
		response = ""
	}
	if c.message != "" {
		b = expand(append(b, `,"errorMessage":"`...), d, c, c.message)
		b = append(b, '"')
	}
	if c.eventType == "AwsConsoleSignIn" {
		response = c.response // the answer tells the failure
	}
	b = object(append(b, `,"requestParameters":`...), d, c, c.params)
	b = object(append(b, `,"responseElements":`...), d, c, response)
	if c.more != "" {
		b = expand(append(b, ','), d, c, c.more)
	}
	return appendTail(b, d, c)
}

// appendTail appends what follows requestParameters and responseElements.
func appendTail(b []byte, d dice, c *call) []byte {
	kind := c.eventType
	if kind == "" {
		kind = "AwsApiCall"
		b = append(b, `,"requestID":"`...)
		b = append(d.appendUUID(b), '"')
	}
	b = append(b, `,"eventID":"`...)
	b = append(d.appendUUID(b), '"')
	b = append(b, `,"readOnly":`...)
	b = strconv.AppendBool(b, !c.write)
	if c.resource != "" {
		b = append(b, `,"resources":[{"accountId":"`+c.account+`","type":"`+c.resource+`","ARN":"`...)
		b = append(expand(b, d, c, resourceARN(c.resource)), `"}]`...)
	}
	b = member(b, "eventType", kind)
	b = append(b, `,"managementEvent":`...)
	b = strconv.AppendBool(b, !c.data)
	b = member(b, "recipientAccountId", c.account)
	if c.who.kind == typeService || c.who.kind == typeNone {
		b = append(d.appendUUID(append(b, `,"sharedEventID":"`...)), '"')
	}
	if c.data {
		b = append(b, `,"eventCategory":"Data"`...)
	} else {
		b = append(b, `,"eventCategory":"Management"`...)
	}
	if kind == "AwsApiCall" && !c.console && c.who.kind != typeService {
		b = append(b, `,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"`...)
		b = append(expand(b, d, c, c.endpoint()), `"}`...)
	}
	if c.console {
		b = append(b, `,"sessionCredentialFromConsole":"true"`...)
	}
	return append(b, '}')
}

// endpoint is the template of the host name the caller used.
func (c *call) endpoint() string {
	switch {
	case c.source == "iam":
		return "iam.amazonaws.com"
	case c.source == "s3" && strings.Contains(c.params, "$bucket"):
		return "$bucket.s3.$region.amazonaws.com"
	}
	return c.source + ".$region.amazonaws.com"
}

func (c *call) sourceAddress() string {
	if c.address != "" {
		return c.address
	}
	return c.who.address
}

func (c *call) userAgent() string {
	if c.agent != "" {
		return c.agent
	}
	return c.who.agent
}

func object(b []byte, d dice, c *call, template string) []byte {
	if template == "" {
		return append(b, "null"...)
	}
	return expand(b, d, c, template)
}

// resourceARN is the template of a resource's ARN.
func resourceARN(resource string) string {
	switch resource {
	case "AWS::S3::Bucket":
		return "arn:aws:s3:::$bucket"
	case "AWS::S3::Object":
		return "arn:aws:s3:::$bucket/$key"
	case "AWS::KMS::Key":
		return "$kms"
	case "AWS::IAM::Role":
		return "$role"
	}
	return "arn:aws:lambda:$region:$acct:function:$fn"
}

// expand appends a template with its placeholders, $ and lower-case letters, replaced.
func expand(b []byte, d dice, c *call, template string) []byte {
	for {
		i := strings.IndexByte(template, '$')
		if i < 0 {
			return append(b, template...)
		}
		b = append(b, template[:i]...)
		template = template[i+1:]
		end := 0
		for end < len(template) && template[end] >= 'a' && template[end] <= 'z' {
			end++
		}
		b = c.appendValue(b, d, template[:end])
		template = template[end:]
	}
}
