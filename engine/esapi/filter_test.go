package esapi

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFilterPath(t *testing.T) {
	const text = `{"took":3,"errors":true,"items":[{"index":{"status":201,"_id":"1"}},{"index":{"status":400,"error":{"type":"x","cause":{"type":"y"}}}}],"a.b":{"c":[]},"empty":{}}`
	for paths, want := range map[string]string{
		"took":                        `{"took":3}`,
		"took,errors":                 `{"took":3,"errors":true}`,
		"errors,items.*.error":        `{"errors":true,"items":[{"index":{"error":{"type":"x","cause":{"type":"y"}}}}]}`,
		"items.*.status":              `{"items":[{"index":{"status":201}},{"index":{"status":400}}]}`,
		"items.index._id":             `{"items":[{"index":{"_id":"1"}}]}`,
		"**.type":                     `{"items":[{"index":{"error":{"type":"x","cause":{"type":"y"}}}}]}`,
		"items.**.cause":              `{"items":[{"index":{"error":{"cause":{"type":"y"}}}}]}`,
		"items.**":                    `{"items":[{"index":{"status":201,"_id":"1"}},{"index":{"status":400,"error":{"type":"x","cause":{"type":"y"}}}}]}`,
		"t*k,e*s":                     `{"took":3,"errors":true}`,
		`a\.b`:                        `{"a.b":{"c":[]}}`,
		"a.b":                         `{}`,
		"nothing":                     `{}`,
		"took.deeper":                 `{}`,
		"-items":                      `{"took":3,"errors":true,"a.b":{"c":[]},"empty":{}}`,
		"-items.*.error,-took,-a\\.b": `{"errors":true,"items":[{"index":{"status":201,"_id":"1"}},{"index":{"status":400}}],"empty":{}}`,
		"items,-**.type,-**._id":      `{"items":[{"index":{"status":201}},{"index":{"status":400}}]}`,
		"-*":                          `{}`,
		"*":                           text,
		"**":                          text,
		"empty":                       `{"empty":{}}`,
	} {
		got, err := filterJSON([]byte(text), splitList(paths))
		if err != nil || string(got) != want {
			t.Errorf("%s\n got %s %v\nwant %s", paths, got, err, want)
		}
	}
	if _, err := filterJSON([]byte("{}"), make([]string, 1001)); err == nil {
		t.Error("1001 paths were accepted")
	}
}

func TestFilterPathDoesNotExplode(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 400) + "1" + strings.Repeat("}", 400)
	path := strings.Repeat("**.a.", 50) + "nothere"
	if got, err := filterJSON([]byte(deep), []string{path}); err != nil || string(got) != "{}" {
		t.Errorf("%.50s %v", got, err)
	}
}

func FuzzFilterPath(f *testing.F) {
	f.Add(`{"a":{"b":[1,{"c":2}]}}`, "a.*.c,-**.d")
	f.Add(`{"a.b":{"":{}}}`, `a\.b..`)
	f.Fuzz(func(t *testing.T, body, paths string) {
		if !json.Valid([]byte(body)) || !utf8.ValidString(body) || strings.Count(body, "{")+strings.Count(body, "[") > 100 || body[0] != '{' || len(body) > 1000 {
			return
		}
		got, err := filterJSON([]byte(body), splitList(paths))
		if (err != nil || !json.Valid(got)) && len(splitList(paths)) <= 1000 {
			t.Fatalf("%s of %s: %s %v", paths, body, got, err)
		}
	})
}
