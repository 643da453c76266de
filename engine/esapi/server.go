// Package esapi answers Elasticsearch's REST API, as elasticsearch-py, Beats, Logstash, Grafana and their like speak it, for any
// engine.Backend. It owns the wire: paths, parameters, media types, bodies and their limits, the forms of answers and errors. It refuses
// to know documents, mappings, queries or index names: those go to the Backend as they came. One file per family of endpoints; what all
// have in common stands in server.go (order of checks), call.go (one request), errors.go (the one table of errors), media.go, params.go,
// body.go and filter.go. Package cmd/vedette makes a Server; package console serves the same one to the dashboard.
package esapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi/edge"
	"github.com/vedette-siem/vedette/engine/security"
)

// Options of a Server. The zero value of each field is usable.
type Options struct {
	// Authenticate says on whose behalf a request is made; its *engine.Error answers the request. Nil makes everybody the superuser,
	// which only a server on loopback may do.
	Authenticate func(*http.Request) (engine.Principal, error)
	// Security knows users, roles and API keys; nil has none, and answers as Elasticsearch does without security.
	Security *security.Service
	// Hosts are the names of this server; the zero value knows loopback only.
	Hosts edge.Hosts
	// Origin checks requests of browsers that may change something; nil allows only pages of this server.
	Origin *http.CrossOriginProtection
	// Metrics count requests; nil counts none.
	Metrics *edge.Metrics
	// PublishAddress is the host:port that `_nodes/http` names; clients that sniff will connect to it.
	PublishAddress string
	// Node is the name of this process in `failed_shards` and `_nodes`; empty is "vedette".
	Node string
	// MaxBodyBytes limits one request body, as sent and as unpacked; 0 is 100 MiB, as http.max_content_length.
	MaxBodyBytes int64
	// MaxHeldBytes limits all bodies that are in memory at a time; 0 is 256 MiB.
	MaxHeldBytes int64
	// OpenSearch has the server call itself OpenSearch 2.19 and leave out Elasticsearch's product header; all else stays.
	OpenSearch bool
	// ReindexRemote are the hosts (HOST:PORT, with wildcards) from which `_reindex` may read; none by default.
	ReindexRemote []string
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log gets faults; nil discards them.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Authenticate == nil {
		o.Authenticate = func(*http.Request) (engine.Principal, error) {
			return engine.Principal{Name: "superuser", Superuser: true}, nil
		}
	}
	if o.Origin == nil {
		o.Origin = http.NewCrossOriginProtection()
	}
	if o.Node == "" {
		o.Node = "vedette"
	}
	if o.MaxBodyBytes == 0 {
		o.MaxBodyBytes = 100 << 20
	}
	if o.MaxHeldBytes == 0 {
		o.MaxHeldBytes = 256 << 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// A Server answers requests. It is safe for concurrent use. Close ends what still runs when no request is under way any more.
type Server struct {
	backend engine.Backend
	o       Options
	router  *echo.Echo
	routes  map[string]bool // "GET /:index"
	writer  edge.Writer
	held    budget
	tasks   tasks
	begun   time.Time
}

// A route is an endpoint: where it is, which URL parameters it knows beside the common ones, and what answers it.
type route struct {
	methods string // separated by spaces
	paths   string // separated by spaces, in echo's spelling
	params  []string
	serve   func(*call) error
}

// New makes a server for a store.
func New(b engine.Backend, o Options) *Server {
	s := &Server{backend: b, o: o.withDefaults(), router: echo.New(), routes: map[string]bool{}}
	s.begun = s.o.Now()
	s.held.total = s.o.MaxHeldBytes
	s.router.HTTPErrorHandler = s.unrouted
	families := [][]route{
		rootRoutes(), clusterRoutes(), documentRoutes(), bulkRoutes(), deleteByQueryRoutes(), searchRoutes(), scrollRoutes(), pitRoutes(), multiSearchRoutes(),
		fieldRoutes(), indexRoutes(), mappingRoutes(), settingsRoutes(), aliasRoutes(), streamRoutes(), statsRoutes(), resolveRoutes(), templateRoutes(),
		catRoutes(), declinedRoutes(), operationRoutes(), taskRoutes(), updateByQueryRoutes(), reindexRoutes(), ingestRoutes(), asyncRoutes(), explainRoutes(),
		ilmRoutes(), searchTemplateRoutes(), termsEnumRoutes(), nodeStatsRoutes(), clusterStateRoutes(), catMoreRoutes(), segmentRoutes(), streamLifecycleRoutes(),
		nodeMoreRoutes(), healthReportRoutes(), searchShardsRoutes(), lifecycleExplainRoutes(), diskUsageRoutes(),
	}
	if s.o.Security != nil {
		families = append(families, securityRoutes())
	}
	for _, family := range families {
		for _, r := range family {
			s.add(r)
		}
	}
	return s
}

func (s *Server) add(r route) {
	for path := range strings.FieldsSeq(r.paths) {
		for method := range strings.FieldsSeq(r.methods) {
			s.routes[method+" "+path] = true
			s.router.Add(method, path, func(c echo.Context) error {
				s.answer(c, r)
				return nil
			})
		}
	}
}

// Handler answers requests from the network: metrics, the product header, the checks of Host and Origin, then Inner.
func (s *Server) Handler() http.Handler {
	guard := edge.Guard{Hosts: s.o.Hosts, Origin: s.o.Origin, Fail: s.fail, Log: s.o.Log}
	return s.o.Metrics.Wrap("elasticsearch", s.introduce(guard.Wrap(s.Inner())))
}

// Inner answers requests that were checked already: the console serves it below its own origin, with the principal of the session in the
// context (WithPrincipal). It recovers from no panic and counts nothing.
func (s *Server) Inner() http.Handler {
	return s.introduce(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := s.principal(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		r = r.WithContext(WithPrincipal(r.Context(), p))
		r.URL = normalise(r.URL)
		s.router.ServeHTTP(w, r)
	}))
}

// introduce sets the headers that every answer carries: clients take a server without the first for an impostor.
func (s *Server) introduce(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.listener(r.Context()).openSearch {
			w.Header().Set("X-Elastic-Product", "Elasticsearch")
		}
		if id := r.Header.Get("X-Opaque-Id"); id != "" && len(id) <= 1024 {
			w.Header().Set("X-Opaque-Id", id)
		}
		next.ServeHTTP(w, r)
	})
}

