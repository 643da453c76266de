package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// chaosObject is an object of the bucket and what is to become of it.
type chaosObject struct {
	key, text string
	records   []string // tokens of the records that must be there in the end, each once
	// fate is empty for a good one, else why its dead letter is there.
	fate string
	// deleted is gone before anybody reads it, denied is never given out, partly may be there as far as it goes.
	deleted, denied bool
	partly          []string
	// late ones have a key of weeks ago. lost ones are told of by no message, twice ones by two.
	lost, twice bool
}

// Reasons by which what is bad is listed.
const (
	fateTruncated = "ends early"
	fateMalformed = "most records cannot be decoded"
	fateBinary    = "format unknown"
	fateDeleted   = "NoSuchKey"
	fateDenied    = "kms:Decrypt"
)

// chaosObjects are n objects of mixed kinds, made by the seed.
func chaosObjects(t *testing.T, random *rand.Rand, n int) []chaosObject {
	t.Helper()
	all := make([]chaosObject, n)
	var twins []string // records of CloudTrail that other objects hold too
	for i := range all {
		o := &all[i]
		day := time.Now().UTC()
		if random.IntN(10) == 0 { // late
			day = day.AddDate(0, 0, -5-random.IntN(20))
		}
		tokens := make([]string, 1+random.IntN(12))
		for r := range tokens {
			tokens[r] = fmt.Sprintf("t%05dx%02d", i, r)
		}
		o.records, o.lost, o.twice = tokens, random.IntN(8) == 0, random.IntN(6) == 0
		kind := chaosKinds[i%len(chaosKinds)]
		o.key = fmt.Sprintf(kind.key, day.Format("2006/01/02"), i)
		if kind.trail && len(twins) > 0 && random.IntN(3) == 0 {
			tokens = append(tokens, twins...) // AWS delivers an event twice now and then
		}
		if kind.trail {
			twins = o.records[:1]
		}
		o.text = kind.text(tokens)
		if kind.gzip {
			o.text = zipped(t, o.text)
		}
		o.spoil(t, random, i)
		if o.fate != "" && kind.trail {
			twins = nil
		}
	}
	return all
}

// spoil makes one in eight objects bad.
func (o *chaosObject) spoil(t *testing.T, random *rand.Rand, i int) {
	t.Helper()
	if random.IntN(8) > 0 {
		return
	}
	good := o.records
	o.records = nil
	o.lost = false
	switch random.IntN(5) {
	case 0:
		whole := zipped(t, chaosKinds[0].text(good)+noise(random, 4000))
		o.key = fmt.Sprintf(chaosKinds[0].key, time.Now().UTC().Format("2006/01/02"), i)
		o.text, o.fate, o.partly = whole[:len(whole)*2/3], fateTruncated, good
	case 1:
		o.key = fmt.Sprintf(chaosKinds[0].key, time.Now().UTC().Format("2006/01/02"), i)
		o.text, o.fate = badFlows+fmt.Sprint(i), fateMalformed
	case 2:
		o.key = fmt.Sprintf("junk/%06d.bin", i)
		o.text, o.fate = "\x00\x01\x02"+noise(random, 300)+"\x00", fateBinary
	case 3:
		o.fate, o.deleted = fateDeleted, true
	case 4:
		o.fate, o.denied = fateDenied, true
	}
}

// noise is text that does not compress.
func noise(random *rand.Rand, n int) string {
	var out strings.Builder
	for range n {
		out.WriteByte(byte('!' + random.IntN(90)))
	}
	return out.String()
}

// chaosKinds are the kinds of objects: the key with a day and a number, and the text of records with a token each.
var chaosKinds = []struct {
	key         string
	text        func(tokens []string) string
	trail, gzip bool
}{
	{key: "AWSLogs/111122223333/vpcflowlogs/eu-central-1/%s/111122223333_vpcflowlogs_eu-central-1_fl-1_%06d.log.gz", gzip: true, text: lines(
		"2 111122223333 eni-%s 198.51.100.7 10.1.2.3 51034 22 6 12 2310 1760000000 1760000060 REJECT OK")},
	{key: "AWSLogs/111122223333/CloudTrail/eu-central-1/%s/111122223333_CloudTrail_eu-central-1_%06d.json.gz", gzip: true, trail: true, text: func(tokens []string) string {
		records := make([]string, len(tokens))
		for i, token := range tokens {
			records[i] = fmt.Sprintf(`{"eventVersion":"1.11","eventTime":"2026-06-01T10:00:00Z","eventSource":"s3.amazonaws.com","eventName":"ListBuckets","awsRegion":"eu-central-1",`+
				`"sourceIPAddress":"198.51.100.7","eventID":"e-%[1]s","userAgent":"%[1]s","eventType":"AwsApiCall","recipientAccountId":"111122223333","userIdentity":{"type":"Root","accountId":"111122223333"}}`, token)
		}
		return `{"Records":[` + strings.Join(records, ",") + `]}`
	}},
	{key: "AWSLogs/111122223333/elasticloadbalancing/eu-central-1/%s/111122223333_elasticloadbalancing_eu-central-1_app.web.50dc6c495c0c9188_%06d.log.gz", gzip: true, text: lines(
		`h2 2025-10-09T08:53:20.186641Z app/prod-alb/50dc6c495c0c9188 198.51.100.7:51034 10.1.2.3:80 0.001 0.048 0.000 200 200 312 5721 "GET https://www.example.com:443/%s HTTP/2.0" "curl/8.5.0" - - ` +
			`arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d73c47ec4e58577259" "-" "-" 1 2025-10-09T08:53:20.137000Z "forward" "-" "-" "10.1.2.3:80" "200" "-" "-" TID_1`)},
	{key: "access/%s/2025-10-09-08-53-20-%06d", text: lines(
		`79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be b [09/Oct/2025:08:53:20 +0000] 192.0.2.3 - 3E57427F3EXAMPLE REST.GET.OBJECT %s "GET /b/x HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" - ` +
			`s9lz= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader b.s3.eu-central-1.amazonaws.com TLSV1.2 - Yes`)},
	{key: "notes/%s/%06d.txt", text: lines("remember %s")},
}

func lines(format string) func([]string) string {
	return func(tokens []string) string {
		var out strings.Builder
		for _, token := range tokens {
			fmt.Fprintf(&out, format+"\n", token)
		}
		return out.String()
	}
}
