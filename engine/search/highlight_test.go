package search

import (
	"strings"
	"testing"
)

func TestHighlight(t *testing.T) {
	long := "The first sentence says nothing. The second names the fox and the dog. " + strings.Repeat("filler words go on and on. ", 8) + "At the end a fox <again>."
	ix := newIndex(t, "i", `{"t":{"type":"text"},"k":{"type":"keyword","copy_to":"all","fields":{"short":{"type":"keyword","ignore_above":2}}},"all":{"type":"text"},"n":{"type":"long"},"d":{"type":"text"},"m":{"type":"text","fields":{"raw":{"type":"keyword"}}}}`,
		[]string{`{"t":"The quick brown fox. A lazy dog","k":"Fox","n":7,"d":"7 end ","m":["one fox","two dogs"]}`, `{"t":"` + long + `"}`})
	for _, c := range []struct{ name, query, highlight, id, want string }{
		{"a word", `{"match":{"t":"FOX"}}`, `{"fields":{"t":{}}}`, "1", `{"t":["The quick brown <em>fox</em>. A lazy dog"]}`},
		{"own tags", `{"match":{"t":"fox dog"}}`, `{"pre_tags":["<<"],"post_tags":[">>"],"fields":{"t":{}}}`, "1", `{"t":["The quick brown <<fox>>. A lazy <<dog>>"]}`},
		{"all fields", `{"query_string":{"query":"fox"}}`, `{"fields":{"*":{}}}`, "1", `{"all":["<em>Fox</em>"],"t":["The quick brown <em>fox</em>. A lazy dog"],"m":["one <em>fox</em>"]}`},
		{"a keyword whole", `{"term":{"k":"Fox"}}`, `{"fields":{"*":{}}}`, "1", `{"k":["<em>Fox</em>"]}`},
		{"words count in their own field only", `{"match":{"t":"fox"}}`, `{"fields":{"m":{}}}`, "1", ``},
		{"unless it does not matter", `{"match":{"t":"fox"}}`, `{"require_field_match":false,"fields":{"m":{}}}`, "1", `{"m":["one <em>fox</em>"]}`},
		{"a wildcard", `{"wildcard":{"t":"qu?c*"}}`, `{"fields":{"t":{}}}`, "1", `{"t":["The <em>quick</em> brown fox. A lazy dog"]}`},
		{"a prefix and a fuzzy word", `{"bool":{"should":[{"prefix":{"t":"bro"}},{"fuzzy":{"t":"dug"}}]}}`, `{"fields":{"t":{}}}`, "1", `{"t":["The quick <em>brown</em> fox. A lazy <em>dog</em>"]}`},
		{"a phrase where it stands", `{"match_phrase":{"t":"brown fox"}}`, `{"fields":{"t":{}}}`, "1", `{"t":["The quick <em>brown</em> <em>fox</em>. A lazy dog"]}`},
		{"a phrase with slop, and the beginning of a word", `{"bool":{"should":[{"match_phrase":{"t":{"query":"quick fox","slop":1}}},{"match_phrase_prefix":{"t":"a la"}}]}}`, `{"fields":{"t":{}}}`, "1",
			`{"t":["The <em>quick</em> brown <em>fox</em>. <em>A</em> <em>lazy</em> dog"]}`},
		{"terms, a regular expression and a word whatever its case", `{"bool":{"should":[{"terms":{"t":["lazy"]}},{"regexp":{"t":"d.g"}},{"term":{"t":{"value":"FOX","case_insensitive":true}}}]}}`, `{"fields":[{"t":{}}]}`, "1",
			`{"t":["The quick brown <em>fox</em>. A <em>lazy</em> <em>dog</em>"]}`},
		{"not what must not be there", `{"bool":{"must":{"match":{"t":"fox"}},"must_not":{"match":{"t":"wolf"}}}}`, `{"fields":{"t":{}}}`, "1", `{"t":["The quick brown <em>fox</em>. A lazy dog"]}`},
		{"a query of its own", `{"match_all":{}}`, `{"fields":{"t":{"highlight_query":{"match":{"t":"lazy"}}}}}`, "1", `{"t":["A <em>lazy</em> dog"]}`},
		{"the beginning up to the end of a word", `{"match":{"k":"Fox"}}`, `{"fields":{"t":{"no_match_size":6}}}`, "1", `{"t":["The quick"]}`},
		{"the beginning of a number, named by itself", `{"match":{"k":"Fox"}}`, `{"fields":{"n":{"no_match_size":6}}}`, "1", `{"n":["7"]}`},
		{"not of one that a pattern finds", `{"match":{"k":"Fox"}}`, `{"fields":{"n*":{"no_match_size":6}}}`, "1", ``},
		{"what was copied to a field", `{"match":{"all":"fox"}}`, `{"fields":{"all":{}}}`, "1", `{"all":["<em>Fox</em>"]}`},
		{"no keyword that is too long for its index", `{"term":{"k":"Fox"}}`, `{"fields":{"k.short":{"require_field_match":false}}}`, "1", ``},
		{"the words that fit, by the plain highlighter", `{"match":{"k":"Fox"}}`, `{"fields":{"t":{"no_match_size":12,"type":"plain"}}}`, "1", `{"t":["The quick"]}`},
		{"not numbers that other fields hold as words", `{"match":{"n":7}}`, `{"fields":{"d":{"require_field_match":false}}}`, "1", ``},
		{"a whole value with its white space", `{"match":{"d":"end"}}`, `{"fields":{"d":{"number_of_fragments":0}}}`, "1", `{"d":["7 <em>end</em> "]}`},
		{"the best first", `{"match":{"t":"fox lazy"}}`, `{"order":"score","fragment_size":1,"fields":{"t":{}}}`, "1", `{"t":["<em>fox</em>","<em>lazy</em>"]}`},
		{"the beginning where nothing matches", `{"match":{"k":"Fox"}}`, `{"fields":{"t":{"no_match_size":9}}}`, "1", `{"t":["The quick"]}`},
		{"pieces of a long text, the best of them", `{"match":{"t":"fox dog"}}`, `{"number_of_fragments":1,"fragment_size":60,"fields":{"t":{}}}`, "2",
			`{"t":["The second names the <em>fox</em> and the <em>dog</em>. filler words go on and"]}`},
		{"all of a long text", `{"match":{"t":"again"}}`, `{"encoder":"html","fields":{"t":{"number_of_fragments":0}}}`, "2",
			`{"t":["` + strings.Replace(long, "<again>", "&lt;<em>again</em>&gt;", 1) + `"]}`},
		{"a long sentence by a great size", `{"match":{"t":"again"}}`, `{"fields":{"t":{}},"fragment_size":2147483647}`, "2", `{"t":["At the end a fox <<em>again</em>>."]}`},
		{"no field", `{"match":{"t":"fox"}}`, `{}`, "1", ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, h := range ask(t, `{"query":`+c.query+`,"highlight":`+c.highlight+`}`, ix).Hits {
				if h.ID == c.id && string(h.Highlight) != c.want {
					t.Errorf("highlight = %s, want %s", h.Highlight, c.want)
				}
			}
		})
	}
}

func TestCutCountsCharacters(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want string
	}{{"abc", 2, "ab"}, {"äöü", 2, "äö"}, {"abc", 9, "abc"}, {"abc", 0, ""}} {
		if got := cut(c.text, c.n); got != c.want {
			t.Errorf("cut(%q, %d) = %q, want %q", c.text, c.n, got, c.want)
		}
	}
}
