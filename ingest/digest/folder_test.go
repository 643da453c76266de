package digest_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/ingest/digest"
)

// copied writes a bucket, or the part of it below a prefix, into a folder.
func (b *trail) copied(prefix string) string {
	b.t.Helper()
	folder := b.t.TempDir()
	for at, o := range b.objects {
		path := filepath.Join(folder, filepath.FromSlash(strings.TrimPrefix(at.Key, prefix)))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.t.Fatal(err)
		}
		if err := os.WriteFile(path, o.body, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
	return folder
}

func verifyFolder(t *testing.T, path, bucket string) []string {
	t.Helper()
	f, err := digest.OpenFolder(path, bucket)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var found []string
	v := &digest.Verifier{Objects: f, Keys: keys(t)}
	err = v.Verify(context.Background(), f.Digests, func(r *digest.Result) error {
		if r.Fault == nil {
			found = append(found, "ok")
			return nil
		}
		found = append(found, string(r.Fault.Problem))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestFolders(t *testing.T) {
	right := []string{"ok", "ok", "ok"}
	for _, prefix := range []string{"", "org/", "org/AWSLogs/", "org/AWSLogs/111122223333/"} {
		if got := verifyFolder(t, newTrail(t, nil).copied(prefix), ""); !slices.Equal(got, right) {
			t.Errorf("a copy from %q on: %q", prefix, got)
		}
	}
	b := newTrail(t, nil)
	b.put(logKey(3, 0), "x", "")
	b.remove(logKey(4, 0))
	if got := verifyFolder(t, b.copied(""), ""); !slices.Equal(got, []string{"log-file-missing", "log-file-altered", "ok"}) {
		t.Errorf("tampered with: %q", got)
	}
	b = newTrail(t, nil)
	b.move(digestKey(3), digestKey(1))
	if got := verifyFolder(t, b.copied("org/"), ""); !slices.Contains(got, "digest-misplaced") {
		t.Errorf("one in a wrong place: %q", got)
	}
	if got := verifyFolder(t, newTrail(t, nil).copied(""), "other"); slices.Contains(got, "ok") {
		t.Errorf("a copy of another bucket: %q", got)
	}
}

func TestFoldersOfInflatedFiles(t *testing.T) {
	b := newTrail(t, nil)
	folder := b.copied("")
	for _, at := range []digest.Ref{digestKey(3), logKey(3, 0), logKey(2, 1)} {
		path := filepath.Join(folder, filepath.FromSlash(at.Key))
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(strings.TrimSuffix(path, ".gz"), []byte(b.text(at)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := verifyFolder(t, folder, ""); !slices.Equal(got, []string{"ok", "ok", "ok"}) {
		t.Errorf("%q", got)
	}
}

// TestAFolderIsNotLeft lets a digest name a file outside.
func TestAFolderIsNotLeft(t *testing.T) {
	f, err := digest.OpenFolder(newTrail(t, nil).copied(""), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, key := range []string{"../../../../etc/passwd", "/etc/passwd", "org/../../etc/passwd", ""} {
		if _, _, err := f.Open(context.Background(), digest.Ref{Bucket: bucket, Key: key}); err == nil {
			t.Errorf("%q was opened", key)
		}
	}
	if _, err := digest.OpenFolder(filepath.Join(t.TempDir(), "absent"), ""); err == nil {
		t.Error("an absent folder was opened")
	}
}
