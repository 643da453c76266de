package digest

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// A Folder is a local copy of a bucket, or of a part of it, and implements Objects. Files may be inflated already: then they lack `.gz`. Copies
// have no metadata, so the signature of the newest digest of each chain is not known.
type Folder struct {
	Digests []Ref

	root   *os.Root
	bucket string
	prefix string            // what keys have before the paths of files
	files  map[string]string // of digests, by key
}

// asked is how many digests are asked what their bucket and their prefix are.
const asked = 50

// OpenFolder looks for digests in a folder. bucket is the name of the bucket that it is a copy of; if empty, the digests tell. Which part of the
// bucket it is, the digests tell too: most of them, so that one in a wrong place does not.
func OpenFolder(path, bucket string) (*Folder, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("open copy of a bucket: %w", err)
	}
	f := &Folder{root: root, bucket: bucket, files: map[string]string{}}
	if err := f.list(); err != nil {
		root.Close()
		return nil, fmt.Errorf("look for digests in %s: %w", path, err)
	}
	return f, nil
}

// Close closes the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Bucket is the bucket that the folder is a copy of; empty where there is no digest to tell.
func (f *Folder) Bucket() string { return f.bucket }

func (f *Folder) list() error {
	var files []string
	err := fs.WalkDir(f.root.FS(), ".", func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && isDigest(path) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	f.ask(files)
	for _, file := range files {
		key := f.prefix + asStored(file)
		f.files[key] = file
		f.Digests = append(f.Digests, Ref{f.bucket, key})
	}
	return nil
}

func isDigest(path string) bool {
	return strings.Contains(path, "_CloudTrail-Digest_") && (strings.HasSuffix(path, ".json.gz") || strings.HasSuffix(path, ".json"))
}

// asStored is the path as it ends in S3.
func asStored(path string) string {
	if strings.HasSuffix(path, ".json") {
		return path + ".gz"
	}
	return path
}

// ask finds out bucket and prefix from the newest digests.
func (f *Folder) ask(files []string) {
	buckets, prefixes := map[string]int{}, map[string]int{}
	for _, file := range files[max(0, len(files)-asked):] {
		d := f.parse(file)
		if d == nil {
			continue
		}
		buckets[d.Bucket]++
		if prefix, ok := strings.CutSuffix(d.Key, asStored(file)); ok {
			prefixes[prefix]++
		}
	}
	f.prefix = most(prefixes)
	if f.bucket == "" {
		f.bucket = most(buckets)
	}
}

// most is the name that is counted most, the first of several.
func most(counts map[string]int) string {
	best := ""
	for name, n := range counts {
		if n > counts[best] || n == counts[best] && name < best {
			best = name
		}
	}
	return best
}

// parse reads a digest; nil for one that cannot be.
func (f *Folder) parse(file string) *Digest {
	c := &chain{Verifier: &Verifier{Objects: direct{f}}, ctx: context.Background()}
	plain, _, err := c.read(Ref{Key: file})
	if err != nil {
		return nil
	}
	d, err := Parse(plain)
	if err != nil {
		return nil
	}
	return d
}

// direct opens files by their path.
type direct struct{ f *Folder }

func (d direct) Open(_ context.Context, at Ref) (io.ReadCloser, string, error) {
	file, err := d.f.root.Open(at.Key)
	return file, "", err
}

// Open implements Objects. Nothing outside the folder is opened, whatever a digest names.
func (f *Folder) Open(_ context.Context, at Ref) (io.ReadCloser, string, error) {
	path, ok := strings.CutPrefix(at.Key, f.prefix)
	if at.Bucket != f.bucket || !ok || !fs.ValidPath(path) {
		return nil, "", fmt.Errorf("%s is no part of the copy: %w", at, fs.ErrNotExist)
	}
	if file, ok := f.files[at.Key]; ok {
		path = file
	}
	file, err := f.root.Open(path)
	if os.IsNotExist(err) && strings.HasSuffix(path, ".gz") {
		file, err = f.root.Open(strings.TrimSuffix(path, ".gz"))
	}
	if err != nil {
		return nil, "", err
	}
	return file, "", nil
}
