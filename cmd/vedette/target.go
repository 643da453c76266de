package main

import (
	"context"
	"errors"
	"strings"

	"github.com/vedette-siem/vedette/cmd/vedette/collect"
	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/forward"
	"github.com/vedette-siem/vedette/storage"
)

// targetFlags say where a command writes its documents.
type targetFlags struct {
	URL string `name:"url" help:"Load into the server at this address instead of the data directory." placeholder:"URL"`
	accessFlags
	Data string `help:"Data directory to write into when no server runs on it; made if absent." default:"vedette-data" type:"path"`
}

// sink opens the data directory, or a server if one is named or has the directory open. The checkpoints are the directory's; nil with a server, which gets everything and tells
// which events it has.
func (c *targetFlags) sink(e *environment) (ingest.Sink, ingest.Checkpoints, func() error, error) {
	url := c.URL
	if url == "" {
		dir, err := storage.Open(c.Data, storage.Options{Logger: e.log})
		if err == nil {
			sink, done, err := c.engineSink(dir, e)
			return sink, collect.NewCheckpoints(dir.Meta(), nil), done, err
		}
		var locked *storage.LockedError
		if !errors.As(err, &locked) || locked.Address == "" {
			return nil, nil, nil, err
		}
		if url = locked.Address; !strings.Contains(url, "://") { // as servers before this version announce it
			url = "http://" + url
		}
		e.log.Info("data directory is in use, loading into its server", "data", c.Data, "url", url)
	}
	client, err := c.client()
	if err != nil {
		return nil, nil, nil, err
	}
	s, err := forward.New(forward.Options{URL: url, Client: client, Authorization: c.authorization(), Log: e.log, Attempts: 8})
	return s, nil, func() error { return nil }, err
}

func (c *targetFlags) engineSink(dir *storage.Dir, e *environment) (ingest.Sink, func() error, error) {
	backend, err := engine.OpenEmbedded(dir, engine.Options{Logger: e.log})
	if err != nil {
		return nil, nil, errors.Join(err, dir.Close())
	}
	ctx, cancel := context.WithCancel(e.ctx)
	done := make(chan struct{})
	go func() { // so that a large load does not make one index of everything
		defer close(done)
		every(ctx, e.log, lifecycleInterval, "lifecycle of data streams", backend.RunLifecycle)
	}()
	return engineSink{backend: backend, log: e.log}, func() error {
		cancel()
		<-done
		return dir.Close()
	}, nil
}
