package filesource_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/filesource"
)

// tree makes a folder of files and links; a value that begins with "->" is a link's target.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, link := strings.CutPrefix(text, "->"); link {
			err = os.Symlink(target, path)
		} else {
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// list returns the files of a source below root, and what could not be listed.
func list(t *testing.T, root string, s *filesource.Source) (files, failed []string) {
	t.Helper()
	short := func(key string) string {
		rel, err := filepath.Rel(root, filepath.FromSlash(key))
		if err != nil {
			t.Fatal(err)
		}
		return rel
	}
	err := s.Objects(context.Background(), func(o ingest.Object) error {
		files = append(files, short(o.Key))
		return nil
	}, func(o ingest.Object, err error) { failed = append(failed, short(o.Key)+": "+err.Error()) })
	if err != nil {
		t.Fatal(err)
	}
	return files, failed
}

func open(t *testing.T, paths ...string) *filesource.Source {
	t.Helper()
	s, err := filesource.New(paths, filesource.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestATreeIsListedInOrderWithoutUnfinishedFiles(t *testing.T) {
	root := tree(t, map[string]string{
		"AWSLogs/1/CloudTrail/r/2026/01/02/b.json.gz": "bb", "AWSLogs/1/CloudTrail/r/2026/01/02/a.json.gz": "a", "AWSLogs/1/CloudTrail/r/2026/01/01/z.json": "z",
		"flow.log": "f", "half.log.tmp": "x", "half.log.part": "x", ".hidden": "x", ".git/config": "x", "no-extension": "n",
	})
	want := []string{
		"AWSLogs/1/CloudTrail/r/2026/01/01/z.json", "AWSLogs/1/CloudTrail/r/2026/01/02/a.json.gz", "AWSLogs/1/CloudTrail/r/2026/01/02/b.json.gz",
		"flow.log", "no-extension",
	}
	s := open(t, root)
	for range 2 {
		if files, failed := list(t, root, s); !slices.Equal(files, want) || failed != nil {
			t.Errorf("%q, failed %q", files, failed)
		}
	}
	if n, bytes, err := s.Measure(context.Background()); n != 5 || bytes != 6 || err != nil {
		t.Errorf("measured %d files of %d bytes, %v", n, bytes, err)
	}
}

func TestLinksAreFollowedAndLoopsEnd(t *testing.T) {
	outside := tree(t, map[string]string{"far/x.log": "x"})
	root := tree(t, map[string]string{
		"a/one.log": "1", "a/up": "->..", "b": "->a", "self": "->self", "broken.log": "->nowhere", "far": "->" + filepath.Join(outside, "far"), "link.log": "->a/one.log",
	})
	files, failed := list(t, root, open(t, root))
	if want := []string{"a/one.log", "far/x.log", "link.log"}; !slices.Equal(files, want) {
		t.Errorf("%q, want %q", files, want)
	}
	if len(failed) != 2 || !strings.HasPrefix(failed[0], "broken.log: ") || !strings.HasPrefix(failed[1], "self: ") {
		t.Errorf("failed: %q", failed)
	}
}

func TestFilesThatAreNamedAreReadWhateverTheirNameIs(t *testing.T) {
	root := tree(t, map[string]string{".odd.tmp": "x", "a/b.log": "b"})
	files, failed := list(t, root, open(t, filepath.Join(root, ".odd.tmp"), filepath.Join(root, "a", "b.log"), root, filepath.Join(root, ".odd.tmp")))
	if !slices.Equal(files, []string{".odd.tmp", "a/b.log"}) || failed != nil {
		t.Errorf("%q, failed %q", files, failed)
	}
}

func TestPathsThatDoNotExistAreNamed(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	if _, err := filesource.New([]string{missing}, filesource.Options{}); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), missing) {
		t.Errorf("%v", err)
	}
	if _, err := filesource.New(nil, filesource.Options{}); err == nil {
		t.Error("no path at all is accepted")
	}
}

func TestObjectsCarryWhatIsKnown(t *testing.T) {
	root := tree(t, map[string]string{"flow.log": "hello"})
	s, err := filesource.New([]string{root}, filesource.Options{Name: "mine", Format: ingest.VPCFlow, FlowFormat: "version"})
	if err != nil {
		t.Fatal(err)
	}
	if s.Name() != "mine" {
		t.Errorf("name %q", s.Name())
	}
	err = s.Objects(context.Background(), func(o ingest.Object) error {
		if o.Size != 5 || o.ModTime.IsZero() || o.Format != ingest.VPCFlow || o.FlowFormat != "version" {
			t.Errorf("%+v", o)
		}
		file, err := s.Open(context.Background(), &o)
		if err != nil {
			return err
		}
		defer file.Close()
		text, err := io.ReadAll(file)
		if string(text) != "hello" {
			t.Errorf("%q", text)
		}
		return err
	}, func(ingest.Object, error) {})
	if err != nil {
		t.Error(err)
	}
}

func TestFilesThatVanishAreAnError(t *testing.T) {
	root := tree(t, map[string]string{"flow.log": "hello"})
	s := open(t, root)
	if _, err := s.Open(context.Background(), &ingest.Object{Key: filepath.ToSlash(filepath.Join(root, "gone.log"))}); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "gone.log") {
		t.Errorf("%v", err)
	}
}

func TestListingEndsWithItsContextAndItsTaker(t *testing.T) {
	root := tree(t, map[string]string{"a.log": "a", "b.log": "b"})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := open(t, root).Objects(ctx, func(ingest.Object) error { return nil }, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	enough := errors.New("enough")
	n := 0
	err := open(t, root).Objects(context.Background(), func(ingest.Object) error { n++; return enough }, nil)
	if !errors.Is(err, enough) || n != 1 {
		t.Errorf("%d, %v", n, err)
	}
}
