package esapi

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi/jsonscan"
)

// humanPaths are the first parts of the endpoints whose answers have sizes and times, for which `human` adds readable forms. Documents have none of our making.
var humanPaths = []string{"/_stats", "/:index/_stats", "/_nodes", "/_cluster/stats", "/_cluster/health", "/_recovery", "/:index/_recovery", "/_tasks"}

// humanize reports whether the answers of a route get readable forms.
func humanize(route string) bool {
	for _, path := range humanPaths {
		if strings.HasPrefix(route, path) {
			return true
		}
	}
	return false
}

// readable adds `x` before each `x_in_bytes`, `x_in_millis` and the like of an answer, as text that people read.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/common-options.html
func readable(body []byte) ([]byte, error) {
	r := readableWriter{scan: jsonscan.New(body, 1_000)}
	t, err := r.scan.Next()
	if err == nil {
		err = r.value(t)
	}
	return []byte(r.out.String()), err
}

type readableWriter struct {
	scan *jsonscan.Scanner
	out  strings.Builder
}

func (r *readableWriter) value(t jsonscan.Token) error {
	switch t.Kind {
	case jsonscan.ObjectStart:
		return r.members('{', '}', jsonscan.ObjectEnd, func(key jsonscan.Token) error {
			v, err := r.scan.Next()
			if err != nil {
				return err
			}
			if name, text, ok := readableForm(key.Text(), v); ok {
				fmt.Fprintf(&r.out, `%q:%q,`, name, text)
			}
			r.out.Write(key.Raw)
			r.out.WriteByte(':')
			return r.value(v)
		})
	case jsonscan.ArrayStart:
		return r.members('[', ']', jsonscan.ArrayEnd, r.value)
	}
	r.out.Write(t.Raw)
	return nil
}

// members writes what lies between two brackets.
func (r *readableWriter) members(open, shut byte, end jsonscan.Kind, member func(jsonscan.Token) error) error {
	r.out.WriteByte(open)
	for n := 0; ; n++ {
		t, err := r.scan.Next()
		if err != nil {
			return err
		}
		if t.Kind == end {
			r.out.WriteByte(shut)
			return nil
		}
		if n > 0 {
			r.out.WriteByte(',')
		}
		if err := member(t); err != nil {
			return err
		}
	}
}

// oddForms are the names that do not follow from the number's.
var oddForms = map[string]string{"total_time_excluding_waiting_on_lock_in_millis": "total_time_excluding_waiting", "fixed_bit_set_memory_in_bytes": "fixed_bit_set",
	"task_max_waiting_in_queue_millis": "task_max_waiting_in_queue"}

// readableForm is the name and the text of a number's readable form; false where there is none.
func readableForm(key string, v jsonscan.Token) (name, text string, ok bool) {
	if v.Kind != jsonscan.Number {
		return "", "", false
	}
	n, err := strconv.ParseInt(string(v.Raw), 10, 64)
	if err != nil {
		return "", "", false
	}
	for _, unit := range []struct {
		suffix string
		text   func(int64) string
	}{{"_in_bytes", bytesText}, {"_in_millis", durationText}, {"_in_nanos", nanosText}, {"_millis", durationText}} {
		name, ok := strings.CutSuffix(key, unit.suffix)
		odd := oddForms[key]
		switch {
		case !ok || unit.suffix == "_millis" && odd == "":
			continue
		case odd != "":
			name = odd
		case name == "start_time" || name == "stop_time":
			return name, createdText(n), true
		}
		return name, unit.text(n), true
	}
	return "", "", false
}

func durationText(ms int64) string { return nanosText(ms * int64(time.Millisecond)) }

// nanosText is a time with its greatest unit and at most one decimal, cut off, as Elasticsearch's TimeValue.
func nanosText(n int64) string {
	if n < 0 {
		return strconv.FormatInt(n/int64(time.Millisecond), 10)
	}
	for _, unit := range []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond}, {"micros", time.Microsecond}, {"nanos", 1}} {
		if n >= int64(unit.size) {
			whole, tenth := n/int64(unit.size), n%int64(unit.size)/max(int64(unit.size)/10, 1)
			if tenth == 0 || unit.size == 1 {
				return fmt.Sprintf("%d%s", whole, unit.name)
			}
			return fmt.Sprintf("%d.%d%s", whole, tenth, unit.name)
		}
	}
	return "0s"
}

// readableSettings adds to the settings of an index when, and by which version, it was made, if `human` asks for that.
func (c *call) readableSettings(nested json.RawMessage) (json.RawMessage, error) {
	if human, err := c.flag("human", false); err != nil || !human {
		return nested, err
	}
	flat := map[string]any{}
	if err := flattenInto(flat, nested); err != nil {
		return nil, err
	}
	if ms, err := strconv.ParseInt(fmt.Sprint(flat["index.creation_date"]), 10, 64); err == nil {
		flat["index.creation_date_string"] = createdText(ms)
	}
	if flat["index.version.created"] != nil {
		flat["index.version.created_string"] = engine.ElasticsearchVersion
	}
	return encode(nest(flat))
}
