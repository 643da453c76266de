package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/vedette-siem/vedette/cmd/vedette/collect"
	"github.com/vedette-siem/vedette/engine/console"
	"github.com/vedette-siem/vedette/storage"
)

// sourcesTarget says whose sources a command is about.
type sourcesTarget struct {
	URL string `name:"url" help:"Address of the dashboard of a server, whose sources they are, instead of the data directory." placeholder:"URL"`
	accessFlags
	Data string `help:"Data directory; if a server has it open, that one is asked." default:"vedette-data" type:"path"`
}

// sourcesOpen are the sources of a server, or of a data directory that no server has open.
type sourcesOpen struct {
	console.Collector
	close   func() error
	running bool
}

// says chooses between what there is to say of a server and of a data directory.
func (t sourcesOpen) says(server, directory string) string {
	if t.running {
		return server
	}
	return directory
}

// with gives f the sources and closes them.
func (c *sourcesTarget) with(e *environment, f func(sourcesOpen) error) error {
	t, err := c.open(e)
	if err != nil {
		return err
	}
	return errors.Join(f(t), t.close())
}

func (c *sourcesTarget) open(e *environment) (sourcesOpen, error) {
	if c.URL != "" {
		return c.server(c.URL)
	}
	dir, err := storage.Open(c.Data, storage.Options{Logger: e.log})
	if err == nil {
		configured, err := e.sources.configured()
		if err != nil {
			return sourcesOpen{}, errors.Join(err, dir.Close())
		}
		return sourcesOpen{Collector: directorySources{dir, configured}, close: dir.Close}, nil
	}
	var locked *storage.LockedError
	if !errors.As(err, &locked) || locked.Dashboard == "" {
		return sourcesOpen{}, err
	}
	return c.server(locked.Dashboard)
}

func (c *sourcesTarget) server(address string) (sourcesOpen, error) {
	client, err := c.client()
	return sourcesOpen{Collector: serverSources{cmp.Or(client, http.DefaultClient), address, c.authorization()}, close: func() error { return nil }, running: true}, err
}

// directorySources are those of a data directory.
type directorySources struct {
	dir        *storage.Dir
	configured []collect.Definition
}

// Sources implements console.Collector.
func (s directorySources) Sources(context.Context) (console.SourceList, error) {
	return sourceList(s.dir.Meta(), s.configured)
}

// AddSource implements console.Collector.
func (s directorySources) AddSource(_ context.Context, d console.SourceDefinition) error {
	return collect.NewStore(s.dir.Meta()).Add(definitionOf(d))
}

// RemoveSource implements console.Collector.
func (s directorySources) RemoveSource(_ context.Context, name string) error {
	return collect.NewStore(s.dir.Meta()).Remove(name)
}

// RetrySource implements console.Collector.
func (s directorySources) RetrySource(_ context.Context, name string) (int, error) {
	return collect.NewLetters(s.dir.Meta()).Retry(name)
}

// serverSources are those of a server, asked on its dashboard's address.
type serverSources struct {
	client                 *http.Client
	address, authorization string
}

// Sources implements console.Collector.
func (s serverSources) Sources(ctx context.Context) (list console.SourceList, err error) {
	err = s.ask(ctx, "GET", "", nil, &list)
	return list, err // not in one: Go does not say whether list is read before the call
}

// AddSource implements console.Collector.
func (s serverSources) AddSource(ctx context.Context, d console.SourceDefinition) error {
	return s.ask(ctx, "POST", "", d, nil)
}

// RemoveSource implements console.Collector.
func (s serverSources) RemoveSource(ctx context.Context, name string) error {
	return s.ask(ctx, "DELETE", "/"+url.PathEscape(name), nil, nil)
}

// RetrySource implements console.Collector.
func (s serverSources) RetrySource(ctx context.Context, name string) (int, error) {
	var n console.Retried
	err := s.ask(ctx, "POST", "/"+url.PathEscape(cmp.Or(name, console.AllSources))+"/retry", nil, &n)
	return n.Letters, err
}

// maxSourcesAnswer bounds what a server may answer.
const maxSourcesAnswer = 64 << 20

// ask makes one call; in and out may be nil.
func (s serverSources) ask(ctx context.Context, method, path string, in, out any) error {
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return err
		}
	}
	at := strings.TrimSuffix(s.address, "/") + "/api/v1/sources" + path
	r, err := http.NewRequestWithContext(ctx, method, at, &body)
	if err != nil {
		return wrongUse{fmt.Errorf("--url: %w", err)}
	}
	r.Header.Set("Content-Type", "application/json")
	if s.authorization != "" {
		r.Header.Set("Authorization", s.authorization)
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(io.LimitReader(answer.Body, maxSourcesAnswer))
	if err != nil {
		return fmt.Errorf("read the answer of %s: %w", at, err)
	}
	if answer.StatusCode != http.StatusOK {
		return sourcesRefused(answer.StatusCode, at, said)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(said, out); err != nil {
		return fmt.Errorf("%s is no dashboard of Vedette: %w", at, err)
	}
	return nil
}

// sourcesRefused is the server's reason, and the way on.
func sourcesRefused(status int, at string, said []byte) error {
	var body struct{ Error struct{ Reason string } }
	if json.Unmarshal(said, &body) != nil || body.Error.Reason == "" {
		return fmt.Errorf("%s answers with status %d: is it the dashboard's address of Vedette?", at, status)
	}
	switch status {
	case http.StatusUnauthorized:
		return fmt.Errorf("%s: give --user (its password in the variable VEDETTE_PASSWORD) or --api-key", body.Error.Reason)
	case http.StatusForbidden:
		return fmt.Errorf("%s: seeing sources needs the cluster privilege monitor, changing them manage", body.Error.Reason)
	}
	return errors.New(body.Error.Reason)
}
