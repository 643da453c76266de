package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"github.com/vedette-siem/vedette/cmd/vedette/collect"
	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/esapi"
	"github.com/vedette-siem/vedette/engine/esapi/edge"
	"github.com/vedette-siem/vedette/engine/pipeline"
	"github.com/vedette-siem/vedette/engine/security"
	"github.com/vedette-siem/vedette/storage"
)

// stopWait is how long requests may take to end when the process is told to.
const stopWait = 8 * time.Second

// app is a running Vedette: the parts, wired.
type app struct {
	flags     serverFlags
	log       *slog.Logger
	started   time.Time
	demo      bool
	dir       *storage.Dir
	backend   *engine.Embedded
	pipeline  *reader
	collect   *collect.Runner // what is read for ever
	collector *reader         // with the checkpoints of what is read for ever
	// configured are the sources of the configuration file.
	configured []collect.Definition
	registry   *prometheus.Registry
	metrics    *edge.Metrics
	users      *security.Service // nil with authentication off
	tls        *tls.Config       // nil is plain HTTP
	api        net.Listener      // of the Elasticsearch API
	second     net.Listener      // of the API under the name of OpenSearch; nil is none
	board      net.Listener      // of the dashboard
	syslog     *syslogSource     // nil is none
	closers    []func() error
}

// openApp opens everything that can fail, in an order that fails early and cheaply: addresses before data.
func openApp(flags serverFlags, data string, e *environment) (_ *app, err error) {
	if err := flags.check(); err != nil {
		return nil, err
	}
	log := e.log
	a := &app{flags: flags, log: log, started: time.Now(), registry: prometheus.NewRegistry()}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
		}
	}()
	if a.metrics, err = edge.NewMetrics(a.registry); err != nil {
		return nil, err
	}
	for _, c := range []prometheus.Collector{collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		if err := a.registry.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	if a.tls, err = flags.tls(log); err != nil {
		return nil, err
	}
	if a.api, err = a.listen("--listen", flags.Listen); err != nil {
		return nil, err
	}
	if flags.ListenOpensearch != "" {
		if a.second, err = a.listen("--listen-opensearch", flags.ListenOpensearch); err != nil {
			return nil, err
		}
	}
	if a.board, err = a.listen("--dashboard", flags.Dashboard); err != nil {
		return nil, err
	}
	if err := a.openSyslog(); err != nil {
		return nil, err
	}
	watermark, err := flags.watermark()
	if err != nil {
		return nil, err
	}
	if a.dir, err = storage.Open(data, storage.Options{Logger: log, Watermark: watermark}); err != nil {
		return nil, err
	}
	a.closers = append(a.closers, a.dir.Close)
	if err := a.dir.Announce(a.url(a.api), a.url(a.board)); err != nil {
		return nil, err
	}
	o := flags.engineOptions(log)
	o.Decode = func(ctx context.Context, format string, raw []byte) (pipeline.Decoded, error) {
		return a.pipeline.raw.decode(ctx, format, raw)
	}
	if flags.GeoIP != "" { // the reader below opens the database, before anybody is answered
		o.Locate = func(addr netip.Addr) (geo, as []byte) { return a.pipeline.geo.Locate(addr) }
	}
	if a.backend, err = engine.OpenEmbedded(a.dir, o); err != nil {
		return nil, err
	}
	a.closers = append(a.closers, a.backend.Close)
	if a.syslog != nil {
		a.syslog.writer.backend = a.backend
	}
	if flags.Auth != "off" {
		if a.users, err = openUsers(a.dir.Meta(), log, e.stderr); err != nil {
			return nil, err
		}
	}
	if a.pipeline, err = newReader(engineSink{backend: a.backend, log: log}, nil, flags.GeoIP, log); err != nil {
		return nil, err
	}
	a.closers = append(a.closers, a.pipeline.Close)
	if err := a.openCollector(e); err != nil {
		return nil, err
	}
	return a, a.registry.Register(stateMetrics{a})
}

func (a *app) listen(flag, address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w: stop what listens there, or choose another address", flag, address, err)
	}
	a.closers = append(a.closers, func() error {
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return l, nil
}

// url is where a listener is asked.
func (a *app) url(l net.Listener) string {
	if a.tls != nil {
		return "https://" + l.Addr().String()
	}
	return "http://" + l.Addr().String()
}

// run serves until ctx ends, then stops in order: no new requests, running ones to their end, data to disk. work runs beside the servers, if given;
// its failure ends the process.
func (a *app) run(ctx context.Context, work func(context.Context) error) (err error) {
	defer func() { err = errors.Join(err, a.close()) }()
	o := esapi.Options{
		Hosts: edge.NewHosts(a.flags.Listen, a.flags.AllowedHost...), Metrics: a.metrics, PublishAddress: a.api.Addr().String(), Security: a.users, Log: a.log,
		ReindexRemote: a.flags.ReindexRemote, OpenSearch: a.flags.Persona == "opensearch",
	}
	if a.users != nil {
		o.Authenticate = a.users.Authenticate
	}
	api := esapi.New(a.backend, o)
	a.closers = append(a.closers, api.Close)
	group, ctx := errgroup.WithContext(ctx)
	a.serve(ctx, group, "elasticsearch API", a.api, a.withFirehose(api.Handler(), o.Hosts))
	if a.second != nil {
		a.serve(ctx, group, "opensearch API", a.second, api.OpenSearchHandler(edge.NewHosts(a.flags.ListenOpensearch, a.flags.AllowedHost...), a.second.Addr().String()))
	}
	a.serve(ctx, group, "dashboard", a.board, a.dashboard(api))
	group.Go(func() error {
		every(ctx, a.log, lifecycleInterval, "lifecycle of data streams", a.backend.RunLifecycle)
		return nil
	})
	group.Go(func() error {
		every(ctx, a.log, lifecycleInterval, "look for a new geoip database", a.reloadGeoIP)
		return nil
	})
	group.Go(func() error {
		every(ctx, a.log, lifecycleInterval, "expiry of scrolls and points in time", a.backend.SweepContexts)
		return nil
	})
	group.Go(func() error {
		a.collect.Run(ctx)
		return nil
	})
	if a.syslog != nil {
		group.Go(func() error { return a.syslog.run(ctx) })
	}
	if work != nil {
		group.Go(func() error {
			if err := work(ctx); err != nil && ctx.Err() == nil {
				return err
			}
			return nil
		})
	}
	return group.Wait()
}

// serve runs one HTTP server until ctx ends.
func (a *app) serve(ctx context.Context, group *errgroup.Group, name string, l net.Listener, h http.Handler) {
	server := newServer(h, a.log)
	serve := server.Serve
	if a.tls != nil {
		server.TLSConfig = a.tls.Clone()
		serve = func(l net.Listener) error { return server.ServeTLS(l, "", "") }
	}
	a.log.Info(name+" is listening", "url", a.url(l))
	group.Go(func() error {
		if err := serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("%s on %s: %w", name, l.Addr(), err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWait)
		defer cancel()
		if err := server.Shutdown(wait); err != nil {
			a.log.Warn("requests were cut off", "server", name, "err", err)
			return server.Close()
		}
		return nil
	})
}

// close gives everything back, last opened first.
func (a *app) close() error {
	var errs []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		errs = append(errs, a.closers[i]())
	}
	a.closers = nil
	return errors.Join(errs...)
}
