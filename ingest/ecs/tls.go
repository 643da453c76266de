package ecs

import "bytes"

// TLSVersion sets `tls.version_protocol` and `tls.version` from the ways in which AWS writes them: `TLSv1.2`,
// `tlsv12`, `SSLv3`. Anything else, such as `-`, is omitted.
func (b *Builder) TLSVersion(v []byte) {
	at := bytes.IndexByte(v, 'v')
	if at < 0 {
		at = bytes.IndexByte(v, 'V')
	}
	if at != 3 || len(v) == 4 {
		return
	}
	version := v[4:]
	switch string(bytes.ToLower(v[:3])) {
	case "tls":
		b.Keyword("tls.version_protocol", "tls")
	case "ssl":
		b.Keyword("tls.version_protocol", "ssl")
	default:
		return
	}
	if len(version) == 2 && version[1] >= '0' && version[1] <= '9' { // tlsv12
		b.Keyword("tls.version", string(version[:1])+"."+string(version[1:]))
		return
	}
	b.KeywordBytes("tls.version", version)
}
