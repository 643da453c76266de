package parquet_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
)

// numbers are the columns that AWS writes as numbers (https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html).
var numbers = map[string]parquet.Node{
	"version": parquet.Int(32), "srcport": parquet.Int(32), "dstport": parquet.Int(32), "protocol": parquet.Int(32), "tcp_flags": parquet.Int(32), "traffic_path": parquet.Int(32),
	"packets": parquet.Int(64), "bytes": parquet.Int(64), "start": parquet.Int(64), "end": parquet.Int(64),
}

// way is how a file is written.
type way struct {
	name       string
	codec      compress.Codec
	version    int
	dictionary bool
}

func ways() (out []way) {
	for _, codec := range []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Gzip, &parquet.Zstd} {
		for version := 1; version <= 2; version++ {
			for _, dictionary := range []bool{false, true} {
				out = append(out, way{codec.String() + " v" + strconv.Itoa(version) + " dictionary " + strconv.FormatBool(dictionary), codec, version, dictionary})
			}
		}
	}
	return out
}

// write makes a file of rows of texts by column; a missing one is null. Rows go to groups of some, and to pages of little.
func write(t testing.TB, w way, rows []map[string]string) []byte {
	t.Helper()
	group := parquet.Group{}
	for _, row := range rows {
		for name := range row {
			node := parquet.String()
			if n, ok := numbers[name]; ok {
				node = n
			}
			if w.dictionary {
				node = parquet.Encoded(node, &parquet.RLEDictionary)
			} else {
				node = parquet.Encoded(node, &parquet.Plain)
			}
			group[name] = parquet.Optional(node)
		}
	}
	schema := parquet.NewSchema("log", group)
	var out bytes.Buffer
	writer := parquet.NewWriter(&out, schema, parquet.Compression(w.codec), parquet.DataPageVersion(w.version), parquet.MaxRowsPerRowGroup(70), parquet.PageBufferSize(256))
	for _, row := range rows {
		var values parquet.Row
		for i, path := range schema.Columns() {
			values = append(values, value(t, path[0], row).Level(0, level(row, path[0]), i))
		}
		if _, err := writer.WriteRows([]parquet.Row{values}); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func level(row map[string]string, name string) int {
	if _, ok := row[name]; ok {
		return 1
	}
	return 0
}

func value(t testing.TB, name string, row map[string]string) parquet.Value {
	t.Helper()
	text, ok := row[name]
	node, number := numbers[name]
	switch {
	case !ok:
		return parquet.NullValue()
	case !number:
		return parquet.ByteArrayValue([]byte(text))
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if node.Type().Kind() == parquet.Int32 {
		return parquet.Int32Value(int32(n))
	}
	return parquet.Int64Value(n)
}

const defaultHeader = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"

// flows are the rows of a text of a flow log, whose header is the default's where it has none.
func flows(text string) (rows []map[string]string) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	header := strings.Fields(defaultHeader)
	if !strings.ContainsAny(lines[0][:1], "0123456789") {
		header, lines = strings.Fields(lines[0]), lines[1:]
	}
	for _, line := range lines {
		row := map[string]string{}
		for i, token := range strings.Fields(line) {
			if token != "-" {
				row[strings.ReplaceAll(header[i], "-", "_")] = token
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// edge are the rows of JSON records of CloudFront, under the names that Parquet has.
func edge(t testing.TB, text string) (rows []map[string]string) {
	t.Helper()
	for line := range strings.Lines(text) {
		var record map[string]any
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		if err := d.Decode(&record); err != nil {
			t.Fatal(err)
		}
		row := map[string]string{}
		for name, v := range record {
			if text := fmt.Sprint(v); v != nil {
				row[strings.Trim(strings.NewReplacer("-", "_", "(", "_", ")", "").Replace(name), "_")] = text
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func sample(parts ...string) string { return filepath.Join(append([]string{".."}, parts...)...) }
