package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
)

// HeadBytes is how much of a local file's beginning stands for its content in document ids.
const HeadBytes = 4096

// An Object is one thing to read: an S3 object or a local file. Sources fill it; decoders read it.
type Object struct {
	// Bucket is the S3 bucket; empty for local files.
	Bucket string
	// Key is the decoded S3 key, or the path of a local file with slashes. The Detector looks at it.
	Key string
	// ETag is S3's entity tag without quotes, or what a source tells apart states of its objects by; empty for local files.
	ETag string
	// Size is in bytes as stored, before inflating; negative where unknown.
	Size int64
	// ModTime is when the object was last changed; zero where unknown.
	ModTime time.Time
	// Format is an explicit setting of the source; empty means that the Detector decides.
	Format Format
	// LooksLike is the format that was recognised where no decoder reads it and the object is kept as Unknown; else empty.
	LooksLike Format
	// FlowFormat is the configured field list of flow logs without a header; empty for the default.
	FlowFormat string
	// IDPrefix is the common beginning of the ids of this object's documents. The pipeline fills it where the source has not (see IDPrefix).
	IDPrefix string
	// Ticket belongs to the source: it gets it back when the object is opened and settled. Nil is none.
	Ticket any
}

// Name is how logs, errors and `log.file.path` call the object: the URL of an S3 object, the path of a local file.
func (o *Object) Name() string {
	if o.Bucket == "" {
		return o.Key
	}
	return "s3://" + o.Bucket + "/" + o.Key
}

// Base is the part of the key after the last slash.
func (o *Object) Base() string { return o.Key[strings.LastIndexByte(o.Key, '/')+1:] }

// Identity tells one state of an object from another in Checkpoints: bucket, key, ETag and size of whatever has an ETag; path,
// size and time of change of a local file.
func (o *Object) Identity() string {
	state := o.ETag
	if o.Bucket == "" && o.ETag == "" {
		state = strconv.FormatInt(o.ModTime.UnixNano(), 10)
	}
	return strings.Join([]string{o.Bucket, o.Key, state, strconv.FormatInt(o.Size, 10)}, "\x00")
}

// IDPrefix is the beginning that the ids of an object's documents share: 16 characters of base64url(sha256(bucket, 0,
// key, 0, etag)). For a local file the bucket is empty, the key is the file's name without its folders, and the
// SHA-256 of its first HeadBytes bytes as stored stands for the etag; so a moved or copied folder keeps its ids.
func IDPrefix(o *Object, head []byte) string {
	key, etag := o.Key, o.ETag
	if o.Bucket == "" {
		sum := sha256.Sum256(head[:min(len(head), HeadBytes)])
		key, etag = o.Base(), hex.EncodeToString(sum[:])
	}
	return HashID(o.Bucket, key, etag)
}

// HashID is the first 16 characters (96 bits) of the base64url SHA-256 of the parts, with a zero byte between them.
func HashID(parts ...string) string {
	var b bytes.Buffer
	for i, p := range parts {
		if i > 0 {
			b.WriteByte(0)
		}
		b.WriteString(p)
	}
	sum := sha256.Sum256(b.Bytes())
	return base64.RawURLEncoding.EncodeToString(sum[:12])
}

// idDigits is base32hex, whose order is the order of the numbers.
const idDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUV"

// RecordID is the id of record n (from 0) below a prefix: the prefix, a dash and n as seven digits of base32hex.
// Numbers past 2^35 get more digits.
func RecordID(prefix string, n int64) string {
	var digits [13]byte
	at := len(digits)
	for at > len(digits)-7 || n > 0 {
		at--
		digits[at] = idDigits[n&31]
		n >>= 5
	}
	return prefix + "-" + string(digits[at:])
}

// Place is what a key in AWS's layout says about where its events come from. Empty parts are unknown.
type Place struct{ Account, Region string }

// Place reads account and region from `AWSLogs/[o-org/]<account>/<service>/<region>/` and its hive form
// `aws-account-id=<account>/aws-service=…/aws-region=<region>/`.
func (o *Object) Place() Place {
	var p Place
	_, rest, found := strings.Cut(o.Key, "AWSLogs/")
	if !found {
		return p
	}
	parts := strings.Split(rest, "/")
	if len(parts) > 1 && strings.HasPrefix(parts[0], "o-") {
		parts = parts[1:]
	}
	account := strings.TrimPrefix(parts[0], "aws-account-id=")
	if len(parts) > 1 && len(account) == 12 && strings.Trim(account, "0123456789") == "" {
		p.Account = account
	}
	if len(parts) < 4 {
		return p
	}
	region := strings.TrimPrefix(parts[2], "aws-region=")
	if strings.Count(region, "-") >= 2 && strings.Trim(region, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" {
		p.Region = region
	}
	return p
}
