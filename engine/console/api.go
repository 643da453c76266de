package console

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/vedette-siem/vedette/engine"
)

// authenticated finds out on whose behalf a request is made before h answers it.
func (s *Server) authenticated(h func(echo.Context, engine.Principal) (any, error)) func(echo.Context) (any, error) {
	return func(c echo.Context) (any, error) {
		p, err := s.authenticate(c.Request())
		if err != nil {
			return nil, err
		}
		return h(c, p)
	}
}

// json writes what h answers.
func (s *Server) json(h func(echo.Context) (any, error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		answer, err := h(c)
		if err != nil {
			return err
		}
		body, err := marshal(answer)
		if err != nil {
			return err
		}
		s.writer.Write(c.Response(), c.Request(), http.StatusOK, "application/json", body)
		return nil
	}
}

// marshal writes JSON without escaping HTML: answers are data.
func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

func (s *Server) status(c echo.Context, p engine.Principal) (any, error) {
	status, err := s.o.Process.Status(c.Request().Context(), p)
	if err != nil {
		return nil, err
	}
	status.Now = Time{s.o.Now()}
	status.Warnings = notNil(status.Warnings)
	return status, nil
}

func (s *Server) ingest(c echo.Context, p engine.Principal) (any, error) {
	stats, err := s.o.Ingester.Ingest(c.Request().Context(), p)
	if err != nil {
		return nil, err
	}
	stats.Sources = notNil(stats.Sources)
	slices.SortFunc(stats.Sources, func(a, b Source) int { return cmp.Compare(a.Name, b.Name) })
	for i := range stats.Sources {
		stats.Sources[i].Datasets = notNil(stats.Sources[i].Datasets)
		slices.SortFunc(stats.Sources[i].Datasets, func(a, b Dataset) int { return cmp.Compare(a.Dataset, b.Dataset) })
	}
	return stats, nil
}

func (s *Server) storage(c echo.Context, p engine.Principal) (any, error) {
	all, err := s.o.Store.IndexStats(c.Request().Context(), p, engine.Target{ExpandWildcards: "all"})
	if err != nil {
		return nil, err
	}
	out := StorageStats{Indices: make([]Index, 0, len(all))}
	for _, i := range all {
		out.Documents += i.Docs
		out.Bytes += i.Bytes
		out.Indices = append(out.Indices, Index{Name: i.Name, DataStream: Text(i.DataStream), Documents: i.Docs, Bytes: i.Bytes})
	}
	slices.SortFunc(out.Indices, func(a, b Index) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// notNil makes a list that is written as [], never as null.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// live says that the process answers.
func (s *Server) live(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// ready says whether the process serves.
func (s *Server) ready(c echo.Context) error {
	if s.o.Ready != nil {
		if err := s.o.Ready(c.Request().Context()); err != nil {
			return c.String(http.StatusServiceUnavailable, "not ready: "+err.Error()+"\n")
		}
	}
	return c.String(http.StatusOK, "ok\n")
}

// metrics hands a request to h on behalf of anybody who is known: the numbers carry the names of indices and sources.
func (s *Server) metrics(h http.Handler) echo.HandlerFunc {
	return func(c echo.Context) error {
		if _, err := s.authenticate(c.Request()); err != nil {
			return err
		}
		h.ServeHTTP(c.Response(), c.Request())
		return nil
	}
}
