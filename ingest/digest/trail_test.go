package digest_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/digest"
)

const (
	bucket = "trail-bucket"
	print1 = "31e8b5433410dfb61a9dc45cc65b22ff"
	print2 = "00e8b5433410dfb61a9dc45cc65b2200"
)

// The keys are made once: making one takes a while.
var key1, key2 = newKey(), newKey()

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}

// object is something in the bucket.
type object struct {
	body      []byte // as stored
	signature string
}

// trail is a bucket with a chain of three digests of two log files each. It implements digest.Objects.
type trail struct {
	t       *testing.T
	objects map[digest.Ref]object
	digests []digest.Ref
	broken  error // what every opening fails with
}

func (b *trail) Open(_ context.Context, at digest.Ref) (io.ReadCloser, string, error) {
	if b.broken != nil {
		return nil, "", b.broken
	}
	o, ok := b.objects[at]
	if !ok {
		return nil, "", fmt.Errorf("open %s: %w", at, fs.ErrNotExist)
	}
	return io.NopCloser(bytes.NewReader(o.body)), o.signature, nil
}

func zipped(plain string) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write([]byte(plain))
	_ = z.Close()
	return out.Bytes()
}

func sum(plain string) string {
	s := sha256.Sum256([]byte(plain))
	return hex.EncodeToString(s[:])
}

func at(hour int) string {
	return time.Date(2026, 1, 2, hour, 0, 0, 0, time.UTC).Format(time.RFC3339)
}

func logKey(hour, n int) digest.Ref {
	return digest.Ref{Bucket: bucket, Key: fmt.Sprintf("org/AWSLogs/111122223333/CloudTrail/eu-central-1/2026/01/02/111122223333_CloudTrail_eu-central-1_20260102T%02d0%dZ_abcdefghijklmnop.json.gz", hour, n)}
}

func digestKey(hour int) digest.Ref {
	return digest.Ref{Bucket: bucket, Key: fmt.Sprintf("org/AWSLogs/111122223333/CloudTrail-Digest/eu-central-1/2026/01/02/111122223333_CloudTrail-Digest_eu-central-1_main_eu-central-1_20260102T%02d0000Z.json.gz", hour)}
}

func logText(hour, n int) string { return fmt.Sprintf(`{"Records":[{"eventID":"%d-%d"}]}`, hour, n) }

// maker makes digests as AWS does, written apart from the code under test.
type maker struct {
	key               *rsa.PrivateKey
	print             string
	previous          digest.Ref // zero for a first one
	hash, signature   string
	startHour, endsAt int
	logs              bool
}

func (m maker) make(t *testing.T) (plain, signature string) {
	t.Helper()
	d := map[string]any{
		"awsAccountId": "111122223333", "digestStartTime": at(m.startHour), "digestEndTime": at(m.endsAt), "digestS3Bucket": bucket, "digestS3Object": digestKey(m.endsAt).Key,
		"digestPublicKeyFingerprint": m.print, "digestSignatureAlgorithm": "SHA256withRSA", "newestEventTime": nil, "oldestEventTime": nil,
		"previousDigestS3Bucket": nil, "previousDigestS3Object": nil, "previousDigestHashValue": nil, "previousDigestHashAlgorithm": nil, "previousDigestSignature": nil,
		"logFiles": []any{},
	}
	before := "null"
	if m.previous.Key != "" {
		d["previousDigestS3Bucket"], d["previousDigestS3Object"] = m.previous.Bucket, m.previous.Key
		d["previousDigestHashValue"], d["previousDigestHashAlgorithm"], d["previousDigestSignature"] = m.hash, "SHA-256", m.signature
		before = m.signature
	}
	if m.logs {
		var list []any
		for n := range 2 {
			list = append(list, map[string]any{
				"s3Bucket": bucket, "s3Object": logKey(m.endsAt, n).Key, "hashValue": sum(logText(m.endsAt, n)), "hashAlgorithm": "SHA-256", "newestEventTime": at(m.endsAt), "oldestEventTime": at(m.startHour),
			})
		}
		d["logFiles"] = list
	}
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	toSign := at(m.endsAt) + "\n" + bucket + "/" + digestKey(m.endsAt).Key + "\n" + sum(string(text)) + "\n" + before
	hashed := sha256.Sum256([]byte(toSign))
	raw, err := rsa.SignPKCS1v15(rand.Reader, m.key, crypto.SHA256, hashed[:])
	if err != nil {
		t.Fatal(err)
	}
	return string(text), hex.EncodeToString(raw)
}

