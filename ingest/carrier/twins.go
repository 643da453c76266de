package carrier

import (
	"bytes"
	"slices"

	"github.com/valyala/fastjson"
)

// Twins makes the last of several members with one name win, as most JSON readers have it. The zero value is ready; it is for one goroutine.
type Twins struct {
	names [][]byte
	twins [][]byte
}

// maxTwins bounds the work for repeated names.
const maxTwins = 64

// LastWins drops all but the last member of each name, at every level. It returns why the value is hopeless, or "".
func (k *Twins) LastWins(v *fastjson.Value) string {
	switch v.Type() {
	case fastjson.TypeArray:
		for _, item := range v.GetArray() {
			if reason := k.LastWins(item); reason != "" {
				return reason
			}
		}
	case fastjson.TypeObject:
		return k.object(v.GetObject())
	}
	return ""
}

func (k *Twins) object(o *fastjson.Object) (reason string) {
	from, twins := len(k.names), len(k.twins)
	var marks [4]uint64 // of the names' hashes: names with a mark of their own have no twin
	var seen map[string]struct{}
	o.Visit(func(key []byte, v *fastjson.Value) {
		if reason == "" && (v.Type() == fastjson.TypeObject || v.Type() == fastjson.TypeArray) {
			reason = k.LastWins(v)
		}
		if len(k.twins)-twins > maxTwins {
			return
		}
		h := mark(key)
		fresh := marks[h/64]&(1<<(h%64)) == 0
		marks[h/64] |= 1 << (h % 64)
		known := k.names[from:]
		if len(known) < 32 {
			if !fresh && slices.ContainsFunc(known, func(name []byte) bool { return bytes.Equal(name, key) }) {
				k.twins = append(k.twins, key)
				return
			}
			k.names = append(k.names, key)
			return
		}
		if seen == nil {
			seen = make(map[string]struct{}, o.Len())
			for _, name := range known {
				seen[string(name)] = struct{}{}
			}
		}
		if _, twin := seen[string(key)]; twin {
			k.twins = append(k.twins, key)
			return
		}
		seen[string(key)] = struct{}{}
	})
	repeated := k.twins[twins:]
	k.names, k.twins = k.names[:from], k.twins[:twins]
	if len(repeated) > maxTwins {
		return "one JSON object repeats too many of its names"
	}
	for _, name := range repeated {
		o.Del(string(name)) // the first one of that name
	}
	return reason
}

// mark hashes a name to eight bits.
func mark(name []byte) uint8 {
	n := len(name)
	if n == 0 {
		return 0
	}
	return uint8((uint32(n) + uint32(name[0])<<8 + uint32(name[n/2])<<16 + uint32(name[n-1])<<24) * 0x9e3779b1 >> 24)
}
