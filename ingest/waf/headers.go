package waf

import (
	"bytes"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// maxHeaders is how many headers of a request are shown as fields; all of them stay in event.original.
const maxHeaders = 128

// maxHeader is the longest value that is shown, in bytes: what a leaf of the type flattened may have.
const maxHeader = 32_766

// headers are those of one request, by their names in lower case.
type headers struct {
	names []byte
	list  []header
}

type header struct{ name, value []byte }

func (h *headers) reset() { h.names, h.list = h.names[:0], h.list[:0] }

// read takes `[{"name":…,"value":…}]`. It returns false when it left some out.
func (h *headers) read(v *fastjson.Value) (all bool) {
	all = true
	for _, item := range v.GetArray() {
		name, value := item.GetStringBytes("name"), item.GetStringBytes("value")
		if len(name) == 0 || len(value) == 0 {
			continue
		}
		if len(h.list) >= maxHeaders || len(value) > maxHeader || bytes.IndexByte(name, 0) >= 0 {
			all = false
			continue
		}
		from := len(h.names)
		for _, c := range name {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			h.names = append(h.names, c)
		}
		h.list = append(h.list, header{h.names[from:len(h.names):len(h.names)], value})
	}
	return all
}

// get is the value of a header by its name in lower case: the first one, or nil.
func (h *headers) get(name string) []byte {
	for i := range h.list {
		if string(h.list[i].name) == name {
			return h.list[i].value
		}
	}
	return nil
}

// append writes the headers as an object; those that come more than once as a list.
func (h *headers) append(dst []byte) []byte {
	dst = append(dst, '{')
	for i := range h.list {
		if h.before(i) {
			continue
		}
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = append(ecs.AppendString(dst, h.list[i].name), ':')
		dst = h.values(dst, i)
	}
	return append(dst, '}')
}

// before reports whether the name of header n is that of an earlier one.
func (h *headers) before(n int) bool {
	for _, other := range h.list[:n] {
		if bytes.Equal(other.name, h.list[n].name) {
			return true
		}
	}
	return false
}

// values writes the value of header n, or those of all that have its name.
func (h *headers) values(dst []byte, n int) []byte {
	from := len(dst)
	dst = ecs.AppendString(append(dst, '['), h.list[n].value)
	several := false
	for _, other := range h.list[n+1:] {
		if bytes.Equal(other.name, h.list[n].name) {
			dst = ecs.AppendString(append(dst, ','), other.value)
			several = true
		}
	}
	if several {
		return append(dst, ']')
	}
	return append(dst[:from], dst[from+1:]...)
}
