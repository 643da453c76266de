package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/document"
)

// maxTokens is how many tokens an `_analyze` may make, unless index.analyze.max_token_count says otherwise.
const maxTokens = 10_000

// textGap is how many positions lie between the texts of one request, as between the values of a field. The analyzers that Elasticsearch has
// without an index, and normalizers, leave none.
const textGap = 100

func (b *analyzeBody) gap(ix *index) int {
	composed := len(b.Tokenizer)+len(b.Filter)+len(b.CharFilter) > 0
	if ix == nil && !composed {
		return 0
	}
	if ix != nil && !composed && b.Analyzer == "" && b.Field != "" {
		if f, ok := ix.mapping.Load().Lookup(b.Field); ok && f.Kind == document.Keyword {
			return 0
		}
	}
	return textGap
}

// AnalyzeAnswer is the answer to an `_analyze`: Tokens, or with `explain` Detail.
type AnalyzeAnswer struct {
	Tokens []AnalyzeToken `json:"tokens"`
	Detail *AnalyzeDetail `json:"detail"`
}

// MarshalJSON implements json.Marshaler.
func (a *AnalyzeAnswer) MarshalJSON() ([]byte, error) {
	if a.Detail != nil {
		return json.Marshal(map[string]any{"detail": a.Detail})
	}
	return json.Marshal(map[string]any{"tokens": a.Tokens})
}

// An AnalyzeToken is one token. Offsets count UTF-16 units of the text after the char filters, all texts of the request in a row.
type AnalyzeToken struct {
	Token    string `json:"token"`
	Start    int    `json:"start_offset"`
	End      int    `json:"end_offset"`
	Type     string `json:"type"`
	Position int    `json:"position"`
	// Attributes are told by `explain` only.
	Bytes          string `json:"bytes,omitempty"`
	PositionLength int    `json:"positionLength,omitempty"`
	TermFrequency  int    `json:"termFrequency,omitempty"`
}

// AnalyzeDetail is what each step makes of the texts.
type AnalyzeDetail struct {
	Custom       bool           `json:"custom_analyzer"`
	Analyzer     *AnalyzeStage  `json:"analyzer,omitempty"`
	CharFilters  []FilteredText `json:"charfilters,omitempty"`
	Tokenizer    *AnalyzeStage  `json:"tokenizer,omitempty"`
	TokenFilters []AnalyzeStage `json:"tokenfilters,omitempty"`
}

// An AnalyzeStage is what one step makes of the texts.
type AnalyzeStage struct {
	Name   string         `json:"name"`
	Tokens []AnalyzeToken `json:"tokens"`
}

// FilteredText is what a char filter makes of the texts.
type FilteredText struct {
	Name string   `json:"name"`
	Text []string `json:"filtered_text"`
}

// analyzeBody is the body of an `_analyze`.
type analyzeBody struct {
	Text       oneOrMany       `json:"text"`
	Analyzer   string          `json:"analyzer"`
	Field      string          `json:"field"`
	Normalizer string          `json:"normalizer"`
	Tokenizer  analysis.Part   `json:"tokenizer"`
	Filter     []analysis.Part `json:"filter"`
	CharFilter []analysis.Part `json:"char_filter"`
	Explain    bool            `json:"explain"`
	Attributes oneOrMany       `json:"attributes"`
}

// Analyze implements Backend.
func (e *Embedded) Analyze(ctx context.Context, p Principal, name string, raw json.RawMessage) (*AnalyzeAnswer, error) {
	if err := allow(p, "indices:admin/analyze"); err != nil {
		return nil, err
	}
	body, err := parseAnalyze(raw)
	if err != nil {
		return nil, err
	}
	ix, err := e.analyzeIndex(p, name)
	if err != nil {
		return nil, err
	}
	chain, err := body.chain(ix)
	if err != nil {
		return nil, err
	}
	run := &analyzing{chain: chain, gap: body.gap(ix), left: maxTokens, most: maxTokens}
	if ix != nil && ix.Settings.integer("index.analyze.max_token_count") > 0 {
		run.left = ix.Settings.integer("index.analyze.max_token_count")
		run.most = run.left
	}
	return run.answer(ctx, body)
}

