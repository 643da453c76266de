package console

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"
)

// A document is openapi.yaml; its schemas use a small part of JSON Schema, which is all that check knows.
type document map[string]any

func readDocument(t *testing.T) document {
	t.Helper()
	raw, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var d map[string]any // not a document: the maps within would become such, too
	if err := yaml.Unmarshal(raw, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// at walks down the document by keys.
func (d document) at(keys ...string) any {
	var here any = map[string]any(d)
	for _, key := range keys {
		object, ok := here.(map[string]any)
		if !ok {
			return nil
		}
		here = object[key]
	}
	return here
}

// check says where a value is not as the schema has it: properties that are missing, unknown to the file, or of another type.
func (d document) check(where string, schema, value any) []string {
	s, ok := schema.(map[string]any)
	if !ok {
		return []string{where + ": no schema"}
	}
	if ref, ok := s["$ref"].(string); ok {
		return d.check(where, d.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...), value)
	}
	if choices, ok := s["oneOf"].([]any); ok {
		var problems []string
		for _, choice := range choices {
			found := d.check(where, choice, value)
			if found == nil {
				return nil
			}
			problems = append(problems, found...)
		}
		return problems
	}
	if problem := checkScalar(s, value); problem != "" {
		return []string{where + ": " + problem}
	}
	switch v := value.(type) {
	case map[string]any:
		return d.checkObject(where, s, v)
	case []any:
		var problems []string
		for i, item := range v {
			problems = append(problems, d.check(fmt.Sprintf("%s[%d]", where, i), s["items"], item)...)
		}
		return problems
	}
	return nil
}

func (d document) checkObject(where string, s, v map[string]any) []string {
	var problems []string
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			problems = append(problems, fmt.Sprintf("%s: %s is missing", where, name))
		}
	}
	properties, _ := s["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(v)) {
		schema, ok := properties[name]
		if !ok {
			problems = append(problems, fmt.Sprintf("%s: %s is not in the file", where, name))
			continue
		}
		problems = append(problems, d.check(where+"."+name, schema, v[name])...)
	}
	return problems
}

func checkScalar(s map[string]any, value any) string {
	types, ok := s["type"].([]any)
	if !ok {
		types = []any{s["type"]}
	}
	if !slices.ContainsFunc(types, func(t any) bool { return isType(t, value) }) {
		return fmt.Sprintf("%v is no %v", value, types)
	}
	if enum, ok := s["enum"].([]any); ok && !slices.Contains(enum, value) {
		return fmt.Sprintf("%v is none of %v", value, enum)
	}
	if s["format"] == "date-time" && value != nil {
		if _, err := time.Parse("2006-01-02T15:04:05.000Z", value.(string)); err != nil {
			return err.Error()
		}
	}
	return ""
}

func isType(name, value any) bool {
	switch v := value.(type) {
	case nil:
		return name == "null"
	case string:
		return name == "string"
	case bool:
		return name == "boolean"
	case float64:
		return name == "number" || name == "integer" && v == float64(int64(v))
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	}
	return false
}

func TestAnswersAreAsTheFileSays(t *testing.T) {
	d := readDocument(t)
	paths, _ := d.at("paths").(map[string]any)
	for name, world := range map[string]*fake{"a busy process": busy(), "an empty one": {}} {
		s := newServer(world, nil)
		for path := range paths {
			if d.at("paths", path, "get") == nil {
				continue // TestSourcesAreChanged, and package cmd/vedette, test those
			}
			status, body, _ := get(t, s, path)
			var answer any
			if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 {
				t.Errorf("%s, %s: %d %s", name, path, status, body)
				continue
			}
			for _, problem := range d.check("answer", d.at("paths", path, "get", "responses", "200", "content", "application/json", "schema"), answer) {
				t.Errorf("%s, %s: %s\n%s", name, path, problem, body)
			}
		}
	}
}

func TestEveryCallIsInTheFile(t *testing.T) {
	d := readDocument(t)
	var served, described []string
	for _, r := range newServer(&fake{}, nil).router.Routes() {
		if strings.HasPrefix(r.Path, "/api/v1/") && r.Method != "HEAD" {
			served = append(served, strings.ToLower(r.Method)+" "+strings.ReplaceAll(r.Path, ":name", "{name}"))
		}
	}
	paths, _ := d.at("paths").(map[string]any)
	for path := range paths {
		methods, _ := d.at("paths", path).(map[string]any)
		for method := range methods {
			described = append(described, method+" "+path)
		}
	}
	slices.Sort(served)
	slices.Sort(described)
	if !slices.Equal(served, described) || len(served) == 0 {
		t.Errorf("served:    %v\ndescribed: %v", served, described)
	}
}

func TestErrorsAreAsTheFileSays(t *testing.T) {
	d := readDocument(t)
	for _, path := range []string{"/api/v1/status", "/api/v1/ingest", "/api/v1/storage", "/api/v1/sources", "/api/v1/nothing", "/api/nothing"} {
		status, body, _ := get(t, newServer(&fake{err: errNotAllowed}, nil), path)
		var answer any
		if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 403 && status != 404 {
			t.Errorf("%s: %d %s", path, status, body)
			continue
		}
		for _, problem := range d.check("answer", d.at("components", "schemas", "Error"), answer) {
			t.Errorf("%s: %s\n%s", path, problem, body)
		}
	}
}

func TestHeadersAreAsTheFileSays(t *testing.T) {
	description, _ := readDocument(t).at("info", "description").(string)
	for _, path := range []string{"/", "/api/v1/status", "/api/es/", "/api/nothing", "/livez", "/assets/nothing.js"} {
		_, _, header := get(t, newServer(busy(), nil), path)
		said := 0
		for line := range strings.Lines(description) {
			name, value, ok := strings.Cut(strings.Trim(strings.TrimSpace(strings.TrimPrefix(line, "- ")), "`"), ": ")
			if !ok || !strings.HasPrefix(line, "- `") {
				continue
			}
			said++
			if got := header.Get(name); got != value {
				t.Errorf("%s: %s is %q, the file says %q", path, name, got, value)
			}
		}
		if said < 5 {
			t.Fatalf("only %d headers found in the description", said)
		}
	}
}
