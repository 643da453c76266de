package carrier

import "github.com/valyala/fastjson"

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

func (k *Twins) object(o *fastjson.Object) string {
	from := len(k.names)
	k.twins = k.twins[:0]
	var seen map[string]struct{}
	o.Visit(func(key []byte, _ *fastjson.Value) {
		if len(k.twins) > maxTwins {
			return
		}
		known := k.names[from:]
		if len(known) < 32 {
			for _, name := range known {
				if len(name) == len(key) && string(name) == string(key) {
					k.twins = append(k.twins, key)
					return
				}
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
	k.names = k.names[:from]
	if len(k.twins) > maxTwins {
		return "one JSON object repeats too many of its names"
	}
	for _, name := range k.twins {
		o.Del(string(name)) // the first one of that name
	}
	reason := ""
	o.Visit(func(_ []byte, v *fastjson.Value) {
		if reason == "" && (v.Type() == fastjson.TypeObject || v.Type() == fastjson.TypeArray) {
			reason = k.LastWins(v)
		}
	})
	return reason
}
