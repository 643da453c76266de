package dsl

import "regexp"

// prefix reads https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-prefix-query.html.
func (p *parser) prefix() (Query, error) {
	q := &Prefix{}
	field, err := p.pattern(&q.Base, &q.Value, &q.Rewrite, options{"value": nil, "case_insensitive": p.boolInto(&q.CaseInsensitive)})
	q.Field = field
	return q, err
}

// pattern reads a clause whose value is a text: {"<field>": "text"} or {"<field>": {"value": "text", ...}}. Options without a reader are names of the value.
func (p *parser) pattern(base *Base, text, rewrite *string, o options) (string, error) {
	given := false
	value := func() (err error) {
		given = p.tok != valueNull
		*text, err = p.text()
		return err
	}
	for name, read := range o {
		if read == nil {
			o[name] = value
		}
	}
	o["rewrite"] = p.textInto(rewrite)
	field, err := p.field(value, p.common(base, o))
	if err == nil {
		err = checkRewrite(*rewrite)
	}
	if err != nil {
		return "", err
	}
	if !given {
		return "", p.required(field, nil)
	}
	return field, p.required(field, true)
}

var rewriteTop = regexp.MustCompile(`^top_terms_(boost_|blended_freqs_)?\d+$`)

// checkRewrite refuses ways to run a clause that Elasticsearch does not have. "" is the default.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/query-dsl-multi-term-rewrite.html
func checkRewrite(method string) error {
	switch method {
	case "", "constant_score", "constant_score_blended", "constant_score_boolean", "constant_score_filter", "scoring_boolean":
		return nil
	}
	if rewriteTop.MatchString(method) {
		return nil
	}
	return shardIllegal("Failed to parse rewrite_method [%s]", method)
}
