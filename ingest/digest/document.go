package digest

import (
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/storage/document"
)

// Documents makes events of results. It is safe for concurrent use.
type Documents struct{ builders *ecs.Builders }

// NewDocuments makes it.
func NewDocuments(o ecs.Options) *Documents { return &Documents{ecs.NewBuilders(o)} }

// Of is the event of a result: an alert where something is wrong. Its time is that of the check; its id follows from what was found, so that
// checking again adds nothing.
func (m *Documents) Of(r *Result) *document.Document {
	b := m.builders.Get()
	defer m.builders.Put(b)
	o := &ingest.Object{Bucket: r.At.Bucket, Key: r.At.Key}
	b.Object(o, ingest.CloudTrailDigest.Dataset())
	b.Begin(-1)
	b.Timestamp(b.Now())
	b.Keywords("event.category", "file")
	place := o.Place()
	b.Keyword("cloud.account.id", place.Account)
	b.Keyword("cloud.region", place.Region)
	const prefix = "aws.cloudtrail.digest."
	b.Keyword(prefix+"s3_bucket", r.At.Bucket)
	b.Keyword(prefix+"s3_object", r.At.Key)
	if d := r.Digest; d != nil {
		b.Keyword("cloud.account.id", d.Account)
		b.Time(prefix+"start_time", d.startTime.UnixMilli())
		b.Time(prefix+"end_time", d.endTime.UnixMilli())
		b.Keyword(prefix+"signature_algorithm", d.Algorithm)
		b.Keyword(prefix+"public_key_fingerprint", d.Fingerprint)
	}
	b.Bool(prefix+"valid", r.Fault == nil)
	b.Bool(prefix+"signature_checked", r.Signed)
	if r.Fault == nil {
		return m.right(b, r)
	}
	return m.wrong(b, r)
}

func (m *Documents) right(b *ecs.Builder, r *Result) *document.Document {
	b.Keyword("event.action", "digest-verified")
	b.Keyword("event.outcome", "success")
	b.Keywords("event.type", "info")
	b.Keyword("event.reason", r.Note)
	b.Long("aws.cloudtrail.digest.log_files_checked", int64(r.Logs))
	return b.Document("dg-" + ingest.HashID("valid", r.At.Bucket, r.At.Key, r.Hash))
}

func (m *Documents) wrong(b *ecs.Builder, r *Result) *document.Document {
	file := r.At
	if r.Log != nil {
		file = Ref{r.Log.Bucket, r.Log.Key}
		b.Keyword("aws.cloudtrail.digest.log_files.s3_bucket", r.Log.Bucket)
		b.Keyword("aws.cloudtrail.digest.log_files.s3_object", r.Log.Key)
		b.Keyword("aws.cloudtrail.digest.log_files.sha256_hash", r.Log.HashValue)
	}
	b.Keyword("event.kind", "alert")
	b.Keyword("event.action", string(r.Fault.Problem))
	b.Keyword("event.outcome", "failure")
	switch r.Fault.Problem {
	case DigestMissing, LogMissing:
		b.Keywords("event.type", "deletion")
	case DigestAltered, LogAltered, SignatureInvalid:
		b.Keywords("event.type", "change")
	default:
		b.Keywords("event.type", "info")
	}
	b.Keyword("event.reason", r.Fault.Text)
	b.Keyword("message", r.Fault.Text+": "+file.String())
	b.Keyword("rule.name", "CloudTrail log file integrity")
	b.Keyword("aws.cloudtrail.digest.error", r.Fault.Text)
	b.Keyword("file.path", file.String())
	b.Keyword("file.hash.sha256", r.Hash)
	b.RelatedHash([]byte(r.Hash))
	return b.Document("dg-" + ingest.HashID(string(r.Fault.Problem), r.At.Bucket, r.At.Key, file.Bucket, file.Key, r.Hash))
}
