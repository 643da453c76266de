package durable

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestCreateReplacesAFileWholeOrNotAtAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	write := func(text string, then error) error {
		_, err := Create(nil, path, func(w io.Writer) error {
			_, err := io.WriteString(w, text)
			return errors.Join(err, then)
		})
		return err
	}
	if err := write("old", nil); err != nil {
		t.Fatal(err)
	}
	stop := errors.New("stop")
	if err := write("half", stop); !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "old" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := os.Stat(path + partSuffix); !os.IsNotExist(err) {
		t.Errorf("the unfinished file: %v", err)
	}
	if size, err := Create(nil, path, func(w io.Writer) error { _, err := io.WriteString(w, "new!"); return err }); err != nil || size != 4 {
		t.Errorf("%d, %v", size, err)
	}
}

func TestRemovePartsLeavesWholeFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.zap", "b.zap" + partSuffix} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := RemoveParts(nil, dir); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() != "a.zap" {
		t.Errorf("%v, %v", left, err)
	}
}
