package analysis

import (
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// NewRegistry reads the object under `index.analysis`; nil has the built-in analyzers only. Keys may be dotted, numbers and booleans may be
// strings, lists may be one string or an object of indexes, as settings are. The error is an illegal_argument_exception.
func NewRegistry(settings json.RawMessage) (*Registry, error) {
	if len(settings) == 0 {
		return nil, nil
	}
	b, err := newBuilder(settings)
	if err != nil {
		return nil, err
	}
	return b.registry()
}

// newBuilder reads the object under `index.analysis`; nil is an empty one.
func newBuilder(settings json.RawMessage) (*builder, error) {
	b := &builder{sections: map[string]map[string]options{}}
	if len(settings) == 0 {
		return b, nil
	}
	var raw map[string]any
	if err := json.Unmarshal(settings, &raw); err != nil {
		return nil, eserr.Illegal("Failed to parse index.analysis: %s", err)
	}
	tree := map[string]any{}
	spread(tree, raw, 0)
	for section, entries := range tree {
		named, _ := entries.(map[string]any)
		b.sections[section] = map[string]options{}
		for name, o := range named {
			fields, ok := o.(map[string]any)
			if !ok {
				return nil, eserr.Illegal("Failed to parse index.analysis: [%s.%s] must be an object", section, name)
			}
			b.sections[section][name] = fields
		}
	}
	return b, nil
}

// maxDepth bounds how deep settings may lie; more is dropped.
const maxDepth = 10

// spread writes settings with dotted keys as nested ones.
func spread(into, from map[string]any, depth int) {
	for key, value := range from {
		at := into
		head, tail, dotted := strings.Cut(key, ".")
		for ; dotted; head, tail, dotted = strings.Cut(tail, ".") {
			next, ok := at[head].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[head] = next
			}
			if at = next; tail == "" {
				break
			}
		}
		if object, ok := value.(map[string]any); ok && depth < maxDepth {
			next, ok := at[head].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[head] = next
			}
			spread(next, object, depth+1)
			continue
		}
		at[head] = value
	}
}

// options are the settings of one analyzer, tokenizer or filter.
type options map[string]any

func (o options) text(key, otherwise string) string {
	if v, ok := o[key]; ok && v != nil {
		return fmt.Sprint(v)
	}
	return otherwise
}

func (o options) number(key string, otherwise int) (int, error) {
	v, ok := o[key]
	if !ok {
		return otherwise, nil
	}
	n, err := strconv.Atoi(fmt.Sprint(v))
	if err != nil || n < 0 || n > 1<<20 {
		return 0, eserr.Illegal("Failed to parse value [%v] for setting [%s]", v, key)
	}
	return n, nil
}

func (o options) flag(key string, otherwise bool) bool {
	switch fmt.Sprint(o[key]) {
	case "true":
		return true
	case "false":
		return false
	}
	return otherwise
}

// list reads an array, one text with commas, or an object whose keys are 0, 1, ...
func (o options) list(key string) (texts []string) {
	switch v := o[key].(type) {
	case []any:
		for _, e := range v {
			texts = append(texts, fmt.Sprint(e))
		}
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		sort.Slice(keys, func(i, j int) bool {
			return len(keys[i]) < len(keys[j]) || len(keys[i]) == len(keys[j]) && keys[i] < keys[j]
		})
		for _, k := range keys {
			texts = append(texts, fmt.Sprint(v[k]))
		}
	case string:
		for _, part := range strings.Split(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				texts = append(texts, part)
			}
		}
	}
	return texts
}

// pattern compiles a regular expression; Java's replacement `$1` is read by javaReplacement.
func (o options) pattern(key, otherwise string) (*regexp.Regexp, error) {
	text := o.text(key, otherwise)
	if strings.Contains(strings.ToUpper(o.text("flags", "")), "CASE_INSENSITIVE") {
		text = "(?i)" + text
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, eserr.Illegal("cannot use the regular expression [%s]: %s", o.text(key, otherwise), err)
	}
	return re, nil
}

// javaReplacement writes `$1` as Go does, so that `$1a` stays group 1 followed by an a.
func javaReplacement(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			if text[i] == '$' {
				b.WriteByte('$')
			}
			b.WriteByte(text[i])
		case text[i] == '$' && i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '9':
			i++
			b.WriteString("${" + text[i:i+1] + "}")
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String()
}
