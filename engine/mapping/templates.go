package mapping

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/vedette-siem/vedette/engine/analysis"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
)

// A template is one of `dynamic_templates`: conditions on a new field, and the definition that it then gets.
type template struct {
	name                                   string
	raw                                    map[string]any // as given, for GET _mapping
	match, unmatch, pathMatch, pathUnmatch []string
	types, notTypes                        []string
	regex                                  bool
	matchers                               map[string]*regexp.Regexp
	mapping                                map[string]any
}

// The kinds of JSON values by which templates match (match_mapping_type).
const (
	jsonString  = "string"
	jsonLong    = "long"
	jsonDouble  = "double"
	jsonBoolean = "boolean"
	jsonDate    = "date"
	jsonObject  = "object"
)

// defaultType is what `{dynamic_type}` and a template without a type stand for.
func defaultType(kind string) string {
	switch kind {
	case jsonString:
		return "text"
	case jsonDouble:
		return "double"
	}
	return kind
}

// readTemplates reads `dynamic_templates`, an array of objects with one member each.
func readTemplates(value any, registry *analysis.Registry) (templates []*template, err error) {
	list, ok := value.([]any)
	if !ok {
		return nil, mapperError("Dynamic template syntax error. An array of named objects is expected.")
	}
	for _, v := range list {
		entry, ok := v.(map[string]any)
		if !ok || len(entry) != 1 {
			return nil, mapperError("A dynamic template must be defined with a name")
		}
		for name, def := range entry {
			fields, ok := def.(map[string]any)
			if !ok {
				return nil, mapperError("Dynamic template [%s] must be an object", name)
			}
			t, err := readTemplate(name, fields)
			if err == nil {
				err = t.check(registry)
			}
			if err != nil {
				return nil, err
			}
			templates = append(templates, t)
		}
	}
	return templates, nil
}

func readTemplate(name string, def map[string]any) (*template, error) {
	t := &template{name: name, raw: def, matchers: map[string]*regexp.Regexp{}}
	for _, key := range sortedKeys(def) {
		value := def[key]
		switch key {
		case "match":
			t.match = textList(value)
		case "unmatch":
			t.unmatch = textList(value)
		case "path_match":
			t.pathMatch = textList(value)
		case "path_unmatch":
			t.pathUnmatch = textList(value)
		case "match_mapping_type":
			t.types = textList(value)
		case "unmatch_mapping_type":
			t.notTypes = textList(value)
		case "match_pattern":
			if value != "simple" && value != "regex" {
				return nil, eserr.Illegal("No matching pattern matched on [%s]", javaText(value))
			}
			t.regex = value == "regex"
		case "mapping", "runtime":
			fields, ok := value.(map[string]any)
			if !ok {
				return nil, mapperError("template [%s] must have an object under [%s]", name, key)
			}
			t.mapping = fields
		default:
			return nil, eserr.Illegal("Illegal dynamic template parameter: [%s]", key)
		}
	}
	if t.mapping == nil {
		return nil, mapperError("template [%s] must have either mapping or runtime set", name)
	}
	if t.match == nil && t.pathMatch == nil && t.types == nil && t.unmatch == nil && t.pathUnmatch == nil && t.notTypes == nil {
		return nil, mapperError("template must have match, path_match or match_mapping_type set %s", javaText(def))
	}
	return t, t.compile()
}

// compile reads the conditions that are regular expressions, and checks the kinds.
func (t *template) compile() error {
	for _, kind := range append(append([]string(nil), t.types...), t.notTypes...) {
		switch kind {
		case "*", jsonString, jsonLong, jsonDouble, jsonBoolean, jsonDate, jsonObject, "binary":
		default:
			return eserr.Illegal("No field type matched on [%s], possible values are [object, string, long, double, boolean, date, binary]", kind)
		}
	}
	if !t.regex {
		return nil
	}
	for _, list := range [][]string{t.match, t.unmatch} {
		for _, p := range list {
			re, err := regexp.Compile("^(?:" + p + ")$")
			if err != nil {
				return eserr.Illegal("Pattern [%s] of type [regex] is invalid. Cannot create dynamic template [%s].", p, t.name)
			}
			t.matchers[p] = re
		}
	}
	return nil
}

// check tries the template on a field of each kind that it is for: a template that never works is refused.
func (t *template) check(registry *analysis.Registry) (err error) {
	for _, kind := range []string{jsonString, jsonLong, jsonDouble, jsonBoolean, jsonDate, jsonObject} {
		if !t.wantsKind(kind) {
			continue
		}
		if _, err = (parser{registry: registry}).node("__dynamic__"+t.name, "__dynamic__"+t.name, t.definition("__dynamic__"+t.name, kind), 0); err == nil {
			return nil
		}
	}
	if err == nil {
		return nil
	}
	return mapperError("dynamic template [%s] has invalid content [%s], attempted to validate it with the following match_mapping_type: %v: %s",
		t.name, javaText(t.raw), t.types, reason(err))
}

// matches reports whether the template is for a new field.
func (t *template) matches(name, path, kind string) bool {
	return t.wantsKind(kind) &&
		(t.match == nil || t.any(t.match, name)) && !t.any(t.unmatch, name) &&
		(t.pathMatch == nil || anyGlob(t.pathMatch, path)) && !anyGlob(t.pathUnmatch, path)
}

func (t *template) wantsKind(kind string) bool {
	return (t.types == nil || anyGlob(t.types, kind)) && !anyGlob(t.notTypes, kind)
}

func (t *template) any(patterns []string, name string) bool {
	if !t.regex {
		return anyGlob(patterns, name)
	}
	for _, p := range patterns {
		if t.matchers[p].MatchString(name) {
			return true
		}
	}
	return false
}

func anyGlob(patterns []string, name string) bool {
	for _, p := range patterns {
		if glob.Match(p, name) {
			return true
		}
	}
	return false
}

// definition is the template's mapping for a field, with `{name}` and `{dynamic_type}` filled in.
func (t *template) definition(name, kind string) map[string]any {
	r := strings.NewReplacer("{name}", name, "{dynamic_type}", defaultType(kind), "{dynamicType}", defaultType(kind))
	def := fill(t.mapping, r).(map[string]any)
	if def["type"] == nil && def["properties"] == nil {
		def["type"] = defaultType(kind)
	}
	return def
}

// fill replaces in all texts of a JSON value, keys included.
func fill(value any, r *strings.Replacer) any {
	switch v := value.(type) {
	case string:
		return r.Replace(v)
	case map[string]any:
		out := make(map[string]any, len(v)+1)
		for key, e := range v {
			out[r.Replace(key)] = fill(e, r)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = fill(e, r)
		}
		return out
	}
	return value
}

// mergeTemplates replaces templates of the same name and appends the others.
func mergeTemplates(old, added []*template) []*template {
	merged := append([]*template(nil), old...)
next:
	for _, t := range added {
		for i := range merged {
			if merged[i].name == t.name {
				merged[i] = t
				continue next
			}
		}
		merged = append(merged, t)
	}
	return merged
}

func showTemplates(templates []*template) []any {
	list := make([]any, len(templates))
	for i, t := range templates {
		list[i] = map[string]any{t.name: t.raw}
	}
	return list
}

func textList(value any) []string {
	list, ok := value.([]any)
	if !ok {
		return []string{fmt.Sprint(value)}
	}
	texts := []string{}
	for _, v := range list {
		texts = append(texts, fmt.Sprint(v))
	}
	return texts
}
