package storage

import (
	"fmt"
	"testing"

	"github.com/vedette-siem/vedette/storage/document"
)

// TestStatesAreThoseOfSingleLookups asks for ids in every state: searchable, buffered, updated, deleted, unknown; by States, by Expect and one by one.
func TestStatesAreThoseOfSingleLookups(t *testing.T) {
	d := openDir(t, t.TempDir())
	defer d.Close()
	ix, err := d.Index("x", readTest)
	if err != nil {
		t.Fatal(err)
	}
	write := func(f func(w *Writer)) {
		t.Helper()
		if err := ix.Write(func(w *Writer) error { f(w); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	put := func(w *Writer, id string, version int64) {
		if err := w.Put(&document.Document{ID: id, Version: version, Source: []byte(`{}`)}, ""); err != nil {
			t.Error(err)
		}
	}
	var ids []string
	for i := range 60 {
		ids = append(ids, fmt.Sprintf("id-%02d", i))
	}
	write(func(w *Writer) {
		for _, id := range ids[:40] {
			put(w, id, 1)
		}
	})
	if err := ix.Refresh(); err != nil {
		t.Fatal(err)
	}
	write(func(w *Writer) {
		for i := 0; i < 50; i += 3 {
			put(w, ids[i], 2)
		}
		for i := 1; i < 50; i += 7 {
			w.Delete(ids[i], 5)
		}
	})
	states, err := ix.States(ids)
	if err != nil {
		t.Fatal(err)
	}
	write(func(w *Writer) {
		single := map[string]Current{}
		for _, id := range ids {
			now, err := w.Current(id)
			if err != nil {
				t.Fatal(err)
			}
			single[id] = now
			now.Source = nil
			if got, there := states[id]; there != now.Found || there && fmt.Sprint(got.SeqNo, got.Version) != fmt.Sprint(now.SeqNo, now.Version) {
				t.Errorf("states of %s: %v %+v, want %+v", id, there, got, now)
			}
		}
		if err := w.Expect(ids); err != nil {
			t.Fatal(err)
		}
		put(w, ids[0], 9)
		for _, id := range ids {
			want := single[id]
			if id == ids[0] {
				want.Version = 9 // which the Writer has put since
			}
			got, err := w.Current(id)
			if err != nil || got.Found != want.Found || got.Version != want.Version || id != ids[0] && got.SeqNo != want.SeqNo {
				t.Errorf("expected %s: %+v, want %+v, %v", id, got, want, err)
			}
		}
	})
}
