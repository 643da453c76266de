package pipeline

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"math"
	"slices"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// fingerprint hashes fields, as Elasticsearch does, bit by bit.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/fingerprint-processor.html
type fingerprint struct {
	fields        []string
	target, salt  string
	hash          func() hash.Hash
	ignoreMissing bool
}

func makeFingerprint(c *config) processor {
	p := &fingerprint{fields: slices.Sorted(slices.Values(c.requiredList("fields"))), target: c.optional("target_field", "fingerprint"), salt: c.optional("salt", ""),
		ignoreMissing: c.flag("ignore_missing", false)}
	if len(p.fields) == 0 {
		c.fail("fields", "must specify at least one field")
	}
	switch method := c.optional("method", "SHA-1"); method {
	case "MD5":
		p.hash = md5.New
	case "SHA-1":
		p.hash = sha1.New
	case "SHA-256":
		p.hash = sha256.New
	case "SHA-512":
		p.hash = sha512.New
	case "MurmurHash3":
		c.fail("method", "[MurmurHash3] is not supported by Vedette: use one of MD5, SHA-1, SHA-256, SHA-512")
	default:
		c.fail("method", "[%s] must be one of the supported hash methods [MD5,SHA-1,SHA-256,SHA-512,MurmurHash3]", clip(method))
	}
	return p
}

func (p *fingerprint) run(_ *run, d *Document) error {
	h := p.hash()
	h.Write([]byte(p.salt))
	found := false
	for _, field := range p.fields {
		v, ok := d.lookup(field)
		if !ok {
			if p.ignoreMissing {
				continue
			}
			return eserr.Illegal("missing field [%s] when calculating fingerprint", field)
		}
		found = true
		if err := digest(h, v); err != nil {
			return err
		}
	}
	if !found {
		return nil
	}
	return d.set(p.target, base64.StdEncoding.EncodeToString(h.Sum(nil)))
}

// digest writes a value: a zero before each key and each simple value, numbers in little-endian bytes of their Java type.
func digest(h hash.Hash, v any) error {
	switch v := v.(type) {
	case *List:
		for _, item := range v.items {
			if err := digest(h, item); err != nil {
				return err
			}
		}
		return nil
	case *Object:
		for _, key := range slices.Sorted(slices.Values(v.keys)) {
			h.Write([]byte{0})
			h.Write([]byte(key))
			if err := digest(h, v.values[key]); err != nil {
				return err
			}
		}
		return nil
	}
	h.Write([]byte{0})
	switch v := v.(type) {
	case string:
		h.Write([]byte(v))
	case bool:
		h.Write([]byte{map[bool]byte{true: 1, false: 2}[v]})
	case Number:
		n, ok := whole(v)
		switch javaType(v) {
		case "java.lang.Integer":
			h.Write(binary.LittleEndian.AppendUint32(nil, uint32(n)))
		case "java.lang.Long":
			h.Write(binary.LittleEndian.AppendUint64(nil, uint64(n)))
		case "java.lang.Double":
			h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v.float())))
		default:
			if !ok {
				return eserr.Illegal("cannot convert object of type [%s] to bytes", javaType(v))
			}
		}
	}
	return nil
}
