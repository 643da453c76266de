package digest

import (
	"context"
	"io"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// Options configure a Decoder. The zero value is usable.
type Options struct {
	ECS    ecs.Options
	Limits ingest.Limits
}

// A Decoder implements ingest.Decoder for CloudTrailDigest: an event for each digest that says what it lists. Whether that is true is not its
// business (see Verifier). It is immutable and safe for concurrent use.
type Decoder struct{ supply *carrier.Supply }

// NewDecoder makes a Decoder.
func NewDecoder(o Options) *Decoder {
	return &Decoder{carrier.NewSupply(carrier.Shape{JSON: true, Texts: []string{"message"}, Bridge: true}, event, o.ECS, o.Limits)}
}

// Decode implements ingest.Decoder.
func (d *Decoder) Decode(ctx context.Context, r io.Reader, o *ingest.Object, emit ingest.Emit) (ingest.Counts, error) {
	return d.supply.Decode(ctx, r, o, ingest.CloudTrailDigest.Dataset(), emit)
}

func event(s *carrier.Session, r *carrier.Record) (id string, ms int64, reason string) {
	v := r.JSON
	if v == nil || !v.Exists("digestS3Object") {
		return "", 0, "not a digest of CloudTrail: it has no digestS3Object"
	}
	ms, ok := ecs.ParseTime(s.Text(v.Get("digestEndTime")))
	if !ok {
		return "", 0, "its digestEndTime is not a time"
	}
	s.B.Keywords("event.category", "file")
	s.B.Keywords("event.type", "info")
	s.B.Keyword("event.action", "digest-delivered")
	s.Keyword("cloud.account.id", v.Get("awsAccountId"))
	place := ingest.Object{Key: string(s.Text(v.Get("digestS3Object")))}
	s.B.Keyword("cloud.region", place.Place().Region)
	const prefix = "aws.cloudtrail.digest."
	s.Time("event.start", v.Get("digestStartTime"))
	s.Time("event.end", v.Get("digestEndTime"))
	s.Time(prefix+"start_time", v.Get("digestStartTime"))
	s.Time(prefix+"end_time", v.Get("digestEndTime"))
	s.Time(prefix+"newest_event_time", v.Get("newestEventTime"))
	s.Time(prefix+"oldest_event_time", v.Get("oldestEventTime"))
	s.Keyword(prefix+"s3_bucket", v.Get("digestS3Bucket"))
	s.Keyword(prefix+"s3_object", v.Get("digestS3Object"))
	s.Keyword(prefix+"signature_algorithm", v.Get("digestSignatureAlgorithm"))
	s.Keyword(prefix+"public_key_fingerprint", v.Get("digestPublicKeyFingerprint"))
	s.Keyword(prefix+"previous.s3_bucket", v.Get("previousDigestS3Bucket"))
	s.Keyword(prefix+"previous.s3_object", v.Get("previousDigestS3Object"))
	s.Keyword(prefix+"previous.sha256_hash", v.Get("previousDigestHashValue"))
	s.B.RelatedHash(s.Text(v.Get("previousDigestHashValue")))
	listed(s, carrier.Items(v.Get("logFiles")))
	s.Extra("aws.cloudtrail.extra", v, isMember)
	return "", ms, ""
}

func isMember(name []byte) bool {
	switch string(name) {
	case "awsAccountId", "digestStartTime", "digestEndTime", "digestS3Bucket", "digestS3Object", "digestPublicKeyFingerprint", "digestSignatureAlgorithm",
		"newestEventTime", "oldestEventTime", "previousDigestS3Bucket", "previousDigestS3Object", "previousDigestHashValue", "previousDigestHashAlgorithm",
		"previousDigestSignature", "logFiles":
		return true
	}
	return false
}

// listed sets the log files.
func listed(s *carrier.Session, files []*fastjson.Value) {
	s.B.Long("aws.cloudtrail.digest.log_files_listed", int64(len(files)))
	if len(files) == 0 {
		return
	}
	out := make([]byte, 0, 256*len(files))
	for _, f := range files {
		out = append(out, "[,"[min(len(out), 1)])
		out = ecs.AppendString(append(out, `{"s3_bucket":`...), s.Text(carrier.Member(f, "s3Bucket")))
		out = ecs.AppendString(append(out, `,"s3_object":`...), s.Text(carrier.Member(f, "s3Object")))
		out = ecs.AppendString(append(out, `,"sha256_hash":`...), s.Text(carrier.Member(f, "hashValue")))
		out = append(out, '}')
		s.B.RelatedHash(s.Text(carrier.Member(f, "hashValue")))
	}
	s.B.JSON("aws.cloudtrail.digest.log_files", append(out, ']'))
}
