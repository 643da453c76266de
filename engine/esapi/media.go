package esapi

import (
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// Media types of answers.
const (
	typeJSON = "application/json"
	typeYAML = "application/yaml"
	typeText = "text/plain; charset=UTF-8"
)

// A media is the form of an answer that the client asked for.
type media struct {
	contentType string
	yaml        bool
	// text is set when plain text was asked for before JSON; endpoints with a table (`_cat`) then give it, others give JSON.
	text bool
	// any is set when the client leaves the choice to the endpoint.
	any bool
}

// negotiate reads an Accept header: JSON, NDJSON, YAML and Elasticsearch's vendor types for 7, 8 and 9 are answered, the vendor type by
// itself (a real Elasticsearch 8 refuses clients of version 9; we do not). A list counts by weight, then by order; what cannot be
// answered is passed over as long as something can.
func negotiate(header string) (media, error) {
	if strings.TrimSpace(header) == "" {
		return media{contentType: typeJSON, any: true}, nil
	}
	best, weight, binary := media{}, 0.0, false
	for item := range strings.SplitSeq(header, ",") {
		name, params, err := mime.ParseMediaType(item)
		if err != nil {
			continue
		}
		q := 1.0
		if w, ok := params["q"]; ok {
			if q, err = strconv.ParseFloat(w, 64); err != nil {
				continue
			}
		}
		m, ok := answerable(name, params)
		binary = binary || isOtherXContent(name)
		if ok && q > weight {
			best, weight = m, q
		}
	}
	switch {
	case weight > 0:
		return best, nil
	case binary:
		return media{}, notAcceptable(header)
	}
	return media{}, mediaTypeError("Accept", header)
}

func answerable(name string, params map[string]string) (media, bool) {
	switch name {
	case "application/json", "application/x-ndjson":
		return media{contentType: typeJSON}, true
	case typeYAML, "application/x-yaml":
		return media{contentType: typeYAML, yaml: true}, true
	case "*/*", "application/*":
		return media{contentType: typeJSON, any: true}, true
	case "text/plain", "text/*":
		return media{contentType: typeJSON, text: true}, true
	case "application/vnd.elasticsearch+json", "application/vnd.elasticsearch+x-ndjson":
		if version, ok := compatible(params); ok {
			return media{contentType: "application/vnd.elasticsearch+json;compatible-with=" + version}, true
		}
	case "application/vnd.elasticsearch+yaml":
		if version, ok := compatible(params); ok {
			return media{contentType: "application/vnd.elasticsearch+yaml;compatible-with=" + version, yaml: true}, true
		}
	}
	return media{}, false
}

// compatible reads compatible-with; left out, it is the version that we are.
func compatible(params map[string]string) (version string, ok bool) {
	version, given := params["compatible-with"]
	if !given {
		version = "8"
	}
	return version, version == "7" || version == "8" || version == "9"
}

// isOtherXContent recognises the forms that Elasticsearch has beside JSON.
func isOtherXContent(name string) bool {
	for _, form := range []string{"cbor", "smile"} {
		if strings.HasSuffix(name, "/"+form) || strings.HasSuffix(name, "+"+form) || strings.HasSuffix(name, "/x-"+form) {
			return true
		}
	}
	return false
}

func mediaTypeError(field, value string) *engine.Error {
	return eserr.BadRequest("media_type_header_exception", "Invalid media-type value on headers [%s]: [%.200s]", field, value)
}

func notAcceptable(form string) *engine.Error {
	return eserr.Errorf(http.StatusNotAcceptable, "media_type_header_exception", "answers are JSON or YAML (text for _cat), not [%.200s]", form)
}

// form is the media with what the parameter `format` says instead, if anything. The forms that there are not are refused.
func (m media) form(format string) (media, error) {
	switch format {
	case "json":
		return media{contentType: strings.Replace(strings.Replace(m.contentType, "+yaml", "+json", 1), typeYAML, typeJSON, 1)}, nil
	case "text", "txt":
		m.text = true
	case "yaml":
		return media{contentType: typeYAML, yaml: true}, nil
	case "cbor", "smile":
		return m, notAcceptable("format=" + format)
	}
	return m, nil
}

// checkContentType refuses bodies that are not said to be JSON, NDJSON or YAML, and says whether it is YAML. Which of the others, the path decides: clients are careless there.
func checkContentType(header string) (isYAML bool, err error) {
	name, params, err := mime.ParseMediaType(header)
	if err == nil {
		switch name {
		case "application/json", "application/x-ndjson":
			return false, nil
		case typeYAML, "application/x-yaml":
			return true, nil
		case "application/vnd.elasticsearch+json", "application/vnd.elasticsearch+x-ndjson", "application/vnd.elasticsearch+yaml":
			if _, ok := compatible(params); !ok {
				return false, mediaTypeError("Content-Type", header)
			}
			return strings.HasSuffix(name, "yaml"), nil
		}
	}
	return false, &plainError{status: http.StatusNotAcceptable, text: "Content-Type header [" + header + "] is not supported"}
}
