package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/storage"
)

// serverFlags are those of every command that listens.
type serverFlags struct {
	Listen           string `help:"Address of the Elasticsearch API." default:"127.0.0.1:9200"`
	ListenOpensearch string `help:"Further address at which the same API calls itself OpenSearch 2.19, so that tools of both kinds connect at a time." placeholder:"ADDR"`
	syslogFlags      `embed:""`
	Dashboard        string   `help:"Address of the dashboard." default:"127.0.0.1:5601"`
	AllowedHost      []string `help:"Further host names by which this server may be called." placeholder:"NAME"`
	Auth             string   `help:"Whether requests need a user and password or an API key: on or off." enum:"on,off" default:"${auth}"`
	TLSCert          string   `name:"tls-cert" help:"Certificate with its chain (PEM) for both addresses, which then speak HTTPS; read again when it changes." placeholder:"FILE" type:"path"`
	TLSKey           string   `name:"tls-key" help:"Private key of the certificate (PEM)." placeholder:"FILE" type:"path"`
	// InsecureHTTP and AuthOffAnywhere are explicit, so that nobody opens a server to a network by accident.
	InsecureHTTP    bool `name:"insecure-http" help:"Let addresses other than loopback speak plain HTTP and syslog, where passwords and events can be read on the way." default:"false"`
	AuthOffAnywhere bool `help:"With --auth off in a container: listen on any address of it. Whoever reaches it can read and delete everything." default:"false"`
	// AllowWildcardDelete is there for tools that clean up after themselves, such as test suites.
	AllowWildcardDelete bool     `help:"Let DELETE of indices take wildcards and _all (Elasticsearch's action.destructive_requires_name: false)." default:"false"`
	Persona             string   `help:"What the Elasticsearch API calls itself: elasticsearch (8.19) or opensearch (2.19), for tools that accept only one of them." enum:"elasticsearch,opensearch" default:"elasticsearch"`
	ReindexRemote       []string `help:"Hosts (HOST:PORT, with wildcards) from which _reindex may read; a private address must be listed itself (Elasticsearch's reindex.remote.whitelist)." placeholder:"HOST:PORT"`
	Retention           age      `help:"How long events of data streams are kept at least, such as 90d; 0 deletes nothing. An index template's data_retention goes before." default:"0"`
	MaxTotalSize        size     `help:"How much all data streams may take on disk, such as 50gb, before the oldest events are deleted; 0 is no limit." default:"0"`
	RolloverMaxAge      age      `help:"Age at which a data stream goes on in a new index; 0 goes by the retention: 1h to 30d." default:"0"`
	RolloverMaxSize     size     `help:"Size at which a data stream goes on in a new index." default:"10gb"`
	RolloverMaxDocs     int64    `help:"Number of documents at which a data stream goes on in a new index." default:"100000000"`
	RequestMemory       share    `help:"Memory that one search may take before it is refused, as a part of what there is or a size (Elasticsearch's indices.breaker.request.limit)." default:"20%"`
	TotalMemory         share    `help:"Memory that all searches together may take, with the cache of results (Elasticsearch's indices.breaker.total.limit)." default:"40%"`
	CacheMemory         share    `help:"Memory for results that are kept for the next search (Elasticsearch's indices.requests.cache.size); 0 keeps none." default:"1%"`
	// FloodStage and MaxHeadroom have Elasticsearch's names.
	FloodStage  string `name:"cluster.routing.allocation.disk.watermark.flood_stage" env:"VEDETTE_DISK_FLOOD_STAGE" help:"Share of the disk that may be used (90%), or free bytes (1gb), before writes are refused; by default 90%." placeholder:"SIZE"`
	MaxHeadroom string `name:"cluster.routing.allocation.disk.watermark.flood_stage.max_headroom" env:"VEDETTE_DISK_FLOOD_STAGE_MAX_HEADROOM" help:"The most that a share may ask to stay free; -1 is no bound. By default 1gb if the share is not set." placeholder:"SIZE"`
	GeoIP       string `name:"geoip" help:"MaxMind database (.mmdb) for countries and networks of addresses." placeholder:"FILE" type:"path"`
}