// newTrail makes digests that end at 2, 3 and 4 o'clock; change may alter how one is made.
func newTrail(t *testing.T, change func(m *maker)) *trail {
	t.Helper()
	b := &trail{t: t, objects: map[digest.Ref]object{}}
	var before maker
	for hour := 2; hour <= 4; hour++ {
		m := maker{key: key1, print: print1, previous: before.previous, hash: before.hash, signature: before.signature, startHour: hour - 1, endsAt: hour, logs: true}
		if change != nil {
			change(&m)
		}
		plain, signature := m.make(t)
		b.put(digestKey(hour), plain, signature)
		b.digests = append(b.digests, digestKey(hour))
		before = maker{previous: digestKey(hour), hash: sum(plain), signature: signature}
		for n := range 2 {
			b.put(logKey(hour, n), logText(hour, n), "")
		}
	}
	return b
}

func (b *trail) put(at digest.Ref, plain, signature string) {
	b.objects[at] = object{zipped(plain), signature}
}

func (b *trail) remove(at digest.Ref) {
	delete(b.objects, at)
	b.digests = slices.DeleteFunc(b.digests, func(r digest.Ref) bool { return r == at })
}

func keyFile(print string, key *rsa.PrivateKey) string {
	der := base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	return fmt.Sprintf(`{"PublicKeyList":[{"Value":"%s","ValidityStartTime":"2025-12-01T00:00:00+00:00","ValidityEndTime":1769904000.0,"Fingerprint":"%s"}]}`, der, print)
}

func keys(t *testing.T) *digest.Keys {
	t.Helper()
	k, err := digest.ReadKeys(strings.NewReader(keyFile(print1, key1) + "\n" + keyFile(print2, key2)))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// verify returns what was found: `action key` for what is wrong, `ok key logs signed` for what is right.
func (b *trail) verify(keys *digest.Keys) []string {
	b.t.Helper()
	var found []string
	v := &digest.Verifier{Objects: b, Keys: keys}
	err := v.Verify(context.Background(), b.digests, func(r *digest.Result) error {
		short := func(key string) string { return key[strings.LastIndexByte(key, '_')+1:][:13] }
		switch {
		case r.Fault == nil:
			found = append(found, fmt.Sprintf("ok %s %d %v", short(r.At.Key), r.Logs, r.Signed))
		case r.Log != nil:
			found = append(found, fmt.Sprintf("%s %s", r.Fault.Problem, strings.Split(r.Log.Key, "_")[3]))
		default:
			found = append(found, fmt.Sprintf("%s %s", r.Fault.Problem, short(r.At.Key)))
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}

// alter changes the list of log files of a digest, and keeps its signature.
func (b *trail) alter(hour int) {
	m := maker{key: key1, print: print1, startHour: hour - 1, endsAt: hour}
	if hour > 2 {
		m.previous = digestKey(hour - 1)
		old := b.text(digestKey(hour))
		var d struct{ PreviousDigestHashValue, PreviousDigestSignature string }
		if err := json.Unmarshal([]byte(old), &d); err != nil {
			b.t.Fatal(err)
		}
		m.hash, m.signature = d.PreviousDigestHashValue, d.PreviousDigestSignature
	}
	plain, _ := m.make(b.t)
	b.put(digestKey(hour), plain, b.objects[digestKey(hour)].signature)
}

func (b *trail) text(at digest.Ref) string {
	in, err := ingest.Inflate(bytes.NewReader(b.objects[at].body), ingest.Limits{})
	if err != nil {
		b.t.Fatal(err)
	}
	defer in.Close()
	text, err := io.ReadAll(in)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

func (b *trail) move(from, to digest.Ref) {
	b.objects[to] = b.objects[from]
	b.remove(from)
	b.digests = append(b.digests, to)
}
