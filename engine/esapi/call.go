package esapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi/edge"
)

// A call is one request on its way through an endpoint. It belongs to one goroutine.
type call struct {
	s     *Server
	w     http.ResponseWriter
	r     *http.Request
	p     engine.Principal
	path  map[string]string // parameters of the path, unescaped once
	query map[string]string
	form  media
	// human says that the answer gets readable forms of sizes and times.
	human bool
	// yamlBody says that the body is YAML.
	yamlBody bool
	// held are the bytes that the request has reserved in the server's budget.
	held int64
}

// answer makes the checks that all endpoints share, in this order: path, parameters, accepted forms, the body's form.
func (s *Server) answer(ec echo.Context, rt route) {
	c := &call{s: s, w: ec.Response(), r: ec.Request(), path: map[string]string{}}
	defer func() { s.held.free(c.held) }()
	edge.SetRoute(c.r.Context(), ec.Path())
	c.p, _ = c.r.Context().Value(principalKey{}).(engine.Principal) // Inner has put it there
	err := c.readPath(ec)
	if err == nil {
		err = c.authorise(ec.Path())
	}
	if err == nil {
		err = c.readForm(rt)
	}
	if err == nil {
		human, _ := c.flag("human", false) // it has been checked
		c.human = human && humanize(ec.Path())
		defer c.track(ec.Path())()
		err = rt.serve(c)
	}
	if err != nil {
		s.fail(c.w, c.r, cause(c.ctx(), err))
	}
}

func (c *call) readPath(ec echo.Context) error {
	if hidden(ec) {
		return c.s.noHandler(c.r)
	}
	values := ec.ParamValues()
	for i, name := range ec.ParamNames() {
		text, err := url.PathUnescape(values[i])
		if err != nil {
			return c.s.noHandler(c.r)
		}
		c.path[name] = text
	}
	return nil
}

func (c *call) readForm(rt route) error {
	var err error
	if c.query, err = parseQuery(c.r.URL.RawQuery); err != nil {
		return err
	}
	if c.form, err = negotiate(c.r.Header.Get("Accept")); err != nil {
		return err
	}
	if c.form, err = c.form.form(c.query["format"]); err != nil {
		return err
	}
	for _, name := range []string{"pretty", "human", "error_trace"} {
		if _, err := c.flag(name, false); err != nil {
			return err
		}
	}
	if err := checkParams(c.r.URL.Path, c.query, rt.params); err != nil {
		return err
	}
	if err := checkValues(c.query); err != nil {
		return err
	}
	if !c.hasBody() {
		return nil
	}
	c.yamlBody, err = checkContentType(c.r.Header.Get("Content-Type"))
	if last := path.Base(c.r.URL.Path); err == nil && c.yamlBody && (last == "_bulk" || last == "_msearch" || strings.HasSuffix(c.r.URL.Path, "/_msearch/template")) {
		return &plainError{status: http.StatusNotAcceptable, text: "Content-Type [YAML] does not support stream parsing. Use JSON or SMILE instead"}
	}
	return err
}

// hasBody says whether a body comes. Where its length is not told, that takes looking at its first byte.
func (c *call) hasBody() bool {
	if c.r.Body == nil || c.r.Body == http.NoBody || c.r.ContentLength >= 0 {
		return c.r.ContentLength > 0
	}
	first := make([]byte, 1)
	n, err := io.ReadFull(c.r.Body, first)
	if n == 0 && err == io.EOF {
		c.r.Body = http.NoBody
		return false
	}
	c.r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(first[:n]), c.r.Body), c.r.Body}
	return true
}

func (c *call) ctx() context.Context { return c.r.Context() }

// may refuses what the principal may not do of what the API answers by itself.
func (c *call) may(action string) error { return engine.Allow(c.p, action) }

// send answers with a value as JSON, as the common parameters want it.
func (c *call) send(status int, v any) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	return c.sendJSON(status, body)
}

// sendJSON answers with a JSON text.
func (c *call) sendJSON(status int, body []byte) error {
	if c.human {
		var err error
		if body, err = readable(body); err != nil {
			return err
		}
	}
	if paths := c.list("filter_path"); len(paths) > 0 {
		var err error
		if body, err = filterJSON(body, paths); err != nil {
			return err
		}
	}
	switch {
	case c.form.yaml:
		body = toYAML(body)
	case isPretty(c.query):
		body = indent(body)
	}
	c.s.writer.Write(c.w, c.r, status, c.form.contentType, body)
	return nil
}

// sendText answers with plain text.
func (c *call) sendText(status int, text string) error {
	c.s.writer.Write(c.w, c.r, status, typeText, []byte(text))
	return nil
}

// acknowledged is the answer to most changes.
func (c *call) acknowledged(err error) error {
	if err != nil {
		return err
	}
	return c.sendJSON(http.StatusOK, []byte(`{"acknowledged":true}`))
}

// exists answers a HEAD request: 200, or 404 without a word.
func (c *call) exists(found bool) error {
	status := http.StatusNotFound
	if found {
		status = http.StatusOK
	}
	c.s.writer.Write(c.w, c.r, status, c.form.contentType, nil)
	return nil
}

func isPretty(params map[string]string) bool {
	value, ok := params["pretty"]
	return ok && value != "false"
}

// indent lays a JSON text out for people. What is no JSON stays as it is.
func indent(body []byte) []byte {
	var out bytes.Buffer
	if json.Indent(&out, body, "", "  ") != nil {
		return body
	}
	out.WriteByte('\n')
	return out.Bytes()
}
