package storage

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/metadb"
	"github.com/vedette-siem/vedette/storage/segment"
)

// The model test does random things to a data directory and to maps, and compares.

// state is what an index holds, by id.
type state map[string]*written

// modelIndex is an index and what it should hold.
type modelIndex struct {
	ix         *Index
	now        state
	searchable state // as of the last refresh
	ids        []string
	nextSeqNo  int64
}

// held is a snapshot that is read later.
type held struct {
	snapshot *Snapshot
	want     state
}

type modelRun struct {
	t       *testing.T
	r       *rand.Rand
	path    string
	dir     *Dir
	indices map[string]*modelIndex
	held    []held
	done    int // writes, and other operations
}

// TestADirectoryDoesWhatMapsDo does VEDETTE_MODEL_OPS operations, each 2,500 of them on a directory of its own.
func TestADirectoryDoesWhatMapsDo(t *testing.T) {
	const each = 2_500
	seed := seedOf(t)
	for n := range (longRun("VEDETTE_MODEL_OPS", 2*each) + each - 1) / each {
		t.Run(fmt.Sprint(seed+uint64(n)), func(t *testing.T) { // that seed, given as VEDETTE_SEED, makes this one the first
			t.Parallel()
			m := &modelRun{t: t, r: rand.New(rand.NewPCG(seed+uint64(n), 0)), path: filepath.Join(t.TempDir(), "data"), indices: map[string]*modelIndex{}}
			m.open()
			for m.done < each {
				m.step()
			}
			m.restart()
			must(t, m.dir.Close())
			m.check()
		})
	}
}

func (m *modelRun) open() {
	var err error
	if m.dir, err = Open(m.path, Options{RefreshInterval: time.Hour}); err != nil {
		m.t.Fatal(err)
	}
	for name, mi := range m.indices {
		mi.ix = m.index(name)
		mi.searchable = maps.Clone(mi.now) // what the log had is searchable as well
	}
}

func (m *modelRun) index(name string) *Index {
	ix, err := m.dir.Index(name, readModel)
	must(m.t, err)
	if m.r.IntN(3) == 0 {
		ix.SetSyncInterval(time.Hour)
	}
	return ix
}

// step does one thing to one of the indices.
func (m *modelRun) step() {
	name := fmt.Sprint("index-", m.r.IntN(3))
	mi := m.indices[name]
	if mi == nil {
		mi = &modelIndex{ix: m.index(name), now: state{}, searchable: state{}}
		m.indices[name] = mi
	}
	m.done++
	switch at := m.r.IntN(1000); {
	case at < 450:
		m.write(mi)
	case at < 700:
		m.get(mi, mi.anyID(m.r))
	case at < 800:
		m.search(mi)
	case at < 880:
		m.refresh(mi)
	case at < 900:
		m.sameAs(mi.snapshot(m.t), mi.searchable, true)
	case at < 930:
		m.held = append(m.held, held{mi.snapshot(m.t), maps.Clone(mi.searchable)})
		m.readHeld(4)
	case at < 960:
		must(m.t, mi.ix.Refresh())
		mi.searchable = maps.Clone(mi.now)
		mergeAll(m.t, mi.ix)
	case at < 970:
		m.restart()
	case at < 980:
		m.crash()
	case at < 990:
		must(m.t, m.dir.Remove(name)) // as retention does; the held snapshots stay
		delete(m.indices, name)
	default:
		m.states(mi)
	}
}

func (mi *modelIndex) anyID(r *rand.Rand) string {
	if len(mi.ids) > 0 && r.IntN(3) == 0 {
		return mi.ids[r.IntN(len(mi.ids))]
	}
	return fmt.Sprint("given-", r.IntN(150))
}

// write writes some operations together.
func (m *modelRun) write(mi *modelIndex) {
	m.t.Helper()
	now := maps.Clone(mi.now)
	must(m.t, mi.ix.Write(func(w *Writer) error {
		for range 1 + m.r.IntN(1+m.r.IntN(40)) {
			m.done++
			if err := m.operation(mi, w, now); err != nil {
				return err
			}
		}
		return nil
	}))
	mi.now = now
}

