// Package digest verifies CloudTrail's log files by the digest files that AWS signs every hour
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html).
//
// A digest lists the log files of its hour with their hashes, and the digest before it with its hash and its signature. So a chain of digests
// tells of every log file that was altered or removed, and of every digest that was. What it cannot tell: a digest that was removed at either
// end of the chain, for nothing that is there speaks of it.
//
// The package asks nobody but Objects, which the caller gives, and the keys, which come from a file: it works without a
// network. It also decodes digests as events (Decoder), without judging them.
package digest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Ref is a place in S3.
type Ref struct{ Bucket, Key string }

func (r Ref) String() string { return "s3://" + r.Bucket + "/" + r.Key }

// A LogFile is a log file as its digest lists it.
type LogFile struct {
	Bucket        string `json:"s3Bucket"`
	Key           string `json:"s3Object"`
	HashValue     string `json:"hashValue"` // hex SHA-256 of the inflated content
	HashAlgorithm string `json:"hashAlgorithm"`
}

// A Digest is the content of a digest file. Times are kept as they are written, since the signature is over the text.
type Digest struct {
	Account             string    `json:"awsAccountId"`
	Start               string    `json:"digestStartTime"`
	End                 string    `json:"digestEndTime"`
	Bucket              string    `json:"digestS3Bucket"`
	Key                 string    `json:"digestS3Object"`
	Fingerprint         string    `json:"digestPublicKeyFingerprint"`
	Algorithm           string    `json:"digestSignatureAlgorithm"`
	NewestEvent         string    `json:"newestEventTime"`
	OldestEvent         string    `json:"oldestEventTime"`
	PreviousBucket      string    `json:"previousDigestS3Bucket"` // empty, as what follows, for the first of a chain
	PreviousKey         string    `json:"previousDigestS3Object"`
	PreviousHash        string    `json:"previousDigestHashValue"`
	PreviousHashType    string    `json:"previousDigestHashAlgorithm"`
	PreviousSignature   string    `json:"previousDigestSignature"`
	LogFiles            []LogFile `json:"logFiles"`
	startTime, endTime  time.Time
	previous, placement Ref
}

// algorithm is the only one that AWS signs with, and hashing the only one it hashes with.
const (
	algorithm = "SHA256withRSA"
	hashing   = "SHA-256"
)

// Parse reads the inflated text of a digest file.
func Parse(plain []byte) (*Digest, error) {
	d := &Digest{}
	if err := json.Unmarshal(plain, d); err != nil {
		return nil, fmt.Errorf("parse digest: %w", err)
	}
	var err1, err2 error
	d.startTime, err1 = time.Parse(time.RFC3339, d.Start)
	d.endTime, err2 = time.Parse(time.RFC3339, d.End)
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("parse digest: times: %w", err)
	}
	d.placement, d.previous = Ref{d.Bucket, d.Key}, Ref{d.PreviousBucket, d.PreviousKey}
	return d, nil
}

// IsFirst reports whether the chain begins with this digest: logging, or its validation, was switched on.
func (d *Digest) IsFirst() bool { return d.PreviousKey == "" }

// signed is what the signature of a digest is over. The text `null` stands for the signature before the first one, as AWS's command line has it
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html).
func (d *Digest) signed(plain []byte) []byte {
	before := d.PreviousSignature
	if before == "" {
		before = "null"
	}
	return []byte(strings.Join([]string{d.End, d.Bucket + "/" + d.Key, hash(plain), before}, "\n"))
}

func hash(plain []byte) string {
	sum := sha256.Sum256(plain)
	return hex.EncodeToString(sum[:])
}

// Verify checks one digest: that it lies where it says it was put, and that the signature (hex) is AWS's over it. at may lack the bucket
// where that is not known. The error is a *Fault.
func (d *Digest) Verify(at Ref, plain []byte, signature string, keys *Keys) error {
	if at.Key != d.Key || at.Bucket != "" && at.Bucket != d.Bucket {
		return fault(DigestMisplaced, "the digest says that it belongs to %s, and lies in %s", d.placement, at)
	}
	if d.Algorithm != algorithm {
		return fault(SignatureInvalid, "the digest is signed with %q, which is not %s", d.Algorithm, algorithm)
	}
	key, err := keys.find(d.Fingerprint, d.endTime)
	if err != nil {
		return err
	}
	raw, err := hex.DecodeString(signature)
	if err != nil {
		return fault(SignatureInvalid, "the digest's signature is not hexadecimal")
	}
	sum := sha256.Sum256(d.signed(plain))
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], raw) != nil {
		return fault(SignatureInvalid, "the digest's signature does not fit: the digest, or its key %s, was altered", d.Fingerprint)
	}
	return nil
}

// A Problem is a kind of thing that is wrong.
type Problem string

// What can be wrong.
const (
	DigestMissing    Problem = "digest-missing"
	DigestAltered    Problem = "digest-altered"
	DigestMisplaced  Problem = "digest-misplaced"
	DigestUnlinked   Problem = "digest-unlinked"
	DigestUnreadable Problem = "digest-unreadable"
	SignatureInvalid Problem = "digest-signature-invalid"
	KeyUnknown       Problem = "digest-key-unknown"
	Gap              Problem = "digest-gap"
	LogMissing       Problem = "log-file-missing"
	LogAltered       Problem = "log-file-altered"
)

// A Fault is something wrong, with a sentence for a person.
type Fault struct {
	Problem Problem
	Text    string
}

func (f *Fault) Error() string { return f.Text }

func fault(p Problem, format string, args ...any) *Fault {
	return &Fault{p, fmt.Sprintf(format, args...)}
}
