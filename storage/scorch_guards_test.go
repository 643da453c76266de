package storage

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	"go.etcd.io/bbolt"

	"github.com/vedette-siem/vedette/storage/segment"
	"github.com/vedette-siem/vedette/storage/wal"
)

// batchOf is a batch of one document, as Index.batch makes it.
func batchOf(n int) *index.Batch {
	columns := segment.NewBuilder(segment.Sizes{})
	row := must1(columns.Add(rich(n)))
	batch := index.NewBatch()
	for _, d := range columns.Wrap([]uint32{row}) {
		batch.Update(d)
	}
	return batch
}

// scorchDocs opens a bare scorch and counts its documents.
func scorchDocs(t *testing.T, path string, queue *index.AnalysisQueue) uint64 {
	t.Helper()
	s := must1(newScorch(path, queue, 0, &segment.Config{}))
	must(t, s.Open())
	defer s.Close()
	r := must1(s.Reader())
	defer r.Close()
	return must1(r.DocCount())
}

// TestWithoutAFlushScorchWouldCloseOnWhatIsInMemory: with unsafe_batch its Close does not wait for the persister.
func TestWithoutAFlushScorchWouldCloseOnWhatIsInMemory(t *testing.T) {
	registerOnce()
	queue := index.NewAnalysisQueue(1)
	defer queue.Close()
	const tries = 100
	for range tries { // the persister may be quicker
		path := filepath.Join(t.TempDir(), scorchDir)
		s := must1(newScorch(path, queue, 0, &segment.Config{}))
		must(t, s.Open())
		must(t, s.Batch(batchOf(1)))
		must(t, s.Close())
		if scorchDocs(t, path, queue) == 0 {
			return
		}
	}
	t.Errorf("nothing was lost in %d tries: waiting for the flush may not be needed any more", tries)
}

// TestCloseLeavesNothingInTheLog: without the refresh, and the wait for it, the next start would have to read it again.
func TestCloseLeavesNothingInTheLog(t *testing.T) {
	for range 10 { // the persister may be quicker
		path := t.TempDir()
		d, ix := openFaulty(t, path, newFaultyDisk(noFault, 1), Options{})
		put(t, ix, 1)
		must(t, d.Close())
		log, did, err := wal.Open(filepath.Join(path, indicesDir, "x", walDir), nil, func(*wal.Entry) error { return nil })
		if err != nil || did.Writes > 0 {
			t.Fatalf("%+v, %v", did, err)
		}
		must(t, log.Close())
	}
}

// TestASnapshotOfAnotherTypeIsRefused: type and version of a stored snapshot win over those that scorch was told to use.
func TestASnapshotOfAnotherTypeIsRefused(t *testing.T) {
	for name, change := range map[string]func(meta *bbolt.Bucket) error{
		"a type that scorch has": func(m *bbolt.Bucket) error {
			return errors.Join(m.Put([]byte("type"), []byte("zap")), m.Put([]byte("version"), []byte{0, 0, 0, 16, 0}))
		},
		"another key in the place of one": func(m *bbolt.Bucket) error {
			return errors.Join(m.Delete([]byte("fileWriterID")), m.Put([]byte("fileWriterIDt"), nil))
		},
		"a version that is not known": func(m *bbolt.Bucket) error {
			return m.Put([]byte("version"), []byte{0, 0, 0, segment.PluginVersion + 1, 0})
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := t.TempDir()
			dir := filled(t, path)
			db := must1(bbolt.Open(filepath.Join(dir, rootFile), 0o600, nil))
			must(t, db.Update(func(tx *bbolt.Tx) error {
				return tx.Bucket([]byte("s")).ForEachBucket(func(k []byte) error { return change(tx.Bucket([]byte("s")).Bucket(k).Bucket([]byte("m"))) })
			}))
			must(t, db.Close())
			d := openDir(t, path)
			defer d.Close()
			if _, err := d.Index("x", readTest); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "of another type") {
				t.Errorf("the error is %v", err)
			}
			if !strings.HasPrefix(name, "a version") {
				return // what zap makes of our files is a panic; and the key goes by unnoticed
			}
			if n := scorchDocs(t, dir, d.queue); n != 0 { // and it removes their files
				t.Errorf("scorch alone finds %d documents: the check may not be needed any more", n)
			}
		})
	}
}

// TestWithoutAVersionScorchWouldTakeItsOwnSegments: a forced type without a version that it can read is silently Bleve's default.
func TestWithoutAVersionScorchWouldTakeItsOwnSegments(t *testing.T) {
	registerOnce()
	queue := index.NewAnalysisQueue(1)
	defer queue.Close()
	ours := func(config map[string]any) bool {
		s := must1(scorch.NewScorch("scorch", config, queue)).(*scorch.Scorch)
		must(t, s.Open())
		defer s.Close()
		batch := index.NewBatch()
		batch.Update(document.NewDocument("1"))
		if err := s.Batch(batch); err != nil {
			return strings.Contains(err.Error(), "scorch handed over") // our plugin takes our documents alone
		}
		r := must1(s.Reader()).(*scorch.IndexSnapshot)
		defer r.Close()
		return segment.Of(r.Segments()[0].Segment()) != nil
	}
	for version, want := range map[any]bool{nil: false, "1": false, segment.PluginVersion: true} {
		config := map[string]any{"path": filepath.Join(t.TempDir(), scorchDir), "forceSegmentType": segment.PluginType}
		if version != nil {
			config["forceSegmentVersion"] = version
		}
		if ours(config) != want {
			t.Errorf("with version %v the segments are ours: %v", version, !want)
		}
	}
}
