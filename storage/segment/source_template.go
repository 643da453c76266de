package segment

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"time"

	"github.com/vedette-siem/vedette/storage/document"
)

// A template makes a string out of texts that stand elsewhere in the same document: the raw line of a flow log out of its addresses, ports and counts.
// Templates are learned from two documents, so that what is equal by chance in one of them is not taken for a rule.

const (
	// maxTemplates is how many templates are kept for a hole.
	maxTemplates = 16
	// maxFailures is after how many attempts in a row that learn nothing no more are made for a hole.
	maxFailures = 32
	// maxTemplateText is the longest text that is looked at, and maxLearning how many bytes times holes all attempts for a segment may look at.
	maxTemplateText = 8 << 10
	maxLearning     = 1 << 26
	// leastShare is the share (one in leastShare) of a text that must come from other holes for a template to be worth it.
	leastShare = 4
)

// holeTexts are the values of one document, by hole, as they stand in its JSON.
type holeTexts struct {
	source []byte
	holes  []document.Hole
	epochs []epochText // by hole; filled when first asked for
	day    knownDay
}

// epochText is a date in seconds since 1970, as text; empty if there is no date.
type epochText struct {
	known bool
	size  uint8
	text  [20]byte
}

// set takes another document.
func (h *holeTexts) set(source []byte, holes []document.Hole) {
	h.source, h.holes = source, holes
	clear(h.epochs)
	for len(h.epochs) < len(holes) {
		h.epochs = append(h.epochs, epochText{})
	}
}

func (h *holeTexts) text(i int) []byte { return h.source[h.holes[i].From:h.holes[i].To] }

// inner is the text of a hole without its quotes.
func (h *holeTexts) inner(i int) []byte { return unquoted(h.text(i)) }

func unquoted(text []byte) []byte {
	if len(text) >= 2 && text[0] == '"' {
		return text[1 : len(text)-1]
	}
	return text
}

// epoch is the date of a hole in seconds since 1970, empty if it is none.
func (h *holeTexts) epoch(i int) []byte {
	e := &h.epochs[i]
	if !e.known {
		e.known, e.size = true, uint8(len(h.day.appendEpoch(e.text[:0], h.inner(i))))
	}
	return e.text[:e.size]
}

// dateForm is a date with seconds and a zone; a 0 is any digit.
const dateForm = "0000-00-00T00:00:00Z"

// knownDay is the day of the date that was read last: most dates of a stream are of the same one.
type knownDay struct {
	text    [len("0000-00-00")]byte
	seconds int64 // since 1970
}

// appendEpoch appends the seconds since 1970 of a date of RFC 3339 without a fraction, or nothing.
func (d *knownDay) appendEpoch(buf, text []byte) []byte {
	if len(text) != len(dateForm) {
		return buf
	}
	for i, c := range text {
		if form := dateForm[i]; c != form && (form != '0' || c < '0' || c > '9') {
			return buf
		}
	}
	hour, minute, second := twoDigits(text[11:]), twoDigits(text[14:]), twoDigits(text[17:])
	if hour > 23 || minute > 59 || second > 59 {
		return buf
	}
	if string(text[:len(d.text)]) != string(d.text[:]) {
		month, day := time.Month(twoDigits(text[5:])), twoDigits(text[8:])
		t := time.Date(twoDigits(text)*100+twoDigits(text[2:]), month, day, 0, 0, 0, 0, time.UTC)
		if t.Month() != month || t.Day() != day { // there is no such day
			return buf
		}
		copy(d.text[:], text)
		d.seconds = t.Unix()
	}
	return strconv.AppendInt(buf, d.seconds+int64(hour*3600+minute*60+second), 10)
}

func twoDigits(text []byte) int { return int(text[0]-'0')*10 + int(text[1]-'0') }