func parseAnalyze(raw json.RawMessage) (*analyzeBody, error) {
	body := &analyzeBody{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(body); err != nil {
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return nil, eserr.BadRequest(eserr.XContentParse, "[analyze_request] unknown field [%s]", strings.Trim(name, `"`))
		}
		return nil, eserr.BadRequest(eserr.XContentParse, "[analyze_request] failed to parse: %s", err)
	}
	switch {
	case len(body.Text) == 0:
		return nil, eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: text is missing;")
	case body.Normalizer != "" && (body.Analyzer != "" || len(body.Tokenizer) > 0):
		return nil, eserr.BadRequest("action_request_validation_exception", "Validation Failed: 1: tokenizer/analyze should be null if normalizer is specified;")
	case body.Analyzer != "" && len(body.Tokenizer)+len(body.Filter)+len(body.CharFilter) > 0:
		return nil, eserr.Illegal("cannot define extra components on a named analyzer")
	case body.Normalizer != "" && len(body.Filter)+len(body.CharFilter) > 0:
		return nil, eserr.Illegal("cannot define extra components on a named normalizer")
	}
	return body, nil
}

// analyzeIndex is the one index that a request names, or nil if it names none.
func (e *Embedded) analyzeIndex(p Principal, name string) (*index, error) {
	if name == "" {
		return nil, nil
	}
	found, err := e.findFor(p, "indices:admin/analyze", Target{Expression: name}, opRead)
	if err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, eserr.Illegal("[%s] names %d indices: an analysis needs one", clip(name), len(found))
	}
	return found[0].index, nil
}

// chain finds the analyzer that the request asks for.
func (b *analyzeBody) chain(ix *index) (*analysis.Chain, error) {
	var settings json.RawMessage
	var registry *analysis.Registry
	where := "global "
	if ix != nil {
		settings, registry, where = ix.Settings.analysis(), ix.mapping.Load().Registry(), ""
	}
	switch {
	case b.Analyzer != "":
		return named(registry, settings, b.Analyzer, where)
	case b.Normalizer != "":
		if ix == nil {
			return nil, eserr.Illegal("analysis based on a normalizer requires an index")
		}
		if c := registry.NormalizerChain(b.Normalizer); c != nil {
			return c, nil
		}
		return nil, eserr.Illegal("failed to find normalizer under [%s]", b.Normalizer)
	case len(b.Tokenizer)+len(b.Filter)+len(b.CharFilter) > 0:
		return analysis.Compose(settings, b.CharFilter, b.Tokenizer, b.Filter)
	case b.Field != "":
		return b.fieldChain(ix, registry, settings)
	}
	return named(registry, settings, "default", where)
}

func named(registry *analysis.Registry, settings json.RawMessage, name, where string) (*analysis.Chain, error) {
	c, err := registry.Chain(settings, name)
	if err == nil && c == nil {
		err = eserr.Illegal("failed to find %sanalyzer [%s]", where, name)
	}
	return c, err
}

// fieldChain is the analyzer of a field; of one that is no text, the text stays whole, as it does in the index.
func (b *analyzeBody) fieldChain(ix *index, registry *analysis.Registry, settings json.RawMessage) (*analysis.Chain, error) {
	if ix == nil {
		return nil, eserr.Illegal("analysis based on a specific field requires an index")
	}
	f, ok := ix.mapping.Load().Lookup(b.Field)
	switch {
	case !ok:
		return named(registry, settings, "default", "")
	case f.Kind == document.Text:
		name := f.Analyzer
		if name == "" {
			name = "default"
		}
		return named(registry, settings, name, "")
	case f.Kind == document.Keyword && f.Normalizer != "":
		return registry.NormalizerChain(f.Normalizer), nil
	case f.Kind == document.Keyword:
		return named(registry, settings, "keyword", "")
	}
	return nil, eserr.Illegal("Can't process field [%s], Analysis requests are only supported on tokenized fields", b.Field)
}

// analyzing is one `_analyze` under way.
type analyzing struct {
	chain            *analysis.Chain
	left, most       int // tokens that may still come, and may come in all
	offset, position int // where the present text begins
	gap              int // positions between two texts
}

