package sqssource

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/ingest/ingesttest"
)

func sns(message string) string {
	quoted, _ := json.Marshal(message)
	return `{"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:eu-central-1:1:t","Message":` + string(quoted) + `}`
}

func s3Record(name, key string) string {
	return `{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"` + name + `","s3":{"bucket":{"name":"b"},"object":{"key":"` + key + `","size":7,"eTag":"\"e\"","sequencer":"0A"}}}`
}

func parsed(n Notice, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	var out []string
	for _, o := range n.Objects {
		out = append(out, fmt.Sprintf("%s %s %s %d", o.Bucket, o.Key, o.ETag, o.Size))
	}
	if n.Event != nil {
		out = append(out, "event "+string(n.Event))
	}
	return strings.Join(out, "; ")
}

func TestEveryShapeOfMessageIsRead(t *testing.T) {
	direct := `{"Records":[` + s3Record("ObjectCreated:Put", "a+b%2Bc") + `]}`
	event := `{"detail-type":"AWS API Call via CloudTrail","source":"aws.s3","detail":{"eventVersion":"1.08","eventName":"PutObject"}}`
	finding := `{"detail-type":"GuardDuty Finding","source":"aws.guardduty","detail":{"id":"x"}}`
	for name, c := range map[string]struct{ body, want string }{
		"direct":                            {direct, "b a b+c e 7"},
		"through SNS":                       {sns(direct), "b a b+c e 7"},
		"through SNS twice":                 {sns(sns(direct)), "b a b+c e 7"},
		"an s3: before the name":            {`{"Records":[` + s3Record("s3:ObjectCreated:CompleteMultipartUpload", "k") + `]}`, "b k e 7"},
		"all of several records":            {`{"Records":[` + s3Record("ObjectCreated:Put", "1") + `,` + s3Record("ObjectRemoved:Delete", "2") + `,` + s3Record("ObjectCreated:Copy", "3") + `]}`, "b 1 e 7; b 3 e 7"},
		"only what is gone":                 {`{"Records":[` + s3Record("ObjectRemoved:Delete", "2") + `]}`, ""},
		"no records":                        {`{"Records":[]}`, ""},
		"EventBridge":                       {`{"detail-type":"Object Created","source":"aws.s3","detail":{"bucket":{"name":"b"},"object":{"key":"a+b%2Bc","size":7,"etag":"e"},"reason":"PutObject"}}`, "b a+b%2Bc e 7"},
		"EventBridge, deleted":              {`{"detail-type":"Object Deleted","source":"aws.s3","detail":{"bucket":{"name":"b"},"object":{"key":"k"}}}`, ""},
		"CloudTrail's own":                  {sns(`{"s3Bucket":"b","s3ObjectKey":["k1","k+2"]}`), "b k1  -1; b k+2  -1"},
		"CloudTrail's test":                 {sns("CloudTrail validation message."), ""},
		"S3's test":                         {`{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-01-01T00:00:00.000Z","Bucket":"b"}`, ""},
		"an event of CloudTrail":            {event, "event " + event},
		"a finding through SNS":             {sns(finding), "event " + finding},
		"no JSON":                           {"hello", "error: message is not JSON"},
		"another event":                     {`{"detail-type":"Scheduled Event","source":"aws.events","detail":{}}`, `error: message is an event "Scheduled Event" of "aws.events"`},
		"records of another service":        {`{"Records":[{"eventSource":"aws:kinesis"}]}`, `error: message holds a record of "aws:kinesis"`},
		"a key that is not encoded":         {`{"Records":[` + s3Record("ObjectCreated:Put", "100%") + `]}`, "error: message names an object that cannot be"},
		"no key":                            {`{"Records":[` + s3Record("ObjectCreated:Put", "") + `]}`, "error: message names no bucket or no key"},
		"nothing that is known":             {`{"a":1}`, "error: message is neither"},
		"too many envelopes":                {sns(sns(sns(sns(sns(direct))))), "error: message lies in more than 3"},
		"a bucket in CloudTrail's, no keys": {`{"s3Bucket":"b","s3ObjectKey":[]}`, "error: message is neither"},
	} {
		if got := parsed(Parse([]byte(c.body))); got != c.want && !(strings.HasPrefix(c.want, "error") && strings.HasPrefix(got, c.want)) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestTheSamplesOfMessagesAreRead(t *testing.T) {
	for file, want := range map[string]string{
		"synthetic/delivery/s3_via_sns.json": "", "synthetic/delivery/s3_via_eventbridge.json": "", "synthetic/delivery/cloudtrail_sns.json": "", "synthetic/delivery/s3_test_event.json": "none",
		"delivery/aws-powertools-powertools-lambda-python/s3EventBridgeNotificationObjectCreatedEvent.json": "", "delivery/aws-powertools-powertools-lambda-python/s3Event.json": "",
		"delivery/aws-aws-lambda-go/s3-event.json": "",
	} {
		body, err := os.ReadFile(ingesttest.Samples(t, file))
		if err != nil {
			t.Fatal(err)
		}
		n, err := Parse(body)
		if err != nil || (len(n.Objects) == 0) != (want == "none") {
			t.Errorf("%s: %s", file, parsed(n, err))
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sns(`{"Records":[` + s3Record("ObjectCreated:Put", "a") + `]}`)))
	f.Add([]byte(`{"detail-type":"Object Created","source":"aws.s3","detail":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		n, err := Parse(body)
		for _, o := range n.Objects {
			if err != nil || o.Bucket == "" {
				t.Errorf("%+v, %v", o, err)
			}
		}
	})
}
