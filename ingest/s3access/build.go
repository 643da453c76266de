package s3access

import (
	"bytes"
	"regexp"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// partition is how S3 puts logs into folders by date: account, region and bucket before the day
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html).
var partition = regexp.MustCompile(`(?:^|/)(\d{12})/([a-z]{2}(?:-[a-z]+)+-\d)/[^/]+/20\d\d/[01]\d/[0-3]\d/[^/]+$`)

// place is where the bucket of an object's records lies, as the key tells.
func place(o *ingest.Object) ingest.Place {
	if m := partition.FindStringSubmatch(o.Key); m != nil {
		return ingest.Place{Account: m[1], Region: m[2]}
	}
	return o.Place()
}

// plain are the fields that are kept as they are.
var plain = [columns]string{
	colOwner: "aws.s3access.bucket_owner", colBucket: "aws.s3access.bucket", colRequester: "aws.s3access.requester",
	colRequest: "aws.s3access.request_id", colOperation: "aws.s3access.operation", colKey: "aws.s3access.key", colURI: "aws.s3access.request_uri",
	colError: "aws.s3access.error_code", colReferer: "aws.s3access.referrer", colAgent: "aws.s3access.user_agent",
	colVersion: "aws.s3access.version_id", colHost: "aws.s3access.host_id", colSignature: "aws.s3access.signature_version",
	colCipher: "aws.s3access.cipher_suite", colAuth: "aws.s3access.authentication_type", colHostHeader: "aws.s3access.host_header",
	colTLS: "aws.s3access.tls_version", colAccessPoint: "aws.s3access.access_point_arn", colACL: "aws.s3access.acl_required",
	colSourceRegion: "aws.s3access.source_region", colSchema: "aws.s3access.schema_version", colBucketARN: "aws.s3access.bucket_arn",
}

// numbers are the fields that are kept as numbers.
var numbers = [columns]string{
	colStatus: "aws.s3access.http_status", colSent: "aws.s3access.bytes_sent", colSize: "aws.s3access.object_size",
	colTotal: "aws.s3access.total_time", colTurn: "aws.s3access.turn_around_time",
}

// build sets the fields of the row.
func (s *session) build() {
	b, r := s.b, &s.row
	b.Keywords("event.category", "web")
	b.Keywords("event.type", "access")
	b.KeywordBytes("event.id", r[colRequest])
	b.KeywordBytes("event.action", r[colOperation])
	s.outcome()
	if ms, ok := ecs.ParseLong(r[colTotal]); ok && ms >= 0 && ms < maxMs {
		b.Long("event.duration", ms*1e6)
	}
	s.client()
	s.http()
	s.tls()
	b.Keyword("cloud.account.id", s.place.Account)
	b.Keyword("cloud.region", s.place.Region)
	for at, name := range plain {
		if name != "" {
			b.KeywordBytes(name, r[at])
		} else if name = numbers[at]; name != "" {
			b.LongBytes(name, r[at])
		}
	}
	s.objectKey()
	s.extra.Set(b, "aws.s3access.extra")
}

// maxMs bounds a duration: in nanoseconds it must fit into 63 bits.
const maxMs = 9_000_000_000_000

// outcome is a failure where S3 names an error or answers with one.
func (s *session) outcome() {
	outcome := "success"
	status, ok := ecs.ParseLong(s.row[colStatus])
	if !ecs.Absent(s.row[colError]) || ok && status >= 400 {
		outcome = "failure"
	}
	s.b.Keyword("event.outcome", outcome)
	s.b.KeywordBytes("event.code", s.row[colError])
}

// client sets who asked. Rules group by source.ip, people who know the integration of Elastic look for client.ip.
func (s *session) client() {
	b, r := s.b, &s.row
	b.Address("client.address", "client.ip", r[colRemote])
	if a, ok := b.Address("source.address", "source.ip", r[colRemote]); ok {
		b.IP("aws.s3access.remote_ip", a)
	}
	b.KeywordBytes("client.user.id", r[colRequester])
	b.RelatedUser(r[colRequester])
}

func (s *session) http() {
	b, r := s.b, &s.row
	b.Request(r[colURI])
	if !b.Has("url.domain") && !ecs.Absent(r[colHostHeader]) {
		b.Authority(r[colHostHeader])
	}
	b.LongBytes("http.response.status_code", r[colStatus])
	b.LongBytes("http.response.body.bytes", r[colSent])
	b.KeywordBytes("http.request.referrer", r[colReferer])
	b.UserAgent(r[colAgent])
}

func (s *session) tls() {
	s.b.KeywordBytes("tls.cipher", s.row[colCipher])
	s.b.TLSVersion(s.row[colTLS])
}

// objectKey sets the key as the object is called: S3 writes it URL-encoded, most of the time twice.
func (s *session) objectKey() {
	key := s.row[colKey]
	if ecs.Absent(key) || bytes.IndexByte(key, '%') < 0 {
		return
	}
	if s.scratch = ecs.Unescape(s.scratch[:0], key, 2); !bytes.Equal(s.scratch, key) {
		s.b.KeywordBytes("aws.s3access.object_key", s.scratch)
	}
}
