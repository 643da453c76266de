// Package mustache fills in search templates: the part of Mustache that Elasticsearch documents for them, whose output is JSON text. It knows variables (escaped as JSON
// strings, or as they are in triple braces), sections, inverted sections, comments, and the functions toJson, join and url. Partials and changed delimiters are refused.
// It reads no files and runs no code. https://www.elastic.co/guide/en/elasticsearch/reference/8.19/search-template.html
package mustache

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Limits of a template.
const (
	maxDepth  = 32      // sections in sections
	maxOutput = 4 << 20 // bytes
)

// Render fills in a template. Values are as encoding/json decodes them, with numbers as json.Number or float64. What is missing is empty.
func Render(template string, params map[string]any) (string, error) {
	nodes, rest, err := parse(template, "", 0)
	if err != nil {
		return "", err
	}
	if rest != "" {
		return "", fmt.Errorf("a section ends that has not begun, before %.40q", rest)
	}
	r := &renderer{scopes: []any{params}}
	if err := r.all(nodes); err != nil {
		return "", err
	}
	return r.out.String(), nil
}

// A node is a piece of a template: a text, a variable, or a section.
type node struct {
	kind byte // 't' text, 'v' variable, '&' variable as it is, '#' section, '^' inverted section
	text string
	args string // of a function
	body []node
	raw  string // the body as it is written
}

// parse reads nodes up to the end of the section named end.
func parse(s, end string, depth int) (nodes []node, rest string, err error) {
	if depth > maxDepth {
		return nil, "", fmt.Errorf("sections are nested more than [%d] deep", maxDepth)
	}
	for {
		before, after, found := strings.Cut(s, "{{")
		if before != "" {
			nodes = append(nodes, node{kind: 't', text: before})
		}
		if !found {
			if end != "" {
				return nil, "", fmt.Errorf("section [%s] does not end", end)
			}
			return nodes, "", nil
		}
		closing := "}}"
		if strings.HasPrefix(after, "{") {
			closing = "}}}"
		}
		tag, next, found := strings.Cut(after, closing)
		if !found {
			return nil, "", fmt.Errorf("tag %.40q does not end", after)
		}
		s = next
		tag = strings.TrimSpace(tag)
		if tag == "" {
			return nil, "", fmt.Errorf("a tag is empty")
		}
		name := strings.TrimSpace(tag[1:])
		switch tag[0] {
		case '!':
		case '{', '&':
			nodes = append(nodes, node{kind: '&', text: name})
		case '/':
			word, _, _ := strings.Cut(name, " ")
			if word != end {
				return nil, "", fmt.Errorf("section [%s] ends where [%s] should", word, end)
			}
			return nodes, s, nil
		case '#', '^':
			word, args, _ := strings.Cut(name, " ")
			n := node{kind: tag[0], text: word, args: args}
			var left string
			if n.body, left, err = parse(s, word, depth+1); err != nil {
				return nil, "", err
			}
			inside := s[:len(s)-len(left)]
			n.raw = inside[:strings.LastIndex(inside, "{{")]
			s = left
			nodes = append(nodes, n)
		case '>', '=', '<', '$':
			return nil, "", fmt.Errorf("tag [%.40s] is not supported", tag)
		default:
			nodes = append(nodes, node{kind: 'v', text: tag})
		}
	}
}

type renderer struct {
	scopes []any // the innermost last
	out    strings.Builder
}

func (r *renderer) all(nodes []node) error {
	for i := range nodes {
		if err := r.one(&nodes[i]); err != nil {
			return err
		}
		if r.out.Len() > maxOutput {
			return fmt.Errorf("the filled in template is larger than [%d] bytes", maxOutput)
		}
	}
	return nil
}

func (r *renderer) one(n *node) error {
	switch n.kind {
	case 't':
		r.out.WriteString(n.text)
	case '&':
		r.out.WriteString(text(r.lookup(n.text)))
	case 'v':
		r.out.WriteString(escape(text(r.lookup(n.text))))
	case '^':
		if !truthy(r.lookup(n.text)) {
			return r.all(n.body)
		}
	case '#':
		if done, err := r.function(n); done || err != nil {
			return err
		}
		return r.section(n)
	}
	return nil
}

// section fills in a body for each entry of a list, or once for what is neither false nor missing.
func (r *renderer) section(n *node) error {
	v := r.lookup(n.text)
	if !truthy(v) {
		return nil
	}
	entries, isList := v.([]any)
	if !isList {
		entries = []any{v}
	}
	for _, entry := range entries {
		r.scopes = append(r.scopes, entry)
		err := r.all(n.body)
		r.scopes = r.scopes[:len(r.scopes)-1]
		if err != nil {
			return err
		}
	}
	return nil
}

// function carries out toJson, join and url; false if the section is none of them.
func (r *renderer) function(n *node) (bool, error) {
	switch n.text {
	case "toJson":
		raw, err := json.Marshal(r.lookup(strings.TrimSpace(n.raw)))
		if err != nil {
			return true, fmt.Errorf("toJson of [%s]: %w", n.raw, err)
		}
		r.out.Write(raw)
	case "join":
		delimiter := ","
		if value, ok := strings.CutPrefix(strings.TrimSpace(n.args), "delimiter="); ok {
			delimiter = strings.Trim(value, `'"`)
		}
		var parts []string
		switch v := r.lookup(strings.TrimSpace(n.raw)).(type) {
		case nil:
		case []any:
			for _, entry := range v {
				parts = append(parts, text(entry))
			}
		default:
			parts = []string{text(v)}
		}
		r.out.WriteString(escape(strings.Join(parts, delimiter)))
	case "url":
		inner := &renderer{scopes: r.scopes}
		if err := inner.all(n.body); err != nil {
			return true, err
		}
		r.out.WriteString(url.QueryEscape(inner.out.String()))
	default:
		return false, nil
	}
	return true, nil
}

// lookup finds a value by its path, in the innermost scope that has the first part of it.
func (r *renderer) lookup(path string) any {
	if path == "." {
		return r.scopes[len(r.scopes)-1]
	}
	first, rest, more := strings.Cut(path, ".")
	for i := len(r.scopes) - 1; i >= 0; i-- {
		scope, ok := r.scopes[i].(map[string]any)
		if !ok {
			continue
		}
		if v, ok := scope[path]; ok {
			return v
		}
		if v, ok := scope[first]; ok {
			if !more {
				return v
			}
			return (&renderer{scopes: []any{v}}).lookup(rest)
		}
	}
	return nil
}

func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	}
	return true
}

// text prints a value: what is no scalar as JSON.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return "" // it was read from JSON
	}
	return string(raw)
}

// escape makes a text safe inside a JSON string.
func escape(s string) string {
	var out strings.Builder
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return "" // every string has a JSON form
	}
	quoted := strings.TrimSuffix(out.String(), "\n")
	return quoted[1 : len(quoted)-1]
}
