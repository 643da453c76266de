package search

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// highlight makes the object `highlight` of a hit; nil when nothing is marked. Its keys have the order of a HashMap, as Elasticsearch's.
func (r ranked) highlight(doc *sourceDoc) (json.RawMessage, error) {
	out := map[string][]string{}
	var names []string
	for _, f := range r.page.marks {
		shown, err := r.highlightOne(f, doc)
		if err != nil {
			return nil, err
		}
		if _, twice := out[f.name]; !twice && len(shown) > 0 {
			names = append(names, f.name)
		}
		if len(shown) > 0 {
			out[f.name] = shown
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	var b bytes.Buffer
	for i, name := range dsl.NamesInJavaOrder(names) {
		key, err := plainJSON(name)
		if err != nil {
			return nil, err
		}
		value, err := plainJSON(out[name])
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%c%s:%s", "{,"[min(i, 1)], key, value)
	}
	return append(b.Bytes(), '}'), nil
}

// highlightOne returns the fragments of one field.
func (r ranked) highlightOne(f highlightField, doc *sourceDoc) ([]string, error) {
	if !knownHighlighter(f.kind) {
		return nil, eserr.Shard(eserr.IllegalArgument, "unknown highlighter type [%s] for the field [%s]", f.kind, f.pattern)
	}
	if f.kind == "fvh" && !f.mapped.Vectors {
		return nil, eserr.Shard(eserr.IllegalArgument, "the field [%s] should be indexed with term vector with position offsets to be used with fast vector highlighter", f.name)
	}
	if f.unscannable() {
		return nil, eserr.Shard(eserr.IllegalArgument, "Invalid boundary scanner type: %s", f.scanner)
	}
	values, _, err := f.values.sourceValues(doc)
	if err != nil {
		return nil, err
	}
	var found []fragment
	var first []analysis.Span
	offset, length := 0, 0
	for _, v := range values {
		length += len(utf16.Encode([]rune(highlightText(v)))) + 1
	}
	for _, v := range values {
		text := highlightText(v)
		looked, err := r.analyzed(f, text)
		if err != nil {
			return nil, err
		}
		spans, err := r.spans(f, looked)
		if err != nil {
			return nil, err
		}
		if offset == 0 {
			first = spans
		}
		u := unitsOf(text)
		found = append(found, f.fragments(text, u, f.words.marked(spans), offset, length-1)...)
		offset += len(u.bytes) // the values have a separator between them
	}
	if shown := f.best(found); len(shown) > 0 || f.noMatch == 0 || len(values) == 0 {
		return shown, nil
	}
	if text := highlightText(values[0]); text != "" {
		if f.kind != "" && f.kind != "unified" {
			return f.noMatchWords(text, first), nil
		}
		return []string{f.trim(f.encode(f.noMatchText(text)))}, nil
	}
	return nil, nil
}

// noMatchWords are as many words at the beginning of a value as fit, which the highlighters other than the unified show where nothing is marked.
// https://github.com/elastic/elasticsearch/blob/main/server/src/main/java/org/elasticsearch/search/fetch/subphase/highlight/PlainHighlighter.java
func (f *highlightField) noMatchWords(text string, spans []analysis.Span) []string {
	u, end := unitsOf(text), 0
	for _, s := range spans {
		if u.ofByte[s.End] > f.noMatch {
			break
		}
		end = s.End
	}
	if end == 0 {
		return nil
	}
	return []string{f.encode(text[:end])}
}

// highlightText is a value as text.
func highlightText(v any) string {
	if text := textOf(v); text != "" {
		return text
	}
	switch v.(type) {
	case string, nil, map[string]any, []any:
		return ""
	}
	return fmt.Sprint(v)
}

// analyzed is how much of a value is looked at: all of it, or what `max_analyzed_offset` of the request allows. A value that is longer than the index's
// limit is refused, as by Elasticsearch, unless the offsets of its words are indexed.
func (r ranked) analyzed(f highlightField, text string) (string, error) {
	limit := r.run.index.Mapping.Settings().Limits.WithDefaults().AnalyzedOffset
	asked := f.maxOffset
	if asked < 0 { // the index's
		asked = limit
	}
	n := len(text)
	if n > min(limit, cmp.Or(asked, limit)) {
		n = len(utf16.Encode([]rune(text)))
	}
	if n > limit && (asked == 0 || asked > limit) && (!f.mapped.Offsets || f.kind == "plain") {
		return "", eserr.Shard(eserr.IllegalArgument, "The length [%d] of field [%s] in doc[%d]/index[%s] exceeds the [index.highlight.max_analyzed_offset] limit [%d]. "+
			"To avoid this error, set the query parameter [max_analyzed_offset] to a value less than index setting [%d] and this will tolerate long field values by truncating them.",
			n, f.name, r.doc, r.run.index.Name, limit, limit)
	}
	if asked > 0 && n > asked {
		return cut(text, asked), nil
	}
	return text, nil
}

// spans analyses a value as its field does. A keyword is one word.
func (r ranked) spans(f highlightField, text string) ([]analysis.Span, error) {
	registry := r.run.index.Mapping.Registry()
	if f.mapped.Kind == document.Text {
		return registry.Spans(f.mapped.Analyzer, text)
	}
	term, err := registry.Normalize(f.mapped.Normalizer, text)
	return []analysis.Span{{Token: document.Token{Term: term}, End: len(text)}}, err
}

// fragment is a piece of a value with marks.
type fragment struct {
	text  string
	score float64
	from  int // place in all values together
}

// fragments cuts a value, which begins at offset of all values together and they are length long, into pieces that hold marks. Those of the unified highlighter are passages; those of
// the others are whole sentences as far as they fit, then whole words.
func (f *highlightField) fragments(text string, u units, marks []analysis.Span, offset, length int) (out []fragment) {
	if f.kind == "" || f.kind == "unified" {
		for _, p := range f.passages(u, marks) {
			out = append(out, f.mark(text[u.bytes[p.from]:u.bytes[p.to]], u.bytes[p.from], p.marks, p.score(offset, length), offset+p.from))
		}
		return out
	}
	if len(marks) == 0 {
		return nil
	}
	if f.count == 0 || f.size == 0 || utf8.RuneCountInString(text) <= f.size {
		return []fragment{f.mark(text, 0, marks, countScore(marks), offset)}
	}
	for from := 0; from < len(text) && len(marks) > 0; {
		to := pieceEnd(text, from, f.size, marks)
		n := 0
		for n < len(marks) && marks[n].Start < to {
			n++
		}
		if n > 0 {
			out = append(out, f.mark(text[from:to], from, marks[:n], countScore(marks[:n]), offset+from))
		}
		from, marks = to, marks[n:]
	}
	return out
}

// countScore is by the number of different words marked, then of marks.
func countScore(marks []analysis.Span) float64 {
	different := map[string]bool{}
	for _, m := range marks {
		different[m.Term] = true
	}
	return float64(len(different)*1000 + len(marks))
}

// pieceEnd is where the piece that begins at from ends: behind the last sentence within size characters, else behind the last word, and never inside a mark.
func pieceEnd(text string, from, size int, marks []analysis.Span) int {
	limit := from + len(cut(text[from:], size))
	if limit >= len(text) {
		return len(text)
	}
	end := limit
	if i := strings.LastIndexAny(text[from:limit], ".!?\n"); i > 0 && from+i+1 < len(text) && strings.ContainsRune(" \n\t", rune(text[from+i+1])) {
		end = from + i + 2
	} else if i := strings.LastIndexAny(text[from:limit], " \t\n"); i > 0 {
		end = from + i + 1
	}
	for _, m := range marks {
		if m.Start < end && m.End > end {
			end = m.End
		}
	}
	return end
}

// cut returns the first n characters of a text.
func cut(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// mark puts the tags around the marks of a piece that begins at offset of its value.
func (f *highlightField) mark(piece string, offset int, marks []analysis.Span, score float64, from int) fragment {
	var out strings.Builder
	at := 0
	for _, m := range marks {
		from, to := m.Start-offset, min(m.End-offset, len(piece))
		out.WriteString(f.encode(piece[at:from]))
		out.WriteString(f.pre + f.encode(piece[from:to]) + f.post)
		at = to
	}
	out.WriteString(f.encode(piece[at:]))
	return fragment{f.trim(out.String()), score, from}
}

// trim takes off white space at both ends of a fragment, as Java does. A whole value keeps it.
func (f *highlightField) trim(text string) string {
	if f.count == 0 {
		return text
	}
	return strings.TrimFunc(text, func(r rune) bool { return r <= ' ' })
}

// htmlEncoder escapes as Lucene does.
// https://github.com/apache/lucene/blob/main/lucene/highlighter/src/java/org/apache/lucene/search/highlight/SimpleHTMLEncoder.java
var htmlEncoder = strings.NewReplacer(`"`, "&quot;", "&", "&amp;", "<", "&lt;", ">", "&gt;", "'", "&#x27;", "/", "&#x2F;")

// unscannable reports whether the unified highlighter is asked to scan for boundaries as only the fast vector highlighter does.
func (o highlightOptions) unscannable() bool {
	return (o.kind == "" || o.kind == "unified") && o.scanner == "chars"
}

func knownHighlighter(kind string) bool {
	return slices.Contains([]string{"", "unified", "plain", "fvh"}, kind)
}

func (f *highlightField) encode(text string) string {
	if f.html {
		return htmlEncoder.Replace(text)
	}
	return text
}