// normalise gives each path one spelling, so that it is routed and authorised by the same text: every segment unescaped and escaped
// again, and none empty: Elasticsearch, too, reads //x/ as /x.
func normalise(u *url.URL) *url.URL {
	raw := u.RawPath // as sent, where that differs from the usual spelling; EscapedPath would lose %2F beside a bare <
	if raw == "" {
		raw = u.EscapedPath()
	}
	var segments []string
	for segment := range strings.SplitSeq(raw, "/") {
		if segment == "" {
			continue
		}
		if text, err := url.PathUnescape(segment); err == nil {
			segment = url.PathEscape(text)
		}
		segments = append(segments, segment)
	}
	out := *u
	out.RawPath = "/" + strings.Join(segments, "/")
	out.Path, _ = url.PathUnescape(out.RawPath) // it was escaped just above
	return &out
}

// unrouted answers what no route takes.
func (s *Server) unrouted(_ error, c echo.Context) {
	c.Response().Header().Del(echo.HeaderAllow)
	s.fail(c.Response(), c.Request(), s.noHandler(c.Request()))
}

// noHandler tells a path that nobody has from one that is there for other methods.
func (s *Server) noHandler(r *http.Request) error {
	var allowed []string
	for _, method := range []string{"GET", "POST", "PUT", "DELETE", "HEAD"} {
		c := s.router.NewContext(r, nil)
		s.router.Router().Find(method, r.URL.RawPath, c)
		if s.routes[method+" "+c.Path()] && !hidden(c) {
			allowed = append(allowed, method)
		}
	}
	uri := r.URL.RequestURI()
	if allowed == nil {
		return &plainError{status: http.StatusBadRequest, text: "no handler found for uri [" + uri + "] and method [" + r.Method + "]"}
	}
	list := strings.Join(allowed, ", ")
	return &plainError{status: http.StatusMethodNotAllowed, allow: list,
		text: "Incorrect HTTP method for uri [" + uri + "] and method [" + r.Method + "], allowed: [" + list + "]"}
}

// hidden says whether a path was routed although nothing is there: as an index, while no index begins with `_` (only creating one may be
// tried, to be told so), or with more segments than the route has, which the router puts into the last parameter.
func hidden(c echo.Context) bool {
	if slices.ContainsFunc(c.ParamValues(), func(value string) bool { return strings.Contains(value, "/") }) {
		return true
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(c.Request().URL.Path, "/"), "/")
	isEndpoint := strings.HasPrefix(first, "_") && !strings.HasPrefix(first, "_all")
	creates := c.Path() == "/:index" && c.Request().Method == http.MethodPut
	return strings.HasPrefix(c.Path(), "/:index") && isEndpoint && !creates
}

type principalKey struct{}

// WithPrincipal says on whose behalf requests with this context are made; such requests are not authenticated again.
func WithPrincipal(ctx context.Context, p engine.Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// principal is the one place where a request gets its principal.
func (s *Server) principal(r *http.Request) (engine.Principal, error) {
	if p, ok := r.Context().Value(principalKey{}).(engine.Principal); ok {
		return p, nil
	}
	return s.o.Authenticate(r)
}

// fail answers a request with an error, in the form that it accepts. Faults of ours are logged whole and told blandly.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, body, known := Render(err, s.o.Node)
	if !known {
		s.o.Log.Error("request failed", "method", r.Method, "path", r.URL.Path, "err", err)
	}
	var plain *plainError
	if errors.As(err, &plain) && plain.allow != "" {
		w.Header().Set("Allow", plain.allow)
	}
	if told := (*engine.Error)(nil); errors.As(err, &told) {
		for _, challenge := range told.Challenge {
			w.Header().Add("WWW-Authenticate", challenge)
		}
	}
	form, mediaErr := negotiate(r.Header.Get("Accept"))
	if mediaErr != nil {
		form.contentType = typeJSON
	}
	if params, paramErr := parseQuery(r.URL.RawQuery); paramErr == nil {
		if other, formErr := form.form(params["format"]); formErr == nil {
			form = other
		}
		if isPretty(params) && !form.yaml {
			body = indent(body)
		}
	}
	if form.yaml {
		body = toYAML(body)
	}
	s.writer.Write(w, r, status, form.contentType, body)
}