func (a *analyzing) answer(ctx context.Context, body *analyzeBody) (*AnalyzeAnswer, error) {
	c := a.chain
	detail := &AnalyzeDetail{Custom: c.Custom, Tokenizer: &AnalyzeStage{Name: c.Tokenizer, Tokens: []AnalyzeToken{}}}
	for _, name := range c.CharFilters {
		detail.CharFilters = append(detail.CharFilters, FilteredText{Name: name})
	}
	for _, name := range c.Filters {
		detail.TokenFilters = append(detail.TokenFilters, AnalyzeStage{Name: name, Tokens: []AnalyzeToken{}})
	}
	tokens := []AnalyzeToken{}
	for _, text := range body.Text {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		last, err := a.text(text, detail, body.Explain)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, last...)
	}
	if !body.Explain {
		return &AnalyzeAnswer{Tokens: tokens}, nil
	}
	if !c.Custom {
		detail = &AnalyzeDetail{Analyzer: &AnalyzeStage{Name: c.Name, Tokens: tokens}}
	}
	return &AnalyzeAnswer{Detail: detail.only(body.Attributes)}, nil
}

// text runs one text through the chain. The steps of a custom one are kept in detail.
func (a *analyzing) text(text string, detail *AnalyzeDetail, explain bool) ([]AnalyzeToken, error) {
	c := a.chain
	after, text := c.Filter(text)
	for i := range detail.CharFilters {
		detail.CharFilters[i].Text = append(detail.CharFilters[i].Text, after[i])
	}
	spans := c.Tokenize(text)
	if a.left -= len(spans); a.left < 0 {
		return nil, a.tooMany()
	}
	if explain && c.Custom {
		detail.Tokenizer.Tokens = append(detail.Tokenizer.Tokens, a.tokens(text, spans, true)...)
	}
	for i := range c.Steps() {
		before := len(spans)
		spans = c.Apply(i, spans)
		if a.left -= max(0, len(spans)-before); a.left < 0 {
			return nil, a.tooMany()
		}
		if explain && i < len(detail.TokenFilters) {
			detail.TokenFilters[i].Tokens = append(detail.TokenFilters[i].Tokens, a.tokens(text, spans, true)...)
		}
	}
	out := a.tokens(text, spans, explain)
	a.offset += units(text) + 1
	if len(spans) > 0 {
		a.position += int(spans[len(spans)-1].Position) + 1
	}
	a.position += a.gap
	return out, nil
}

func (a *analyzing) tooMany() error {
	return eserr.BadRequest("illegal_state_exception", "The number of tokens produced by calling _analyze has exceeded the allowed maximum of [%d]."+
		" This limit can be set by changing the [index.analyze.max_token_count] index level setting.", a.most)
}

// tokens renders tokens; filters change them in place, so that each stage is rendered before the next one.
func (a *analyzing) tokens(text string, spans []analysis.Span, explain bool) []AnalyzeToken {
	out := make([]AnalyzeToken, len(spans))
	at, n := 0, 0 // n units of UTF-16 lie before byte at
	for i, s := range spans {
		if s.Start < at {
			at, n = 0, 0
		}
		n += units(text[at:min(s.Start, len(text))])
		at = min(s.Start, len(text))
		out[i] = AnalyzeToken{Token: s.Term, Start: a.offset + n, End: a.offset + n + units(text[at:max(at, min(s.End, len(text)))]), Type: s.Type, Position: a.position + int(s.Position)}
		if explain {
			out[i].Bytes, out[i].PositionLength, out[i].TermFrequency = fmt.Sprintf("[% x]", s.Term), 1, 1
		}
	}
	return out
}

// units counts the UTF-16 units of a text, in which Java counts.
func units(text string) int {
	n := 0
	for _, r := range text {
		if n++; r > 0xFFFF && r != utf8.RuneError {
			n++
		}
	}
	return n
}

// only leaves the attributes that are named; none are all.
func (d *AnalyzeDetail) only(names []string) *AnalyzeDetail {
	if len(names) == 0 {
		return d
	}
	var stages []*AnalyzeStage
	if d.Analyzer != nil {
		stages = append(stages, d.Analyzer)
	}
	if d.Tokenizer != nil {
		stages = append(stages, d.Tokenizer)
	}
	for i := range d.TokenFilters {
		stages = append(stages, &d.TokenFilters[i])
	}
	has := func(name string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) })
	}
	for _, s := range stages {
		for i := range s.Tokens {
			t := &s.Tokens[i]
			if !has("bytes") {
				t.Bytes = ""
			}
			if !has("positionLength") {
				t.PositionLength = 0
			}
			if !has("termFrequency") {
				t.TermFrequency = 0
			}
		}
	}
	return d
}
