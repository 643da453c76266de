package cloudfront

import (
	"bytes"
	"fmt"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// The fields that have places of their own.
const (
	colDate = iota
	colTime
	colStamp   // seconds since 1970
	colStampMs // milliseconds since 1970
	colClient
	colPort
	colMethod
	colHost
	colStem
	colQuery
	colStatus
	colReferer
	colAgent
	colCookie
	colRequest
	colViewerHost
	colScheme
	colVersion
	colReceived
	colSent
	colTaken
	colForwarded
	colTLS
	colCipher
	colType
	colLength
	colCountry
	colASN
	colDistribution
	colNamed // the first of those that keep their meaning below aws.cloudfront
)

// special are their names.
var special = [colNamed]string{
	"date", "time", "timestamp", "timestamp(ms)", "c-ip", "c-port", "cs-method", "cs(Host)", "cs-uri-stem", "cs-uri-query", "sc-status",
	"cs(Referer)", "cs(User-Agent)", "cs(Cookie)", "x-edge-request-id", "x-host-header", "cs-protocol", "cs-protocol-version",
	"cs-bytes", "sc-bytes", "time-taken", "x-forwarded-for", "ssl-protocol", "ssl-cipher", "sc-content-type", "sc-content-len",
	"c-country", "asn", "DistributionId",
}

// form says how a named field is kept.
type form uint8

const (
	asKeyword form = iota
	asDecimal      // seconds
	asLong
)

// named fields in the order in which they are rendered.
var namedFields = [...]struct {
	name, field string
	form        form
}{
	{"x-edge-location", "aws.cloudfront.edge_location", asKeyword},
	{"x-edge-result-type", "aws.cloudfront.edge_result_type", asKeyword},
	{"x-edge-response-result-type", "aws.cloudfront.edge_response_result_type", asKeyword},
	{"x-edge-detailed-result-type", "aws.cloudfront.edge_detailed_result_type", asKeyword},
	{"time-to-first-byte", "aws.cloudfront.time_to_first_byte", asDecimal},
	{"fle-status", "aws.cloudfront.fle_status", asKeyword},
	{"fle-encrypted-fields", "aws.cloudfront.fle_encrypted_fields", asLong},
	{"sc-range-start", "aws.cloudfront.range_start", asLong},
	{"sc-range-end", "aws.cloudfront.range_end", asLong},
	{"origin-fbl", "aws.cloudfront.origin_first_byte_latency", asDecimal},
	{"origin-lbl", "aws.cloudfront.origin_last_byte_latency", asDecimal},
	{"cache-behavior-path-pattern", "aws.cloudfront.cache_behavior_path_pattern", asKeyword},
	{"distribution-tenant-id", "aws.cloudfront.distribution_tenant_id", asKeyword},
	{"connection-id", "aws.cloudfront.connection_id", asKeyword},
}

const columns = colNamed + len(namedFields)

// row holds the texts of a record by column; nil for absent ones.
type row [columns][]byte

// byName are the columns by the names of their fields as plainName has them. It is immutable.
var byName = func() map[string]int {
	m := make(map[string]int, columns)
	for i, name := range special {
		m[string(plainName(nil, []byte(name)))] = i
	}
	for i, n := range namedFields {
		m[string(plainName(nil, []byte(n.name)))] = colNamed + i
	}
	return m
}()

// column is the place of a field, or -1.
func column(name []byte) int {
	var plain [32]byte
	if len(name) > len(plain) {
		return -1
	}
	if at, ok := byName[string(plainName(plain[:0], name))]; ok {
		return at
	}
	return -1
}

// plainName appends a name in lower case, with underscores for anything but letters and digits, and none at its end: versions differ in
// case, and Parquet's names have no dashes and brackets.
func plainName(dst, name []byte) []byte {
	for _, c := range name {
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case (c < 'a' || c > 'z') && (c < '0' || c > '9'):
			c = '_'
		}
		dst = append(dst, c)
	}
	return bytes.TrimRight(dst, "_")
}

// defaultFields are those of files before version 2, and of version 2 when nobody chooses any.
const defaultFields = `date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie)
 x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher
 x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type
 sc-content-type sc-content-len sc-range-start sc-range-end`

// layout is the order of the fields of lines.
type layout struct {
	columns []int // -1 for fields that are not known
	names   [][]byte
}

// newLayout reads what follows `#Fields:`.
func newLayout(fields []byte) *layout {
	l := &layout{}
	for _, name := range bytes.Fields(fields) {
		l.columns = append(l.columns, column(name))
		l.names = append(l.names, bytes.Clone(name))
	}
	return l
}

// line cuts a line into the row. The values hold no blanks, since CloudFront encodes them; files have tabs between.
func (s *session) line(line []byte) (reason string) {
	l := s.layout
	if l == nil {
		l = s.standard
	}
	separator := byte('\t')
	if bytes.IndexByte(line, separator) < 0 {
		separator = ' '
	}
	n := 0
	for rest, more := line, true; more; n++ {
		var value []byte
		value, rest, more = cut(rest, separator)
		switch {
		case n >= len(l.columns):
		case l.columns[n] >= 0:
			s.row[l.columns[n]] = value
		default:
			s.extra.Text(&s.counts, l.names[n], value)
		}
	}
	switch {
	case n == len(l.columns):
		return ""
	case s.layout == nil:
		return fmt.Sprintf("format unknown: no #Fields line, and %d fields instead of the default's %d", n, len(l.columns))
	}
	return fmt.Sprintf("%d fields instead of %d", n, len(l.columns))
}

func cut(text []byte, separator byte) (value, rest []byte, more bool) {
	if at := bytes.IndexByte(text, separator); at >= 0 {
		return text[:at], text[at+1:], true
	}
	return text, nil, false
}

// silent reports whether the record says nothing of its time.
func (r *row) silent() bool {
	return ecs.Absent(r[colDate]) && ecs.Absent(r[colTime]) && ecs.Absent(r[colStamp]) && ecs.Absent(r[colStampMs])
}

// maxMs is the end of the year 9999.
const maxMs = 253_402_300_799_999

// time is when the server finished responding, in milliseconds since 1970 UTC, by the finest of the fields that tell it.
func (r *row) time() (ms int64, ok bool) {
	if ms, ok = ecs.ParseLong(r[colStampMs]); ok {
		return ms, ms > 0 && ms <= maxMs
	}
	date, clock := r[colDate], r[colTime]
	if len(date) == 10 && len(clock) >= 8 && len(clock) <= 12 {
		var text [24]byte
		copy(text[:], date)
		text[10] = 'T'
		return ecs.ParseTime(text[:11+copy(text[11:], clock)])
	}
	if ns, ok := ecs.Nanos(r[colStamp]); ok { // seconds, with milliseconds or without
		return ns / 1e6, ns > 0
	}
	return 0, false
}