// matches reports whether the template makes text, and appends to rest what it needs from there.
func matches(parts []part, text []byte, h *holeTexts, rest []byte) ([]byte, bool) {
	before := len(rest)
	for i := range parts {
		p := &parts[i]
		var want []byte
		switch p.kind {
		case partLiteral:
			if len(text) < len(p.text) || string(text[:len(p.text)]) != p.text {
				return rest[:before], false
			}
			text = text[len(p.text):]
			continue
		case partRest:
			end := len(text)
			if i+1 < len(parts) {
				if end = bytes.Index(text, []byte(parts[i+1].text)); end < 0 {
					return rest[:before], false
				}
			}
			rest = append(binary.AppendUvarint(rest, uint64(end)), text[:end]...)
			text = text[end:]
			continue
		case partHole:
			want = h.inner(int(p.hole))
		case partSeconds:
			want = h.epoch(int(p.hole))
		}
		if len(want) == 0 || !bytes.HasPrefix(text, want) {
			return rest[:before], false
		}
		text = text[len(want):]
	}
	if len(text) > 0 {
		return rest[:before], false
	}
	return rest, true
}

// appendTemplate appends the string that a template makes, with its quotes.
func appendTemplate(buf []byte, parts []part, h *holeTexts, rest *cutter) []byte {
	buf = append(buf, '"')
	for i := range parts {
		switch p := &parts[i]; p.kind {
		case partLiteral:
			buf = append(buf, p.text...)
		case partHole:
			buf = append(buf, h.inner(int(p.hole))...)
		case partSeconds:
			buf = append(buf, h.epoch(int(p.hole))...)
		case partRest:
			buf = append(buf, rest.text()...)
		}
	}
	return append(buf, '"')
}

// learn makes a template of a string that stands in two documents of one skeleton. usable says which holes a template may refer to. It returns nil where
// too little of the text is found elsewhere.
func learn(a, b []byte, inA, inB *holeTexts, usable func(hole int) bool) []part {
	tokensA, tokensB := tokens(a), tokens(b)
	if len(tokensA) != len(tokensB) {
		return nil
	}
	var parts []part
	found := 0
	for i := range tokensB {
		ta, tb := tokensA[i], tokensB[i]
		p, ok := refer(ta, tb, inA, inB, usable)
		switch {
		case ok:
			found += len(tb)
		case bytes.Equal(ta, tb):
			p = part{kind: partLiteral, text: string(tb)}
		case !separates(tb[0]):
			p = part{kind: partRest}
		default:
			return nil
		}
		parts = joined(parts, p)
	}
	if found*leastShare < len(b) || !delimited(parts) {
		return nil
	}
	return parts
}

// joined appends a part; literals that follow each other become one.
func joined(parts []part, p part) []part {
	if n := len(parts); n > 0 && p.kind == partLiteral && parts[n-1].kind == partLiteral {
		parts[n-1].text += p.text
		return parts
	}
	return append(parts, p)
}

// delimited reports whether the end of each part from the rest is found by the literal behind it.
func delimited(parts []part) bool {
	for i := range parts[:max(len(parts)-1, 0)] {
		if parts[i].kind == partRest && parts[i+1].kind != partLiteral {
			return false
		}
	}
	return true
}

// refer finds a hole that has the text of the token in both documents.
func refer(a, b []byte, inA, inB *holeTexts, usable func(hole int) bool) (part, bool) {
	if separates(b[0]) || len(inA.holes) != len(inB.holes) {
		return part{}, false
	}
	for i := range inB.holes {
		if usable(i) && bytes.Equal(inB.inner(i), b) && bytes.Equal(inA.inner(i), a) {
			return part{kind: partHole, hole: uint32(i)}, true
		}
	}
	for i := range inB.holes {
		if usable(i) && bytes.Equal(inB.epoch(i), b) && bytes.Equal(inA.epoch(i), a) {
			return part{kind: partSeconds, hole: uint32(i)}, true
		}
	}
	return part{}, false
}

// separators stand between the words of a string that may be values of their own.
var separators = func() (t [256]bool) {
	for _, c := range []byte(" \t\\\",;=()[]{}<>|'`&?") {
		t[c] = true
	}
	return t
}()

func separates(c byte) bool { return separators[c] }

// tokens cuts a text into words and what stands between them. A colon belongs to a word only inside of it.
func tokens(text []byte) [][]byte {
	var out [][]byte
	for len(text) > 0 {
		n := 1
		for in := boundary(text, 0); n < len(text) && boundary(text, n) == in; n++ {
		}
		out = append(out, text[:n])
		text = text[n:]
	}
	return out
}

// boundary reports whether the byte at i separates.
func boundary(text []byte, i int) bool {
	if text[i] != ':' {
		return separators[text[i]]
	}
	return i == 0 || i+1 == len(text) || separators[text[i-1]] || separators[text[i+1]]
}