// operation is one of a write: a document with an id that is made, or one that may be there and is looked at first; a part of these is deleted.
func (m *modelRun) operation(mi *modelIndex, w *Writer, now state) error {
	d, routing := &document.Document{Version: 1, Source: modelJSON(m.r)}, ""
	if m.r.IntN(3) > 0 {
		d.ID = mi.anyID(m.r)
		was, err := w.Source(d.ID)
		if err != nil {
			return err
		}
		m.same(d.ID, was, now[d.ID])
		d.Version = was.Version + 1
		if m.r.IntN(4) == 0 {
			if was.Found {
				if seqNo := w.Delete(d.ID, d.Version); seqNo != mi.nextSeqNo {
					m.t.Fatalf("the deletion has sequence number %d, want %d", seqNo, mi.nextSeqNo)
				}
				mi.nextSeqNo++
				delete(now, d.ID)
			}
			return nil
		}
		if m.r.IntN(10) == 0 {
			routing = "r"
		}
	}
	if err := readModel(d, routing); err != nil {
		return err
	}
	made, fields := d.ID == "", d.Fields
	if err := w.Put(d, routing); err != nil {
		return err
	}
	d = &document.Document{ID: d.ID, SeqNo: d.SeqNo, Version: d.Version, Source: d.Source, Fields: fields} // the index has let go of the fields
	if made {
		mi.ids = append(mi.ids, d.ID)
	}
	if d.SeqNo != mi.nextSeqNo || made && now[d.ID] != nil {
		m.t.Fatalf("document %s has sequence number %d, want %d", d.ID, d.SeqNo, mi.nextSeqNo)
	}
	mi.nextSeqNo++
	now[d.ID] = newWritten(d, routing)
	return nil
}

// same compares a document that was found, or not, with the one that is wanted, or nil.
func (m *modelRun) same(id string, got Current, want *written) {
	m.t.Helper()
	switch {
	case got.Found != (want != nil):
		m.t.Fatalf("%s is there: %v", id, got.Found)
	case want != nil && (string(got.Source) != want.source || got.Version != want.version || got.SeqNo != want.seqNo || got.Routing != want.routing):
		m.t.Fatalf("%s is %+v with source %s, want %+v", id, got, got.Source, *want)
	}
}

func (m *modelRun) get(mi *modelIndex, id string) {
	m.t.Helper()
	got, err := mi.ix.Get(id)
	must(m.t, err)
	m.same(id, got, mi.now[id])
	got, err = mi.ix.GetSearchable(id)
	must(m.t, err)
	m.same(id, got, mi.searchable[id])
}

// states looks many ids up at once.
func (m *modelRun) states(mi *modelIndex) {
	m.t.Helper()
	ids := map[string]bool{}
	for range 50 {
		ids[mi.anyID(m.r)] = true
	}
	found, err := mi.ix.States(slices.Sorted(maps.Keys(ids)))
	must(m.t, err)
	for id := range ids {
		if got, want := found[id], mi.now[id]; got.Found != (want != nil) || want != nil && (got.SeqNo != want.seqNo || got.Version != want.version || got.Routing != want.routing) {
			m.t.Fatalf("the state of %s is %+v, want %+v", id, got, want)
		}
	}
}

func (m *modelRun) refresh(mi *modelIndex) {
	m.t.Helper()
	must(m.t, mi.ix.Refresh())
	mi.searchable = maps.Clone(mi.now)
}

func (mi *modelIndex) snapshot(t *testing.T) *Snapshot {
	t.Helper()
	s, err := mi.ix.Snapshot()
	must(t, err)
	return s
}

// readHeld reads the snapshots that were held, but for so many, and gives them back.
func (m *modelRun) readHeld(keep int) {
	m.t.Helper()
	for len(m.held) > keep {
		n := m.r.IntN(len(m.held))
		m.sameAs(m.held[n].snapshot, m.held[n].want, true)
		m.held = slices.Delete(m.held, n, n+1)
	}
}

// sameAs reads everything of a snapshot, and gives it back.
func (m *modelRun) sameAs(s *Snapshot, want state, columns bool) {
	m.t.Helper()
	found := map[string]bool{}
	for _, v := range s.Views {
		var fields map[uint32]map[string][]string
		if columns {
			fields = columnsOf(v)
		}
		for it := v.Live().Iterator(); it.HasNext(); {
			doc := it.Next()
			id, got := v.ID(doc), stateIn(v, doc)
			if found[id] {
				m.t.Fatalf("%s is there twice", id)
			}
			found[id] = true
			var err error
			got.Source, err = v.Source(doc)
			must(m.t, err)
			m.same(id, got, want[id])
			if columns && !maps.EqualFunc(fields[doc], want[id].fields, slices.Equal) {
				m.t.Fatalf("%s has the columns %q, want %q", id, fields[doc], want[id].fields)
			}
		}
	}
	if len(found) != len(want) || len(s.Damaged) > 0 {
		m.t.Fatalf("%d documents, want %d; damaged: %v", len(found), len(want), s.Damaged)
	}
	must(m.t, s.Close())
}

