package s3access

import (
	"github.com/valyala/fastjson"
)

// The fields of a line, in order.
const (
	colOwner = iota
	colBucket
	colTime // without its brackets
	colRemote
	colRequester
	colRequest
	colOperation
	colKey
	colURI
	colStatus
	colError
	colSent
	colSize
	colTotal
	colTurn
	colReferer
	colAgent
	colVersion
	colHost
	colSignature
	colCipher
	colAuth
	colHostHeader
	colTLS
	colAccessPoint
	colACL
	colSourceRegion
	colSchema // of JSON records only, as those below
	colBucketARN
	columns
)

// minFields is how many a line has at least: those up to the version id, as S3 wrote them before 2019.
const minFields = colVersion + 1

// lineFields is how many fields of a line are known.
const lineFields = colSourceRegion + 1

// row holds the texts of a record by column; nil for absent ones.
type row [columns][]byte

// column is the place of a member of JSON records, or -1. Some go by the name that the documentation of the lines has for them.
func column(name []byte) int {
	switch string(name) {
	case "bucket_owner_id", "bucket_owner":
		return colOwner
	case "bucket_name", "bucket":
		return colBucket
	case "request_time", "time":
		return colTime
	case "remote_ip":
		return colRemote
	case "requester":
		return colRequester
	case "request_id":
		return colRequest
	case "operation":
		return colOperation
	case "key_name", "key", "object_key":
		return colKey
	case "request_uri":
		return colURI
	case "http_status", "http_status_code":
		return colStatus
	case "error_code":
		return colError
	case "bytes_sent":
		return colSent
	case "object_size":
		return colSize
	case "total_time", "total_time_ms":
		return colTotal
	case "turn_around_time", "turn_around_time_ms":
		return colTurn
	case "referer", "referrer":
		return colReferer
	case "user_agent":
		return colAgent
	case "version_id":
		return colVersion
	case "host_id":
		return colHost
	case "signature_version":
		return colSignature
	case "cipher_suite":
		return colCipher
	case "authentication_type", "auth_type":
		return colAuth
	case "host_header":
		return colHostHeader
	case "tls_version":
		return colTLS
	case "access_point_arn":
		return colAccessPoint
	case "acl_required":
		return colACL
	case "source_region":
		return colSourceRegion
	case "schema_version_id":
		return colSchema
	case "bucket_arn":
		return colBucketARN
	}
	return -1
}

// members reads a JSON record into the row.
func (s *session) members(v *fastjson.Value) (reason string) {
	s.texts.Reset()
	known := 0
	v.GetObject().Visit(func(name []byte, m *fastjson.Value) {
		if at := column(name); at >= 0 {
			s.row[at] = s.texts.Of(m)
			known++
			return
		}
		s.extra.Value(&s.counts, name, m)
	})
	if known < 3 {
		return "it is no record of S3's access log"
	}
	return ""
}
