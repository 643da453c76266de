package sqssource

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/vedette-siem/vedette/ingest"
)

// A Notice is what a message says.
type Notice struct {
	// Objects are new, in the order of the message; none for a test or for what is not about new objects.
	Objects []ingest.Object
	// Event is the message itself where that is an event, not a note about one; nil else.
	Event []byte
}

// maxWraps is how many envelopes of SNS may lie around a message.
const maxWraps = 3

// envelope holds what tells the shapes of messages apart.
type envelope struct {
	Type, TopicArn, Message string // SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
	Service, Event          string // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
	Records                 []record
	DetailType              string          `json:"detail-type"` // EventBridge: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
	Source                  string          `json:"source"`
	Detail                  json.RawMessage `json:"detail"`
	S3Bucket                string          `json:"s3Bucket"` // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html
	S3ObjectKey             []string        `json:"s3ObjectKey"`
}

type record struct {
	EventSource, EventName string
	S3                     struct {
		Bucket struct{ Name string }
		Object object
	}
}

type object struct {
	Key, ETag string
	Size      *int64
}

// Parse reads a message of a queue, in any of the shapes that AWS sends. Its error says what it is instead.
func Parse(body []byte) (Notice, error) {
	for range maxWraps + 1 {
		var e envelope
		if err := json.Unmarshal(body, &e); err != nil {
			if validation(body) {
				return Notice{}, nil
			}
			return Notice{}, fmt.Errorf("message is not JSON as AWS writes it: %w", err)
		}
		if e.Type != "Notification" || e.TopicArn == "" {
			return e.notice(body)
		}
		body = []byte(e.Message)
	}
	return Notice{}, fmt.Errorf("message lies in more than %d envelopes of SNS", maxWraps)
}

// validation is what CloudTrail sends to a topic when a trail is made.
func validation(body []byte) bool {
	return strings.EqualFold(strings.TrimRight(strings.TrimSpace(string(body)), "."), "CloudTrail validation message")
}

func (e *envelope) notice(body []byte) (Notice, error) {
	switch {
	case e.Event == "s3:TestEvent":
		return Notice{}, nil
	case e.Records != nil:
		return ofRecords(e.Records)
	case e.Source == "aws.s3" && e.DetailType != "" && eventVersion(e.Detail) == "":
		return e.ofEventBridge()
	case e.S3Bucket != "" && len(e.S3ObjectKey) > 0:
		var n Notice
		for _, key := range e.S3ObjectKey {
			n.Objects = append(n.Objects, ingest.Object{Bucket: e.S3Bucket, Key: key, Size: -1})
		}
		return n, nil
	case eventVersion(e.Detail) != "", e.Detail != nil && (e.Source == "aws.guardduty" || e.Source == "aws.securityhub"):
		return Notice{Event: body}, nil
	case e.DetailType != "":
		return Notice{}, fmt.Errorf("message is an event %q of %q, which is not read: send it to another queue", e.DetailType, e.Source)
	}
	return Notice{}, errors.New("message is neither a notification of S3 nor an event that is read")
}

// ofRecords reads S3's own notifications, whose keys are encoded as in forms.
func ofRecords(records []record) (n Notice, err error) {
	for _, r := range records {
		if r.EventSource != "aws:s3" {
			return Notice{}, fmt.Errorf("message holds a record of %q, not of aws:s3", r.EventSource)
		}
		if !strings.HasPrefix(strings.TrimPrefix(r.EventName, "s3:"), "ObjectCreated:") {
			continue
		}
		key, err := url.QueryUnescape(r.S3.Object.Key)
		if err != nil {
			return Notice{}, fmt.Errorf("message names an object that cannot be: %w", err)
		}
		if n.Objects, err = r.S3.Object.append(n.Objects, r.S3.Bucket.Name, key); err != nil {
			return Notice{}, err
		}
	}
	return n, nil
}

// ofEventBridge reads S3's events of EventBridge, whose keys are as they are.
func (e *envelope) ofEventBridge() (n Notice, err error) {
	if e.DetailType != "Object Created" {
		return Notice{}, nil
	}
	var detail struct {
		Bucket struct{ Name string }
		Object object
	}
	if err := json.Unmarshal(e.Detail, &detail); err != nil {
		return Notice{}, fmt.Errorf("detail of the message: %w", err)
	}
	n.Objects, err = detail.Object.append(nil, detail.Bucket.Name, detail.Object.Key)
	return n, err
}

func (o *object) append(to []ingest.Object, bucket, key string) ([]ingest.Object, error) {
	if bucket == "" || key == "" {
		return nil, errors.New("message names no bucket or no key")
	}
	size := int64(-1)
	if o.Size != nil {
		size = *o.Size
	}
	return append(to, ingest.Object{Bucket: bucket, Key: key, ETag: strings.Trim(o.ETag, `"`), Size: size}), nil
}

func eventVersion(detail json.RawMessage) string {
	var d struct {
		EventVersion string `json:"eventVersion"`
	}
	if json.Unmarshal(detail, &d) != nil {
		return ""
	}
	return d.EventVersion
}
