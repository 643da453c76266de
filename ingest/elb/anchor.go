package elb

import (
	"bytes"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// The places of fields that tell whether an ALB line is cut right, from 0.
const (
	albMin      = 29
	albRequest  = 12
	albAgent    = 13
	albCipher   = 14
	albProtocol = 15
	albCreated  = 21
	clbFields   = 15
	clbRequest  = 11
	clbProtocol = 14
)

// albFits reports whether the tokens can be the fields of an ALB line.
func albFits(t [][]byte) bool {
	if len(t) < albMin || !isProtocol(t[albProtocol]) {
		return false
	}
	_, ok := ecs.ParseTime(t[albCreated])
	return ok
}

func clbFits(t [][]byte) bool { return len(t) == clbFields && isProtocol(t[clbProtocol]) }

func isProtocol(v []byte) bool {
	return len(v) == 1 && v[0] == '-' || bytes.HasPrefix(v, []byte("TLSv")) || bytes.HasPrefix(v, []byte("SSLv"))
}

// anchorALB cuts a line anew whose request or agent holds quotes. What follows the agent has a shape of its own, so
// the first `" cipher protocol arn "` behind the unquoted fields ends it.
func anchorALB(dst [][]byte, line []byte) ([][]byte, bool) {
	dst, rest := unquoted(dst, line, albRequest)
	if len(rest) == 0 || rest[0] != '"' {
		return dst, false
	}
	for at := 1; at < len(rest); at++ {
		if rest[at] != '"' || !anchors(rest[at+1:]) {
			continue
		}
		request, agent, ok := requestAndAgent(rest[1:at])
		if !ok {
			return dst, false
		}
		dst = ingest.SplitQuoted(append(dst, request, agent), rest[at+1:])
		return dst, albFits(dst)
	}
	return dst, false
}

// anchors reports whether text begins with ` cipher protocol arn "`, where each of the three may be a dash.
func anchors(text []byte) bool {
	cipher, text, ok := word(text)
	if !ok || bytes.IndexByte(cipher, '"') >= 0 {
		return false
	}
	protocol, text, ok := word(text)
	if !ok || !isProtocol(protocol) {
		return false
	}
	arn, text, ok := word(text)
	if !ok || !(string(arn) == "-" || bytes.HasPrefix(arn, []byte("arn:"))) {
		return false
	}
	return len(text) > 1 && text[0] == ' ' && text[1] == '"'
}

// word takes a blank and the word behind it.
func word(text []byte) (w, rest []byte, ok bool) {
	if len(text) < 2 || text[0] != ' ' {
		return nil, text, false
	}
	text = text[1:]
	end := bytes.IndexByte(text, ' ')
	if end <= 0 {
		return nil, text, false
	}
	return text[:end], text[end:], true
}

// anchorCLB cuts a line anew: only two unquoted fields follow the last quote.
func anchorCLB(dst [][]byte, line []byte) ([][]byte, bool) {
	dst, rest := unquoted(dst, line, clbRequest)
	last := bytes.LastIndexByte(rest, '"')
	if last < 1 || rest[0] != '"' {
		return dst, false
	}
	request, agent, ok := requestAndAgent(rest[1:last])
	if !ok {
		return dst, false
	}
	dst = ingest.SplitQuoted(append(dst, request, agent), rest[last+1:])
	return dst, clbFits(dst)
}

// unquoted takes n tokens that have no quotes.
func unquoted(dst [][]byte, line []byte, n int) (tokens [][]byte, rest []byte) {
	for range n {
		line = bytes.TrimLeft(line, " ")
		end := bytes.IndexByte(line, ' ')
		if end < 0 {
			return dst, nil
		}
		dst = append(dst, line[:end])
		line = line[end:]
	}
	return dst, bytes.TrimLeft(line, " ")
}

// requestAndAgent parts `request" "agent`. Where `" "` stands more than once the one behind an HTTP version is
// meant; without such the text is ambiguous.
func requestAndAgent(text []byte) (request, agent []byte, ok bool) {
	seam := []byte(`" "`)
	first := bytes.Index(text, seam)
	if first < 0 {
		return nil, nil, false
	}
	if !bytes.Contains(text[first+1:], seam) {
		return text[:first], text[first+3:], true
	}
	for at := first; ; {
		if endsInVersion(text[:at]) {
			return text[:at], text[at+3:], true
		}
		next := bytes.Index(text[at+1:], seam)
		if next < 0 {
			return nil, nil, false
		}
		at += 1 + next
	}
}

func endsInVersion(request []byte) bool {
	version := request[bytes.LastIndexByte(request, ' ')+1:]
	return bytes.HasPrefix(version, []byte("HTTP/")) && len(version) <= len("HTTP/1.1")
}
