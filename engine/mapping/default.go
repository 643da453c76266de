package mapping

import (
	_ "embed"
	"encoding/json"
	"strings"
)

// awsMapping is ECS 8.11 with Elastic's names for AWS logs, and the raw AWS names as aliases of them.
//
//go:embed defaults/aws.json
var awsMapping []byte

// findingsMapping is for what people write themselves: security events and compliance findings.
//
//go:embed defaults/findings.json
var findingsMapping []byte

// unlimited lets our own streams have as many fields as they bring.
const unlimited = `{"index":{"mapping":{"total_fields":{"limit":"-1"}}}}`

// ours says whether an index or data stream has the name of one of our data streams.
func ours(index string) bool {
	return strings.HasPrefix(index, "logs-aws.") || strings.HasPrefix(index, "logs-system.") || strings.HasPrefix(index, "logs-vedette.")
}

// Default returns the built-in mappings and settings (each the object under that name; nil if there are none) of an index or data stream. They are defaults,
// not templates: the caller applies them where no template of the user's matches.
//
// Our data streams are `logs-aws.<dataset>-<namespace>`, for syslog `logs-system.<dataset>-<namespace>`, and `logs-vedette.<dataset>-<namespace>` of what Vedette tells of itself. In `security-events*` and `compliance-findings*` a string is a keyword with a `text`
// sub-field (so that statistics work on the name itself, where Elasticsearch's dynamic mapping answers 400), `message` and `details` are texts, and
// dates are detected. `details` and the like are mapped by a template, since some write an object there.
func Default(index string) (mappings, settings json.RawMessage, ok bool) {
	switch {
	case ours(index) && strings.Count(index, "-") >= 2:
		return awsMapping, json.RawMessage(unlimited), true
	case strings.HasPrefix(index, "security-events"), strings.HasPrefix(index, "compliance-findings"):
		return findingsMapping, nil, true
	}
	return nil, nil, false
}
