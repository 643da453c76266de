package parquet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// flowLog writes lines of flow logs behind a header. AWS writes the names with underscores in Parquet
// (https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html).
type flowLog struct{}

func (flowLog) head(dst []byte, names []string) ([]byte, error) {
	if !slices.ContainsFunc(names, func(name string) bool { return ingest.IsFlowField(strings.ReplaceAll(name, "_", "-")) }) {
		return nil, fmt.Errorf("the Parquet file has no column of a flow log, but %.200q; for CloudFront's logs set the format %s", names, ingest.CloudFrontParquet)
	}
	for i, name := range names {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendWord(dst, []byte(strings.ReplaceAll(name, "_", "-")))
	}
	return append(dst, '\n'), nil
}

func (flowLog) row(dst []byte, _ []string, texts [][]byte) []byte {
	for i, text := range texts {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendWord(dst, text)
	}
	return append(dst, '\n')
}

// appendWord appends a value that must not part a line: none is a dash, and blanks and controls are percent-encoded, as AWS encodes those of tags.
func appendWord(dst, v []byte) []byte {
	if len(v) == 0 {
		return append(dst, '-')
	}
	const hex = "0123456789ABCDEF"
	for _, c := range v {
		if c <= ' ' || c == 0x7f {
			dst = append(dst, '%', hex[c>>4], hex[c&15])
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// jsonLog writes JSON objects, one a line, of texts, as CloudFront's logs of version 2 are.
type jsonLog struct{}

func (jsonLog) head(dst []byte, _ []string) ([]byte, error) { return dst, nil }

func (jsonLog) row(dst []byte, names []string, texts [][]byte) []byte {
	dst = append(dst, '{')
	for i, text := range texts {
		if text == nil {
			continue
		}
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = append(ecs.AppendString(dst, names[i]), ':')
		dst = ecs.AppendString(dst, text)
	}
	return append(dst, '}', '\n')
}
