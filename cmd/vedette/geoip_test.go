package main

import (
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/cmd/vedette/demo"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
)

// TestBothReadersTakeANewGeoIPDatabase: one reads files, the other the sources that are read for ever.
func TestBothReadersTakeANewGeoIPDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "geo.mmdb")
	if err := demo.WriteGeoIP(path); err != nil {
		t.Fatal(err)
	}
	var readers [2]*reader
	for i := range readers {
		r, err := newReader(&ingesttest.Sink{}, nil, path, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		readers[i] = r
	}
	a := &app{pipeline: readers[0], collector: readers[1]}
	if err := a.reloadGeoIP(t.Context()); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(path+".new", []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	if err := a.reloadGeoIP(t.Context()); err == nil || strings.Count(err.Error(), "stays in use") != 2 {
		t.Errorf("%v", err)
	}
	for _, r := range readers {
		r.geo.Locate(netip.MustParseAddr("198.51.100.7")) // the old one is open
	}
	if err := (&app{pipeline: &reader{}}).reloadGeoIP(t.Context()); err != nil {
		t.Errorf("without a database: %v", err)
	}
}
