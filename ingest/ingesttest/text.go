package ingesttest

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

func bytesReader(b []byte) io.Reader { return bytes.NewReader(b) }

// firstDifference shows the first line in which two texts differ.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			other := "(nothing)"
			if i < len(b) {
				other = b[i]
			}
			return fmt.Sprintf("line %d\n got: %s\nwant: %s", i+1, a[i], other)
		}
	}
	return fmt.Sprintf("line %d\n got: (nothing)\nwant: %s", len(a)+1, b[len(a)])
}
