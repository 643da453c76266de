package ingest

import (
	"bytes"
	"encoding/json"
)

// CloudWatch is where the events of a CloudWatch Logs payload come from
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html). The zero value is nowhere.
type CloudWatch struct {
	Group, Stream string

	envelope []byte
	prefix   string
}

// Read takes the envelope of a record (Records.Envelope). Envelopes of other things, or of none, make it zero. Reading the
// same one again costs a comparison.
func (c *CloudWatch) Read(envelope []byte) {
	if bytes.Equal(envelope, c.envelope) {
		return
	}
	*c = CloudWatch{envelope: append(c.envelope[:0], envelope...)}
	var e struct{ Owner, LogGroup, LogStream string }
	if json.Unmarshal(append(bytes.Clone(envelope), "[]}"...), &e) != nil || e.LogStream == "" {
		return
	}
	c.Group, c.Stream = e.LogGroup, e.LogStream
	c.prefix = HashID(e.Owner, e.LogGroup, e.LogStream)
}

// ID is the document id of an event by its own id: that of its stream, hashed, and its own. It is empty where the
// stream is not known or the id is none.
func (c *CloudWatch) ID(id []byte) string {
	if c.Stream == "" || len(id) == 0 || len(id) > 128 {
		return ""
	}
	return c.prefix + "-" + string(id)
}
