package main

import (
	"fmt"
	"net"
)

// serverFlags are those of every command that listens.
type serverFlags struct {
	Listen      string   `help:"Address of the Elasticsearch API." default:"127.0.0.1:9200"`
	Dashboard   string   `help:"Address of the dashboard." default:"127.0.0.1:5601"`
	AllowedHost []string `help:"Further host names by which this server may be called." placeholder:"NAME"`
	// AllowWildcardDelete is there for tools that clean up after themselves, such as test suites.
	AllowWildcardDelete bool   `help:"Let DELETE of indices take wildcards and _all (Elasticsearch's action.destructive_requires_name: false)." default:"false"`
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
