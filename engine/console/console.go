// Package console serves the dashboard's address (port 5601): the page, the Elasticsearch API below the page's own origin
// (`/api/es/*`), what the page asks of its own server (`/api/v1/*`, described by openapi.yaml, which a test holds against the answers),
// and what operators watch (`/livez`, `/readyz`, `/metrics`). It keeps no data and changes none itself: it asks through the small interfaces that
// it declares. It refuses requests for hosts that it does not know and changes that pages of other sites ask for, and lets the page run
// nothing but its own scripts. With Sessions, everything but the page's files, `/livez` and `/readyz` needs a session, or credentials as
// the Elasticsearch API takes them. Package cmd/vedette makes a Server.
package console

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi"
	"github.com/vedette-siem/vedette/engine/esapi/edge"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// A Process knows what runs.
type Process interface {
	// Status describes the process; the console fills in Now.
	Status(ctx context.Context, p engine.Principal) (Status, error)
}

// An Ingester knows what is read.
type Ingester interface {
	// Ingest reports totals and sources in any order; the caller owns what it gets.
	Ingest(ctx context.Context, p engine.Principal) (IngestStats, error)
}

// A Store knows what is stored; engine.Backend is one.
type Store interface {
	IndexStats(ctx context.Context, p engine.Principal, t engine.Target) ([]engine.IndexStats, error)
}

// Options of a Server. API, Process, Ingester, Store and UI must be set.
type Options struct {
	// API is the Elasticsearch API without its own checks (esapi.Server.Inner).
	API      http.Handler
	Process  Process
	Ingester Ingester
	Store    Store
	// Collector may be nil: then there are no sources to see or change.
	Collector Collector
	// Uploader reads files that are sent; nil leaves that path out.
	Uploader Uploader
	// UI holds the built page. Without an index.html in it, a placeholder says how to build one.
	UI fs.FS
	// Sessions are those of people who log in; nil is authentication off.
	Sessions Sessions
	// Authenticate says on whose behalf a request without a session is made; its *engine.Error answers the request. Nil makes everybody the
	// superuser if Sessions is nil too, which only a server on loopback may do, and with Sessions lets nobody in.
	Authenticate func(*http.Request) (engine.Principal, error)
	// Ready says why the process cannot serve yet, or nil; a nil Ready is always ready.
	Ready func(context.Context) error
	// Hosts are the names of this server; the zero value knows loopback only.
	Hosts edge.Hosts
	// Origin checks requests of browsers that may change something; nil allows only pages of this server.
	Origin *http.CrossOriginProtection
	// Metrics count requests; nil counts none.
	Metrics *edge.Metrics
	// Gatherer gives `/metrics` its numbers; nil leaves that path out.
	Gatherer prometheus.Gatherer
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log gets faults; nil discards them.
	Log *slog.Logger
}

// A Server answers on the dashboard's address. It is safe for concurrent use and holds nothing that must be closed.
type Server struct {
	o      Options
	router *echo.Echo
	page   *site
	writer edge.Writer
	// uploads holds one for each file that is being sent.
	uploads chan struct{}
}

