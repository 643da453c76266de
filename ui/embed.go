// Package ui carries the dashboard: the files that the React application in
// this folder is built into (`make ui`, which runs Vite and fills ui/dist).
//
// The built files are embedded but not committed. A fresh clone holds only
// dist/.gitkeep, so that `go build` and `go test` need no Node; whoever serves
// the files then shows a page that tells how to build them. The package serves nothing itself and knows nothing of HTTP; only
// cmd/vedette imports it.
package ui

import (
	"embed"
	"fmt"
	"io/fs"
)

// The prefix "all:" takes in dist/.gitkeep, without which an unbuilt tree
// would not compile (https://pkg.go.dev/embed#hdr-Directives).
//
//go:embed all:dist
var dist embed.FS

// FS returns the built files with dist as their root: index.html, assets/ and
// the rest. In an unbuilt tree it holds .gitkeep alone. It is read-only and
// safe for concurrent use.
func FS() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		// fs.Sub fails for an invalid path only, and this one is a constant.
		panic(fmt.Sprintf("BUG: ui: sub %q: %v", "dist", err))
	}
	return sub
}
