package console

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// A Collector knows the sources that are read for ever, and changes them while they are. Its *engine.Error answers the request.
type Collector interface {
	// Sources lists them and their newest dead letters in any order; the caller owns what it gets.
	Sources(context.Context) (SourceList, error)
	AddSource(context.Context, SourceDefinition) error
	RemoveSource(ctx context.Context, name string) error
	// RetrySource lets dead letters be tried again and returns how many; an empty name is those of all sources.
	RetrySource(ctx context.Context, name string) (int, error)
}

// What may be done with sources, by names as Elasticsearch's actions have them: `monitor` sees, and `manage` changes, since a source makes this server call others with its own credentials.
const (
	actionSeeSources    = "cluster:monitor/vedette/sources/get"
	actionChangeSources = "cluster:admin/vedette/sources/put"
)

const (
	// MaxLetters bounds the dead letters of an answer; Source.DeadLetters counts all.
	MaxLetters = 1000
	// maxDefinitionBytes bounds the body of a request that adds a source.
	maxDefinitionBytes = 16 << 10
	// AllSources stands for a source's name where letters of all are tried again.
	AllSources = "_all"
)

// A SourceDefinition says where logs lie. Empty members are left to their defaults.
type SourceDefinition struct {
	Name            string  `json:"name"`
	Kind            string  `json:"kind"` // KindS3, KindSQS or KindFolder
	Bucket          string  `json:"bucket,omitempty"`
	Prefix          string  `json:"prefix,omitempty"`
	Queue           string  `json:"queue,omitempty"`
	Path            string  `json:"path,omitempty"`
	Account         string  `json:"account,omitempty"`
	Format          string  `json:"format,omitempty"`
	FlowFormat      string  `json:"flow_format,omitempty"`
	IntervalSeconds float64 `json:"interval_seconds,omitempty"`
	SilentSeconds   float64 `json:"silent_seconds,omitempty"`
	RequesterPays   bool    `json:"requester_pays,omitempty"`
	Region          string  `json:"region,omitempty"`
	Endpoint        string  `json:"endpoint,omitempty"`
	Profile         string  `json:"profile,omitempty"`
	AssumeRole      string  `json:"assume_role,omitempty"`
	ExternalID      string  `json:"external_id,omitempty"`
	PathStyle       bool    `json:"path_style,omitempty"`
	FIPS            bool    `json:"fips,omitempty"`
}

// SourceList is what is read for ever, and what of it could not be read.
type SourceList struct {
	Sources []KnownSource `json:"sources"`
	Letters []Letter      `json:"dead_letters"` // newest first, at most MaxLetters
}

// A KnownSource is a source of the configuration, or one that was added.
type KnownSource struct {
	Name        string `json:"name"`
	Kind        string `json:"kind"`
	Where       string `json:"where"`
	Added       bool   `json:"added"`     // false: it stands in the configuration file
	ListedAt    Time   `json:"listed_at"` // when a bucket was listed to its end last
	DeadLetters int    `json:"dead_letters"`
}

// A Letter is an object or a message that could not be read.
type Letter struct {
	Source   string `json:"source"`
	Name     string `json:"name"` // the object's URL, or the message's id
	Reason   string `json:"reason"`
	Attempts int    `json:"attempts"`
	At       Time   `json:"at"`
	Retry    bool   `json:"retry"` // it will be tried again
}

// Retried is how many dead letters are tried again.
type Retried struct {
	Letters int `json:"dead_letters"`
}

// may lets only those do h who are allowed the action.
func (s *Server) may(action string, h func(echo.Context) (any, error)) func(echo.Context) (any, error) {
	return s.authenticated(func(c echo.Context, p engine.Principal) (any, error) {
		if err := engine.Allow(p, action); err != nil {
			return nil, err
		}
		if s.o.Collector == nil {
			return nil, eserr.Illegal("this server reads no sources")
		}
		return h(c)
	})
}

func (s *Server) sources(c echo.Context) (any, error) {
	return s.sourceList(c.Request().Context())
}

func (s *Server) sourceList(ctx context.Context) (any, error) {
	list, err := s.o.Collector.Sources(ctx)
	if err != nil {
		return nil, err
	}
	list.Sources, list.Letters = notNil(list.Sources), notNil(list.Letters)
	slices.SortFunc(list.Sources, func(a, b KnownSource) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(list.Letters, func(a, b Letter) int { return cmp.Or(b.At.Compare(a.At.Time), cmp.Compare(a.Name, b.Name)) })
	list.Letters = list.Letters[:min(len(list.Letters), MaxLetters)]
	return list, nil
}

func (s *Server) addSource(c echo.Context) (any, error) {
	var d SourceDefinition
	in := json.NewDecoder(http.MaxBytesReader(c.Response(), c.Request().Body, maxDefinitionBytes))
	in.DisallowUnknownFields()
	err := in.Decode(&d)
	if err == nil {
		if _, more := in.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more than one JSON value")
		}
	}
	if err != nil {
		return nil, eserr.Illegal("a source is one JSON object as openapi.yaml has it, of at most 16 KiB: %v", err)
	}
	ctx := c.Request().Context()
	if err := s.o.Collector.AddSource(ctx, d); err != nil {
		return nil, err
	}
	s.o.Log.Info("source added", "source", d.Name)
	return s.sourceList(ctx)
}

func (s *Server) removeSource(c echo.Context) (any, error) {
	ctx := c.Request().Context()
	if err := s.o.Collector.RemoveSource(ctx, c.Param("name")); err != nil {
		return nil, err
	}
	s.o.Log.Info("source removed", "source", c.Param("name"))
	return s.sourceList(ctx)
}

func (s *Server) retrySource(c echo.Context) (any, error) {
	name := c.Param("name")
	if name == AllSources {
		name = ""
	}
	n, err := s.o.Collector.RetrySource(c.Request().Context(), name)
	return Retried{n}, err
}