// New makes a server.
func New(o Options) *Server {
	if o.Authenticate == nil {
		o.Authenticate = everybody
		if o.Sessions != nil {
			o.Authenticate = nobody
		}
	}
	if o.Origin == nil {
		o.Origin = http.NewCrossOriginProtection()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{o: o, router: echo.New(), page: newSite(o.UI), uploads: make(chan struct{}, maxUploads)}
	s.router.HTTPErrorHandler = func(err error, c echo.Context) { s.fail(c.Response(), c.Request(), translate(err, c.Request())) }
	s.routes()
	return s
}

func everybody(*http.Request) (engine.Principal, error) {
	return engine.Principal{Name: "superuser", Superuser: true}, nil
}

func nobody(r *http.Request) (engine.Principal, error) {
	return engine.Principal{}, eserr.Errorf(http.StatusUnauthorized, eserr.SecurityFault, "missing authentication credentials for REST request [%.200s]", r.URL.Path)
}

func (s *Server) routes() {
	s.get("/livez", s.live)
	s.get("/readyz", s.ready)
	if s.o.Gatherer != nil {
		s.get("/metrics", s.metrics(promhttp.HandlerFor(s.o.Gatherer, promhttp.HandlerOpts{})))
	}
	s.get("/api/v1/status", s.json(s.authenticated(s.status)))
	s.get("/api/v1/ingest", s.json(s.authenticated(s.ingest)))
	if s.o.Uploader != nil {
		s.router.POST("/api/v1/ingest/upload", named(s.json(s.authenticated(s.upload))))
	}
	s.get("/api/v1/storage", s.json(s.authenticated(s.storage)))
	s.get("/api/v1/sources", s.json(s.may(actionSeeSources, s.sources)))
	s.router.POST("/api/v1/sources", named(s.json(s.may(actionChangeSources, s.addSource))))
	s.router.DELETE("/api/v1/sources/:name", named(s.json(s.may(actionChangeSources, s.removeSource))))
	s.router.POST("/api/v1/sources/:name/retry", named(s.json(s.may(actionChangeSources, s.retrySource))))
	s.get("/api/v1/session", s.json(s.whoAmI))
	s.router.POST("/api/v1/session", named(s.json(s.login)))
	s.router.DELETE("/api/v1/session", named(s.json(s.logout)))
	s.router.Any("/api/es", s.elasticsearch)
	s.router.Any("/api/es/*", s.elasticsearch)
	s.get("/*", s.static)
}

func (s *Server) get(path string, h echo.HandlerFunc) {
	s.router.GET(path, named(h))
	s.router.HEAD(path, named(h))
}

// named counts requests by the path that they were routed by.
func named(h echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		edge.SetRoute(c.Request().Context(), c.Path())
		return h(c)
	}
}

// Handler answers requests from the network.
func (s *Server) Handler() http.Handler {
	guard := edge.Guard{Hosts: s.o.Hosts, Origin: s.o.Origin, Fail: s.fail, Log: s.o.Log}
	return s.o.Metrics.Wrap("dashboard", secure(guard.Wrap(s.router)))
}

// ContentSecurityPolicy is what the page may do; openapi.yaml says why each exception is needed.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// secure sets the headers that every answer carries. Nothing but the page's files may be kept by a cache.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", ContentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// elasticsearch hands a request to the Elasticsearch API on behalf of the session.
func (s *Server) elasticsearch(c echo.Context) error {
	r := c.Request()
	p, err := s.authenticate(r)
	if err != nil {
		return err
	}
	edge.SetRoute(r.Context(), "/api/es/*")
	inner := r.WithContext(esapi.WithPrincipal(r.Context(), p))
	inner.URL = below(r.URL, "/api/es")
	s.o.API.ServeHTTP(c.Response(), inner)
	return nil
}

// below takes a prefix off the path, in both of its spellings.
func below(u *url.URL, prefix string) *url.URL {
	out := *u
	out.Path = "/" + strings.TrimPrefix(strings.TrimPrefix(u.Path, prefix), "/")
	if u.RawPath != "" {
		out.RawPath = "/" + strings.TrimPrefix(strings.TrimPrefix(u.RawPath, prefix), "/")
	}
	return &out
}

// translate gives the router's errors words.
func translate(err error, r *http.Request) error {
	switch err {
	case echo.ErrNotFound:
		return eserr.Errorf(http.StatusNotFound, "resource_not_found_exception", "nothing is at [%.200s]", r.URL.Path)
	case echo.ErrMethodNotAllowed:
		return eserr.Errorf(http.StatusMethodNotAllowed, eserr.IllegalArgument, "[%.200s] cannot be asked by [%.20s]", r.URL.Path, r.Method)
	}
	return err
}

// fail answers with an error in Elasticsearch's shape; faults of ours are logged whole and told blandly. The challenge of a 401 leaves out
// Basic, which would make browsers ask for a password in a window of their own, over the page's.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, body, known := esapi.Render(err, "")
	if !known {
		s.o.Log.Error("request failed", "method", r.Method, "path", r.URL.Path, "err", err)
	}
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "ApiKey")
	}
	s.writer.Write(w, r, status, "application/json", body)
}