// check refuses what is not safe yet.
func (f *serverFlags) check() error {
	for flag, address := range map[string]string{"--listen": f.Listen, "--dashboard": f.Dashboard, "--listen-opensearch": f.ListenOpensearch} {
		if address == "" && flag == "--listen-opensearch" {
			continue
		}
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return wrongUse{fmt.Errorf("%s %q: must be HOST:PORT, such as 127.0.0.1:9200", flag, address)}
		}
		if !loopback(host) {
			if err := f.checkOpen(flag, address, inContainer()); err != nil {
				return wrongUse{err}
			}
		}
	}
	if (f.TLSCert == "") != (f.TLSKey == "") {
		return wrongUse{errors.New("--tls-cert and --tls-key: give both or neither")}
	}
	if err := f.syslogFlags.check(f); err != nil {
		return wrongUse{err}
	}
	if _, err := f.watermark(); err != nil {
		return wrongUse{err}
	}
	return nil
}

// checkOpen refuses an address that others reach, unless they have to say who they are and cannot be listened to, or somebody has said that this is meant.
func (f *serverFlags) checkOpen(flag, address string, contained bool) error {
	switch {
	case f.Auth == "off" && !f.AuthOffAnywhere:
		return fmt.Errorf("%s %q: without authentication only loopback addresses are allowed; use --auth on, or 127.0.0.1 and an SSH tunnel", flag, address)
	case f.Auth == "off" && !contained:
		return fmt.Errorf("%s %q: --auth-off-anywhere counts in a container only, and this is none; use --auth on, or 127.0.0.1 and an SSH tunnel", flag, address)
	case f.Auth != "off" && f.TLSCert == "" && !f.InsecureHTTP:
		return fmt.Errorf("%s %q: others could read passwords and events on the way; give --tls-cert and --tls-key, or use 127.0.0.1 and an SSH tunnel, or say --insecure-http", flag, address)
	}
	return nil
}

// inContainer says whether the process runs in a container, by the marks of Docker, Podman and Kubernetes.
func inContainer() bool {
	for _, file := range []string{"/.dockerenv", "/run/.containerenv"} {
		if _, err := os.Stat(file); err == nil {
			return true
		}
	}
	return os.Getenv("container") != "" || os.Getenv("KUBERNETES_SERVICE_HOST") != ""
}

// engineOptions are what the flags say about the engine.
func (f *serverFlags) engineOptions(log *slog.Logger) engine.Options {
	memory := memoryThere()
	o := engine.Options{
		Logger: log, AllowWildcardDelete: f.AllowWildcardDelete, Lifecycle: f.lifecycle(),
		RequestMemory: f.RequestMemory.of(memory), TotalMemory: f.TotalMemory.of(memory), CacheBytes: f.CacheMemory.of(memory),
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = -1
	}
	return o
}

// lifecycle is what the flags say about data streams.
func (f *serverFlags) lifecycle() engine.Lifecycle {
	return engine.Lifecycle{
		Retention: time.Duration(f.Retention), MaxTotalBytes: int64(f.MaxTotalSize),
		MaxAge: time.Duration(f.RolloverMaxAge), MaxBytes: int64(f.RolloverMaxSize), MaxDocs: f.RolloverMaxDocs,
	}
}

// watermark is the free space below which writes are refused.
func (f *serverFlags) watermark() (storage.Watermark, error) {
	w, err := storage.ParseWatermark(f.FloodStage, f.MaxHeadroom)
	if err != nil {
		return w, fmt.Errorf("--cluster.routing.allocation.disk.watermark: %w", err)
	}
	return w, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

type serveCmd struct {
	serverFlags `embed:"" set:"auth=on"`
	Data        string `help:"Data directory; made if absent." default:"vedette-data" type:"path"`
}

// Run serves until the context ends.
func (c *serveCmd) Run(e *environment) error {
	a, err := openApp(c.serverFlags, c.Data, e)
	if err != nil {
		return err
	}
	return a.run(e.ctx, nil)
}
