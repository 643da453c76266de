package main

import (
	"os"
	"strings"
	"testing"
)

// What differs on purpose is told to users too.
func TestKnownDifferencesAreInCompat(t *testing.T) {
	text, err := os.ReadFile("../../engine/COMPAT.md")
	if err != nil {
		t.Fatal(err)
	}
	compat := strings.Join(strings.Fields(string(text)), " ")
	for _, k := range knownDifferences {
		if k.compat == "" || !strings.Contains(compat, k.compat) {
			t.Errorf("engine/COMPAT.md does not say %q", k.compat)
		}
	}
}