// query is a search in one column, and what it means.
type query struct {
	name    string
	find    func(v segment.View) *roaring.Bitmap
	matches func(w *written) bool
}

func (m *modelRun) query() query {
	has := func(name, value string) func(*written) bool {
		return func(w *written) bool { return slices.Contains(w.fields[name], value) }
	}
	term := func(name, value string) query {
		return query{name + ":" + value, func(v segment.View) *roaring.Bitmap {
			if t := v.Terms(name); t != nil {
				if ord, ok := t.Seek(value); ok {
					return t.Postings(ord, ord+1)
				}
			}
			return roaring.New()
		}, has(name, value)}
	}
	word := func(name, value string) query {
		return query{name + ":" + value, func(v segment.View) *roaring.Bitmap {
			if t := v.Text(name); t != nil {
				if ord, ok := t.Seek(value); ok {
					return t.Matching(ord, ord+1)
				}
			}
			return roaring.New()
		}, func(w *written) bool {
			return slices.ContainsFunc(w.fields[name], func(s string) bool { return len(s) > len(value) && s[:len(value)+1] == value+"@" })
		}}
	}
	switch m.r.IntN(6) {
	case 0:
		return term("host", fmt.Sprintf("host %c %d", 'a'+m.r.IntN(3), m.r.IntN(4)))
	case 1:
		return term("tags", fmt.Sprint("tag", m.r.IntN(40)))
	case 2:
		return word("host.words", fmt.Sprint(m.r.IntN(5)))
	case 3:
		return word("text", fmt.Sprint("w", m.r.IntN(10)))
	case 4:
		name := []string{"n", "f", "nanos", "b", "host", "tags", "ip", "text"}[m.r.IntN(8)]
		return query{"exists " + name, func(v segment.View) *roaring.Bitmap { return v.Docs(name) }, func(w *written) bool { return len(w.fields[name]) > 0 }}
	}
	lo := int64(m.r.IntN(60) - 20)
	hi := []int64{lo, lo + int64(m.r.IntN(20)), math.MaxInt64}[m.r.IntN(3)]
	return query{fmt.Sprintf("n from %d to %d", lo, hi), func(v segment.View) *roaring.Bitmap {
		if n := v.Numbers("n"); n != nil {
			return n.Range(lo, hi)
		}
		return roaring.New()
	}, func(w *written) bool {
		return slices.ContainsFunc(w.fields["n"], func(s string) bool {
			var n int64
			fmt.Sscan(s, &n)
			return n >= lo && n <= hi
		})
	}}
}

func (m *modelRun) search(mi *modelIndex) {
	m.t.Helper()
	q, s := m.query(), mi.snapshot(m.t)
	var got, want []string
	for _, v := range s.Views {
		docs := q.find(v)
		docs.And(v.Live())
		for it := docs.Iterator(); it.HasNext(); {
			got = append(got, v.ID(it.Next()))
		}
	}
	for id, w := range mi.searchable {
		if q.matches(w) {
			want = append(want, id)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		m.t.Fatalf("%s finds %q, want %q", q.name, got, want)
	}
	must(m.t, s.Close())
}

func (m *modelRun) restart() {
	m.t.Helper()
	m.readHeld(0)
	must(m.t, m.dir.Close())
	m.open()
	for _, mi := range m.indices {
		m.sameAs(mi.snapshot(m.t), mi.now, true)
	}
}

// crash goes on with what a kill would leave.
func (m *modelRun) crash() {
	m.t.Helper()
	m.readHeld(0)
	to := fmt.Sprint(m.path, "-", m.done)
	crashCopy(m.t, m.path, to)
	must(m.t, m.dir.Close())
	must(m.t, os.RemoveAll(m.path))
	m.path = to
	m.check()
	m.open()
	for _, mi := range m.indices {
		m.sameAs(mi.snapshot(m.t), mi.now, true)
	}
}

// check runs the check, which must find nothing.
func (m *modelRun) check() {
	m.t.Helper()
	err := Check(m.path, CheckOptions{
		Found: func(f Finding) { m.t.Errorf("check found %s", f) },
		Catalogue: func(_ *metadb.DB, folders []string, _ bool, _ func(Finding)) (map[string]Catalogued, error) {
			known := map[string]Catalogued{}
			for _, uuid := range folders {
				known[uuid] = Catalogued{Name: uuid, Read: readModel}
			}
			return known, context.Cause(m.t.Context())
		},
	})
	must(m.t, err)
}
