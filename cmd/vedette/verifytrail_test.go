package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// signedTrail writes a copy of a bucket with a chain of three digests of a log file each, and a file with the key that they are signed with.
func signedTrail(t *testing.T) (folder, keys string, logs []string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	previous, hash, signature := "null", "null", "null"
	for hour := 2; hour <= 4; hour++ {
		at := func(hour int) string { return time.Date(2026, 1, 2, hour, 0, 0, 0, time.UTC).Format(time.RFC3339) }
		log := fmt.Sprintf("AWSLogs/111122223333/CloudTrail/eu-central-1/2026/01/02/111122223333_CloudTrail_eu-central-1_20260102T%02d00Z_abcdefghijklmnop.json.gz", hour)
		name := fmt.Sprintf("AWSLogs/111122223333/CloudTrail-Digest/eu-central-1/2026/01/02/111122223333_CloudTrail-Digest_eu-central-1_main_eu-central-1_20260102T%02d0000Z.json.gz", hour)
		logs = append(logs, write(t, filepath.Join(folder, log), trail(1)))
		text := fmt.Sprintf(`{"awsAccountId":"111122223333","digestStartTime":%q,"digestEndTime":%q,"digestS3Bucket":"b","digestS3Object":%q,"digestPublicKeyFingerprint":"f","digestSignatureAlgorithm":"SHA256withRSA",`+
			`"previousDigestS3Bucket":"b","previousDigestS3Object":%s,"previousDigestHashValue":%s,"previousDigestHashAlgorithm":"SHA-256","previousDigestSignature":%s,`+
			`"logFiles":[{"s3Bucket":"b","s3Object":%q,"hashValue":%q,"hashAlgorithm":"SHA-256"}]}`, at(hour-1), at(hour), name, quoteUnlessNull(previous), quoteUnlessNull(hash), quoteUnlessNull(signature), log, sha(trail(1)))
		write(t, filepath.Join(folder, name), text)
		sum := sha256.Sum256([]byte(at(hour) + "\nb/" + name + "\n" + sha(text) + "\n" + signature))
		raw, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		previous, hash, signature = name, sha(text), hex.EncodeToString(raw)
	}
	der := base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	return folder, write(t, filepath.Join(t.TempDir(), "keys.json"), fmt.Sprintf(`{"PublicKeyList":[{"Value":%q,"Fingerprint":"f"}]}`, der)), logs
}

func quoteUnlessNull(s string) string {
	if s == "null" {
		return s
	}
	return `"` + s + `"`
}

func sha(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestATrailIsVerified(t *testing.T) {
	folder, keys, _ := signedTrail(t)
	vedette(t, "verify-trail", folder, "--cloudtrail-keys", keys).want(t, 0, "3 digests are right, with 3 log files; the signatures of 2 were checked", "note: s3://b/AWSLogs", "its signature is not known here")
	vedette(t, "verify-trail", filepath.Join(folder, "AWSLogs")).want(t, 0, "3 digests are right", "the signatures of 0 were checked", "--cloudtrail-keys")
}

func TestATrailThatWasTamperedWithIsReportedAndStored(t *testing.T) {
	folder, keys, logs := signedTrail(t)
	write(t, logs[0], trail(2))
	if err := os.Remove(logs[1]); err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	for range 2 { // the second time adds nothing
		vedette(t, "verify-trail", folder, "--cloudtrail-keys", keys, "--store", "--data", data).
			want(t, 1, "log-file-altered: s3://b/"+filepath.ToSlash(logs[0][len(folder)+1:]), "log-file-missing: s3://b/", "1 digests are right", "2 things are wrong with the trail")
	}
	s := serve(t, data)
	for query, want := range map[string]int{"event.kind:alert": 2, "aws.cloudtrail.digest.valid:false AND event.action:log-file-missing": 1, "*": 3} {
		if got := s.count(t, "logs-aws.cloudtrail_digest-default", query); got != want {
			t.Errorf("%s: %d results are stored, want %d", query, got, want)
		}
	}
	vedette(t, "load", folder, "--data", t.TempDir()).want(t, 0, "aws.cloudtrail_digest    3")
}

func TestAForgedDigestDoesNotSteerTheTerminal(t *testing.T) {
	folder, _, _ := signedTrail(t)
	write(t, filepath.Join(folder, "AWSLogs/1_CloudTrail-Digest_x_y_z_20260102T050000Z.json.gz"), `{"digestStartTime":"2026-01-02T04:00:00Z","digestEndTime":"2026-01-02T05:00:00Z","digestS3Bucket":"b\u001b[2J","digestS3Object":"k"}`)
	r := vedette(t, "verify-trail", folder)
	r.want(t, 1, "digest-misplaced", "s3://b\uFFFD[2J/k")
	if strings.Contains(r.stdout, "\x1b") {
		t.Errorf("an escape sequence was printed: %q", r.stdout)
	}
}

func TestATrailThatCannotBeVerified(t *testing.T) {
	folder, _, _ := signedTrail(t)
	bad := write(t, filepath.Join(t.TempDir(), "keys.json"), "{}")
	vedette(t, "verify-trail", t.TempDir()).want(t, 2, "holds no digests")
	vedette(t, "verify-trail", filepath.Join(t.TempDir(), "absent")).want(t, 2, "absent")
	vedette(t, "verify-trail", folder, "--cloudtrail-keys", bad).want(t, 2, "list-public-keys")
	vedette(t, "verify-trail", folder, "--cloudtrail-keys", bad+"x").want(t, 2, "--cloudtrail-keys")
}
