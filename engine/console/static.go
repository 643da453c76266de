package console

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/labstack/echo/v4"

	"github.com/vedette-siem/vedette/engine/esapi/edge"
)

// A site is the built page. Files are read when they are first asked for, and then kept compressed: a browser asks for nothing else.
type site struct {
	files fs.FS
	mu    sync.Mutex
	kept  map[string]*asset // guarded by mu; one for each file there is, at most
}

// An asset is a file of the page.
type asset struct {
	contentType string
	etag        string
	gzipped     []byte // nil where compressing does not pay
	plain       []byte // nil if gzipped is there: it is read again for the few who want it
}

func newSite(files fs.FS) *site {
	return &site{files: files, kept: map[string]*asset{}}
}

// static answers with a file of the page, or with the page itself for any path that its own routes understand.
func (s *Server) static(c echo.Context) error {
	name := strings.TrimPrefix(path.Clean("/"+c.Request().URL.Path), "/")
	if name == "api" || strings.HasPrefix(name, "api/") {
		return echo.ErrNotFound
	}
	cache := "no-cache"
	if strings.HasPrefix(name, "assets/") {
		cache = "public, max-age=31536000, immutable" // the names carry a hash of the content
	}
	a, err := s.page.find(name)
	if errors.Is(err, fs.ErrNotExist) && !strings.HasPrefix(name, "assets/") {
		name, cache = "index.html", "no-cache"
		a, err = s.page.find(name)
		if errors.Is(err, fs.ErrNotExist) {
			s.writer.Write(c.Response(), c.Request(), http.StatusOK, "text/html; charset=utf-8", []byte(placeholder))
			return nil
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return echo.ErrNotFound
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", cache)
	return s.page.send(c, name, a)
}

// find gives a file; directories and hidden files do not exist.
func (p *site) find(name string) (*asset, error) {
	if p.files == nil || !fs.ValidPath(name) || strings.HasPrefix(path.Base(name), ".") || strings.Contains(name, "/.") {
		return nil, fs.ErrNotExist
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if a, ok := p.kept[name]; ok {
		return a, nil
	}
	info, err := fs.Stat(p.files, name)
	if err != nil {
		return nil, fmt.Errorf("find file of the page: %w", err)
	}
	if info.IsDir() {
		return nil, fs.ErrNotExist
	}
	a, err := p.load(name)
	if err == nil {
		p.kept[name] = a
	}
	return a, err
}

func (p *site) load(name string) (*asset, error) {
	content, err := fs.ReadFile(p.files, name)
	if err != nil {
		return nil, fmt.Errorf("read file of the page: %w", err)
	}
	sum := sha256.Sum256(content)
	a := &asset{contentType: contentType(name), etag: `"` + hex.EncodeToString(sum[:12]) + `"`, plain: content}
	packed, err := fs.ReadFile(p.files, name+".gz")
	if err != nil {
		if packed, err = compress(content); err != nil {
			return nil, fmt.Errorf("compress file %q of the page: %w", name, err)
		}
	}
	if len(packed) < len(content)*9/10 {
		a.gzipped, a.plain = packed, nil
	}
	return a, nil
}

func compress(content []byte) ([]byte, error) {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(content); err != nil {
		return nil, err
	}
	err := z.Close()
	return out.Bytes(), err
}

func (p *site) send(c echo.Context, name string, a *asset) error {
	r, h := c.Request(), c.Response().Header()
	h.Set("ETag", a.etag)
	h.Set("Content-Type", a.contentType)
	h.Add("Vary", "Accept-Encoding")
	if r.Header.Get("If-None-Match") == a.etag {
		c.Response().WriteHeader(http.StatusNotModified)
		return nil
	}
	body := a.plain
	switch {
	case a.gzipped != nil && edge.AcceptsGzip(r):
		body = a.gzipped
		h.Set("Content-Encoding", "gzip")
	case body == nil:
		var err error
		if body, err = fs.ReadFile(p.files, name); err != nil {
			return fmt.Errorf("read file of the page: %w", err)
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	c.Response().WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = c.Response().Write(body) // a client that is gone cannot be told
	}
	return nil
}

// contentType knows the files that a build makes; the tables of the machine have no say in how a browser reads them.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".json", ".map":
		return "application/json"
	case ".webmanifest":
		return "application/manifest+json"
	case ".svg":
		return "image/svg+xml"
	case ".png":
		return "image/png"
	case ".ico":
		return "image/x-icon"
	case ".woff2":
		return "font/woff2"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}

// placeholder is what a binary shows that was built without the page.
const placeholder = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Vedette</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:38rem;margin:4rem auto;padding:0 1rem;color:#1a1b1e;background:#fff}code{background:#f1f3f5;padding:.1em .3em}</style></head>
<body>
<h1>Vedette runs, its dashboard is not built</h1>
<p>This binary was built without the page. In the repository, run <code>make ui</code> and then <code>make build</code>; it needs Node 20.19 or later.</p>
<p>Everything else works: the Elasticsearch API has its own address, and is here as <a href="/api/es/"><code>/api/es/</code></a>; see also
<a href="/api/v1/status"><code>/api/v1/status</code></a>.</p>
</body>
</html>
`
