package ingesttest

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/vedette-siem/vedette/storage/document"
)

// Samples is the path of a file or folder below the shared samples: below `samples` in the folder that the environment
// variable VEDETTE_SHARED names, else in `shared` beside the repository. Where it is absent the test fails if that variable
// is set, as `make test` does, or CI is "true". A plain `go test` on a machine without the samples skips, saying so.
func Samples(t testing.TB, path ...string) string {
	t.Helper()
	root := os.Getenv("VEDETTE_SHARED")
	must := root != "" || os.Getenv("CI") == "true"
	if root == "" {
		_, here, _, _ := runtime.Caller(0)
		root = filepath.Join(filepath.Dir(here), "..", "..", "..", "shared")
	}
	full := filepath.Join(append([]string{root, "samples"}, path...)...)
	if _, err := os.Stat(full); err != nil {
		message := fmt.Sprintf("the sample %s is absent (%v); set VEDETTE_SHARED to the folder that holds `samples`", filepath.Join(path...), err)
		if must {
			t.Fatal(message)
		}
		t.Skip(message)
	}
	return full
}

// Read returns a file's text, inflated if its name ends in .gz.
func Read(t testing.TB, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var r io.Reader = file
	if filepath.Ext(path) == ".gz" {
		if r, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Fields are the leaf values of a document's source by dotted name. Numbers are json.Number; lists stay lists.
func Fields(t testing.TB, d *document.Document) map[string]any {
	t.Helper()
	fields := make(map[string]any)
	var walk func(prefix string, v any)
	walk = func(prefix string, v any) {
		object, ok := v.(map[string]any)
		if !ok {
			fields[prefix] = v
			return
		}
		for name, member := range object {
			if prefix != "" {
				name = prefix + "." + name
			}
			walk(name, member)
		}
	}
	walk("", Parse(t, d.Source))
	return fields
}

// Parse reads JSON with numbers as json.Number, or fails the test.
func Parse(t testing.TB, source []byte) any {
	t.Helper()
	var v any
	dec := json.NewDecoder(bytesReader(source))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("the source is no JSON: %v\n%s", err, source)
	}
	return v
}

// Golden compares documents with a file of testdata, one indented JSON object after another, or writes it when update is set.
func Golden(t testing.TB, update bool, path string, docs []*document.Document) {
	t.Helper()
	var got []byte
	for _, d := range docs {
		whole := map[string]any{"_index": d.Index, "_id": d.ID, "_time": d.Time, "_source": Parse(t, d.Source)}
		text, err := json.MarshalIndent(whole, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(append(got, text...), '\n')
	}
	if update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("documents differ from %s (write it anew with -update); got:\n%s", path, firstDifference(string(got), string(want)))
	}
}

// UpdateFlag is the -update flag of a test binary.
func UpdateFlag() *bool {
	return flag.Bool("update", false, "write the golden files anew")
}

// Files lists the files of a folder in order of name.
func Files(t testing.TB, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	return files
}
