package mapping

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/valyala/fastjson"
)

// javaText writes a JSON value as Java prints it in Elasticsearch's errors: `{a=1, b=[x, y]}`.
func javaText(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case string:
		return v
	case map[string]any:
		parts := make([]string, 0, len(v))
		for _, k := range sortedKeys(v) {
			parts = append(parts, k+"="+javaText(v[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		parts := make([]string, 0, len(v))
		for _, e := range v {
			parts = append(parts, javaText(e))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return fmt.Sprint(value)
}

// javaClass is the Java class of a JSON value, which some of Elasticsearch's errors name.
func javaClass(value any) string {
	switch value.(type) {
	case string:
		return "class java.lang.String"
	case bool:
		return "class java.lang.Boolean"
	case json.Number:
		return "class java.lang.Integer"
	case []any:
		return "class java.util.ArrayList"
	}
	return "null"
}

// preview is javaText of a part of a document.
func preview(v *fastjson.Value) string {
	switch v.Type() {
	case fastjson.TypeString:
		return string(v.GetStringBytes())
	case fastjson.TypeObject:
		var parts []string
		v.GetObject().Visit(func(key []byte, e *fastjson.Value) { parts = append(parts, string(key)+"="+preview(e)) })
		return "{" + strings.Join(parts, ", ") + "}"
	case fastjson.TypeArray:
		var parts []string
		for _, e := range v.GetArray() {
			parts = append(parts, preview(e))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return string(v.MarshalTo(nil))
}
