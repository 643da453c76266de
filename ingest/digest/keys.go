package digest

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// Keys are the public keys that AWS signs digests with. It is immutable.
type Keys struct{ byFingerprint map[string]publicKey }

type publicKey struct {
	key      *rsa.PublicKey
	from, to time.Time // zero where it is not told
}

// maxKeys is how long a file of keys may be, in bytes.
const maxKeys = 16 << 20

// slack is how far a digest's end may lie outside its key's validity: a digest is signed some time after its hour ends.
const slack = 24 * time.Hour

// ReadKeys reads what `aws cloudtrail list-public-keys` prints; the answers of several regions may follow one another
// (https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PublicKey.html).
func ReadKeys(r io.Reader) (*Keys, error) {
	keys := &Keys{byFingerprint: map[string]publicKey{}}
	for dec := json.NewDecoder(io.LimitReader(r, maxKeys)); ; {
		var answer struct {
			PublicKeyList []struct {
				Fingerprint, Value                 string
				ValidityStartTime, ValidityEndTime any
			}
		}
		err := dec.Decode(&answer)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read keys: %w: the file must hold what 'aws cloudtrail list-public-keys' prints", err)
		}
		for _, k := range answer.PublicKeyList {
			der, err := base64.StdEncoding.DecodeString(k.Value)
			if err != nil {
				return nil, fmt.Errorf("read keys: key %q: %w", k.Fingerprint, err)
			}
			key, err := x509.ParsePKCS1PublicKey(der)
			if err != nil {
				return nil, fmt.Errorf("read keys: key %q: %w", k.Fingerprint, err)
			}
			keys.byFingerprint[k.Fingerprint] = publicKey{key, moment(k.ValidityStartTime), moment(k.ValidityEndTime)}
		}
	}
	if len(keys.byFingerprint) == 0 {
		return nil, fmt.Errorf("read keys: there is none in it: the file must hold what 'aws cloudtrail list-public-keys' prints")
	}
	return keys, nil
}

// moment is a time as the command line prints it: RFC 3339, or seconds since 1970; zero for anything else.
func moment(v any) time.Time {
	switch v := v.(type) {
	case float64:
		return time.Unix(int64(v), 0)
	case string:
		if ms, ok := ecs.ParseTime([]byte(v)); ok {
			return time.UnixMilli(ms)
		}
	}
	return time.Time{}
}

// find returns the key of a digest that ends at a time. The error is a *Fault.
func (k *Keys) find(fingerprint string, end time.Time) (*rsa.PublicKey, error) {
	key, ok := k.byFingerprint[fingerprint]
	switch {
	case !ok:
		return nil, fault(KeyUnknown, "the digest is signed with key %q, which is not among the keys given", fingerprint)
	case !key.from.IsZero() && end.Before(key.from.Add(-slack)), !key.to.IsZero() && end.After(key.to.Add(slack)):
		return nil, fault(KeyUnknown, "the digest is signed with key %q, which was not valid then", fingerprint)
	}
	return key.key, nil
}
