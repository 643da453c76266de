package esapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// maxYAMLBytes bounds bodies in YAML, which take much more memory to read than JSON does.
const maxYAMLBytes = 1 << 20

// fromYAML turns a body in YAML into JSON, with keys in their order and numbers as they are spelt where JSON has them so. Anchors and aliases are refused: what they unfold to has no limit.
func fromYAML(body []byte) ([]byte, error) {
	if len(body) > maxYAMLBytes {
		return nil, eserr.Errorf(http.StatusRequestEntityTooLarge, "too_large_exception", "a body in YAML has at most [%d] bytes: send JSON", maxYAMLBytes)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(body, &doc); err != nil {
		return nil, eserr.BadRequest("x_content_parse_exception", "the YAML of the body cannot be read: %.500s", err)
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	var out bytes.Buffer
	if err := appendNode(&out, doc.Content[0], 0); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func appendNode(out *bytes.Buffer, n *yaml.Node, depth int) error {
	if depth > maxJSONDepth {
		return yamlError(n, "it is nested more than %d deep", maxJSONDepth)
	}
	switch n.Kind {
	case yaml.MappingNode:
		return appendMapping(out, n, depth)
	case yaml.SequenceNode:
		out.WriteByte('[')
		for i, item := range n.Content {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := appendNode(out, item, depth+1); err != nil {
				return err
			}
		}
		out.WriteByte(']')
		return nil
	case yaml.ScalarNode:
		return appendScalar(out, n)
	}
	return yamlError(n, "anchors and aliases are not supported")
}

func appendMapping(out *bytes.Buffer, n *yaml.Node, depth int) error {
	out.WriteByte('{')
	for i := 0; i+1 < len(n.Content); i += 2 {
		if i > 0 {
			out.WriteByte(',')
		}
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge" {
			return yamlError(key, "a key must be text")
		}
		if err := appendText(out, key.Value); err != nil {
			return err
		}
		out.WriteByte(':')
		if err := appendNode(out, n.Content[i+1], depth+1); err != nil {
			return err
		}
	}
	out.WriteByte('}')
	return nil
}

func appendScalar(out *bytes.Buffer, n *yaml.Node) error {
	switch n.ShortTag() {
	case "!!null":
		out.WriteString("null")
		return nil
	case "!!bool":
		if lower := strings.ToLower(n.Value); lower == "true" || lower == "false" { // yes and no are texts, as in YAML 1.2
			out.WriteString(lower)
			return nil
		}
	case "!!int", "!!float":
		return appendYAMLNumber(out, n)
	}
	return appendText(out, n.Value)
}

func appendYAMLNumber(out *bytes.Buffer, n *yaml.Node) error {
	if json.Valid([]byte(n.Value)) {
		out.WriteString(n.Value)
		return nil
	}
	var whole int64
	var float float64
	switch {
	case n.ShortTag() == "!!int" && n.Decode(&whole) == nil:
		out.WriteString(strconv.FormatInt(whole, 10))
		return nil
	case n.Decode(&float) == nil && float == float && float-float == 0:
		out.WriteString(strconv.FormatFloat(float, 'g', -1, 64))
		return nil
	}
	return yamlError(n, "[%.100s] is no number that JSON has", n.Value)
}

func appendText(out *bytes.Buffer, s string) error {
	text, err := encode(s)
	if err != nil {
		return fmt.Errorf("turn YAML into JSON: %w", err)
	}
	out.Write(text)
	return nil
}

func yamlError(n *yaml.Node, format string, args ...any) error {
	e := eserr.BadRequest("x_content_parse_exception", "the YAML of the body cannot be read: line %d: %s", n.Line, fmt.Sprintf(format, args...))
	e.Line, e.Column = n.Line, n.Column
	return e
}
