package search

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// highlight makes the object `highlight` of a hit; nil when nothing is marked.
func (r ranked) highlight(doc *sourceDoc) (json.RawMessage, error) {
	out := map[string][]string{}
	for _, f := range r.page.marks {
		if !knownHighlighter(f.kind) {
			return nil, eserr.Shard(eserr.IllegalArgument, "unknown highlighter type [%s] for the field [%s]", f.kind, f.pattern)
		}
		if f.kind == "fvh" && !f.mapped.Vectors {
			return nil, eserr.Shard(eserr.IllegalArgument, "the field [%s] should be indexed with term vector with position offsets to be used with fast vector highlighter", f.name)
		}
		if f.unscannable() {
			return nil, eserr.Shard(eserr.IllegalArgument, "Invalid boundary scanner type: %s", f.scanner)
		}
		values, err := doc.at(sourcePath(f.mapped))
		if err != nil {
			return nil, err
		}
		var found []fragment
		for _, v := range values {
			text := textOf(v)
			looked, err := r.analyzed(f, text)
			if err != nil {
				return nil, err
			}
			spans, err := r.spans(f, looked)
			if err != nil {
				return nil, err
			}
			found = append(found, f.fragments(text, f.words.marked(spans))...)
		}
		if shown := f.best(found); len(shown) > 0 {
			out[f.name] = shown
		} else if f.noMatch > 0 && len(values) > 0 {
			out[f.name] = []string{f.encode(cut(textOf(values[0]), f.noMatch))}
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return plainJSON(out)
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
	score int // the number of different words marked, then of marks
}

// fragments cuts a value into pieces that hold marks. Pieces are whole sentences as far as they fit, then whole words.
func (f *highlightField) fragments(text string, marks []analysis.Span) []fragment {
	if len(marks) == 0 {
		return nil
	}
	if f.count == 0 || f.size == 0 || utf8.RuneCountInString(text) <= f.size {
		return []fragment{f.mark(text, 0, marks)}
	}
	var out []fragment
	for from := 0; from < len(text) && len(marks) > 0; {
		to := pieceEnd(text, from, f.size, marks)
		n := 0
		for n < len(marks) && marks[n].Start < to {
			n++
		}
		if n > 0 {
			out = append(out, f.mark(text[from:to], from, marks[:n]))
		}
		from, marks = to, marks[n:]
	}
	return out
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
func (f *highlightField) mark(piece string, offset int, marks []analysis.Span) fragment {
	var out strings.Builder
	different := map[string]bool{}
	at := 0
	for _, m := range marks {
		from, to := m.Start-offset, min(m.End-offset, len(piece))
		out.WriteString(f.encode(piece[at:from]))
		out.WriteString(f.pre + f.encode(piece[from:to]) + f.post)
		at = to
		different[m.Term] = true
	}
	out.WriteString(f.encode(piece[at:]))
	text := out.String()
	if f.count > 0 {
		text = strings.TrimSpace(text)
	}
	return fragment{text, len(different)*1000 + len(marks)}
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

// best returns the fragments to be shown: the best ones, in their order unless `order` asks for the best first.
func (f *highlightField) best(found []fragment) []string {
	order := make([]int, len(found))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(found[b].score, found[a].score) })
	if limit := f.count; limit > 0 {
		order = order[:min(limit, len(order))]
	}
	if !f.byScore {
		slices.Sort(order)
	}
	var out []string
	for _, i := range order {
		out = append(out, found[i].text)
	}
	return out
}
