package ui

import (
	"errors"
	"io/fs"
	"testing"
)

func TestFS_HoldsTheKeptFile(t *testing.T) {
	if _, err := fs.Stat(FS(), ".gitkeep"); err != nil {
		t.Fatalf("stat .gitkeep: %v", err)
	}
}

func TestBuilt_AgreesWithThePage(t *testing.T) {
	_, err := fs.ReadFile(FS(), page)
	switch {
	case err == nil && !Built():
		t.Error("the page is there, but Built says no")
	case errors.Is(err, fs.ErrNotExist) && Built():
		t.Error("the page is missing, but Built says yes")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		t.Fatalf("read %s: %v", page, err)
	}
}
