package main

import (
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/vedette-siem/vedette/engine"
)

// serverFlags are those of every command that listens.
type serverFlags struct {
	Listen      string   `help:"Address of the Elasticsearch API." default:"127.0.0.1:9200"`
	Dashboard   string   `help:"Address of the dashboard." default:"127.0.0.1:5601"`
	AllowedHost []string `help:"Further host names by which this server may be called." placeholder:"NAME"`
	// AllowWildcardDelete is there for tools that clean up after themselves, such as test suites.
	AllowWildcardDelete bool   `help:"Let DELETE of indices take wildcards and _all (Elasticsearch's action.destructive_requires_name: false)." default:"false"`
	Retention           age    `help:"How long events of data streams are kept at least, such as 90d; 0 deletes nothing. An index template's data_retention goes before." default:"0"`
	MaxTotalSize        size   `help:"How much all data streams may take on disk, such as 50gb, before the oldest events are deleted; 0 is no limit." default:"0"`
	RolloverMaxAge      age    `help:"Age at which a data stream goes on in a new index; 0 goes by the retention: 1h to 30d." default:"0"`
	RolloverMaxSize     size   `help:"Size at which a data stream goes on in a new index." default:"10gb"`
	RolloverMaxDocs     int64  `help:"Number of documents at which a data stream goes on in a new index." default:"100000000"`
	RequestMemory       share  `help:"Memory that one search may take before it is refused, as a part of what there is or a size (Elasticsearch's indices.breaker.request.limit)." default:"20%"`
	TotalMemory         share  `help:"Memory that all searches together may take, with the cache of results (Elasticsearch's indices.breaker.total.limit)." default:"40%"`
	CacheMemory         share  `help:"Memory for results that are kept for the next search (Elasticsearch's indices.requests.cache.size); 0 keeps none." default:"1%"`
	GeoIP               string `name:"geoip" help:"MaxMind database (.mmdb) for countries and networks of addresses." placeholder:"FILE" type:"path"`
}

// check refuses what is not safe yet.
func (f *serverFlags) check() error {
	for flag, address := range map[string]string{"--listen": f.Listen, "--dashboard": f.Dashboard} {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return wrongUse{fmt.Errorf("%s %q: must be HOST:PORT, such as 127.0.0.1:9200", flag, address)}
		}
		if !loopback(host) {
			return wrongUse{fmt.Errorf("%s %q: only loopback addresses are allowed, since there are no users and passwords yet; use 127.0.0.1 and an SSH tunnel", flag, address)}
		}
	}
	return nil
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

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

type serveCmd struct {
	serverFlags `embed:""`
	Data        string `help:"Data directory; made if absent." default:"vedette-data" type:"path"`
}

// Run serves until the context ends.
func (c *serveCmd) Run(e *environment) error {
	a, err := openApp(c.serverFlags, c.Data, e.log)
	if err != nil {
		return err
	}
	return a.run(e.ctx, nil)
}
