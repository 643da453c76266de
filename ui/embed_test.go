package ui

import (
	"io/fs"
	"testing"
)

func TestFS_HoldsTheKeptFile(t *testing.T) {
	if _, err := fs.Stat(FS(), ".gitkeep"); err != nil {
		t.Fatalf("stat .gitkeep: %v", err)
	}
}
