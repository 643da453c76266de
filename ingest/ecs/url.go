package ecs

import "bytes"

// Request sets method, version and URL of `METHOD URL VERSION`, as access logs write a request. The URL may hold blanks, so
// the first and the last blank part it. What is no request, such as `-` or `- - - `, sets nothing.
func (b *Builder) Request(v []byte) {
	first, last := bytes.IndexByte(v, ' '), bytes.LastIndexByte(v, ' ')
	if first < 0 || len(bytes.Trim(v, "- ")) == 0 {
		return
	}
	b.KeywordBytes("http.request.method", v[:first])
	b.HTTPVersion(v[last+1:])
	if first < last {
		b.URL(bytes.TrimSpace(v[first+1 : last]))
	}
}

// HTTPVersion sets `http.version` from `HTTP/1.1`; anything else sets nothing.
func (b *Builder) HTTPVersion(v []byte) {
	if version, ok := bytes.CutPrefix(v, []byte("HTTP/")); ok {
		b.KeywordBytes("http.version", version)
	}
}

// URL sets `url.original` and the parts of a URL, absolute or from its path on, without changing them.
func (b *Builder) URL(v []byte) {
	if Absent(v) {
		return
	}
	b.KeywordBytes("url.original", v)
	if scheme, rest, ok := bytes.Cut(v, []byte("://")); ok && len(scheme) <= 8 {
		b.KeywordBytes("url.scheme", scheme)
		end := bytes.IndexAny(rest, "/?")
		if end < 0 {
			end = len(rest)
		}
		b.Authority(rest[:end])
		v = rest[end:]
	}
	path, query, asked := bytes.Cut(v, []byte("?"))
	b.KeywordBytes("url.path", path)
	if asked {
		b.KeywordBytes("url.query", query)
	}
}

// Authority sets domain and port of `host`, `host:port` or `[address]:port`.
func (b *Builder) Authority(v []byte) {
	host := v
	if colon := bytes.LastIndexByte(v, ':'); colon >= 0 && bytes.IndexByte(v[colon:], ']') < 0 {
		host = v[:colon]
		if port, ok := ParseLong(v[colon+1:]); ok && port >= 0 {
			b.Long("url.port", port)
		}
	}
	if n := len(host); n > 1 && host[0] == '[' && host[n-1] == ']' {
		host = host[1 : n-1]
	}
	b.KeywordBytes("url.domain", host)
	b.RelatedHost(host)
}

// Forwarded sets `network.forwarded_ip` to the first address of a list as X-Forwarded-For has it, and adds all of them, at most
// sixteen, to `related.ip`. The list is what the client says.
func (b *Builder) Forwarded(v []byte) {
	for n := 0; len(v) > 0 && n < 16; n++ {
		var part []byte
		part, v, _ = bytes.Cut(v, []byte(","))
		a, ok := ParseIP(bytes.TrimSpace(part))
		if !ok {
			continue
		}
		if !b.Has("network.forwarded_ip") {
			b.IP("network.forwarded_ip", a)
		}
		b.RelatedIP(a)
	}
}
