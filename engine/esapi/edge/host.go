package edge

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// Hosts are the names by which a server may be addressed. A page of another site whose name was made to point at this machine (DNS
// rebinding) arrives with that site's name in the Host header, and is turned away. The zero value knows loopback only.
type Hosts struct {
	names map[string]bool
	addrs map[netip.Addr]bool
	// anyAddr is set when the server listens on all addresses: an address cannot be rebound, only a name can.
	anyAddr bool
}

// NewHosts makes the set for a server that listens on listen (host:port) and is also known by the extra names, with or without a port.
func NewHosts(listen string, extra ...string) Hosts {
	h := Hosts{names: map[string]bool{}, addrs: map[netip.Addr]bool{}}
	for i, name := range append([]string{listen}, extra...) {
		host := hostOf(name)
		addr, err := netip.ParseAddr(host)
		switch {
		case err == nil && addr.IsUnspecified(), i == 0 && host == "" && name != "":
			h.anyAddr = true
		case err == nil:
			h.addrs[addr.Unmap()] = true
		case host != "":
			h.names[host] = true
		}
	}
	return h
}

// Allow says whether the value of a Host header names this server. Browsers always send one, so that none is allowed.
func (h Hosts) Allow(header string) bool {
	host := hostOf(header)
	if host == "" {
		return header == ""
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		addr = addr.Unmap()
		return addr.IsLoopback() || h.anyAddr || h.addrs[addr]
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || h.names[host]
}

// Check refuses a request for another host with 421 (RFC 9110, section 15.5.20).
func (h Hosts) Check(r *http.Request) error {
	if h.Allow(r.Host) {
		return nil
	}
	return eserr.Errorf(http.StatusMisdirectedRequest, "misdirected_request_exception",
		"the Host header [%.200s] is no name of this server: use the address it listens on, or add the name to its configured hosts", r.Host)
}

// hostOf is the host of host:port, lower-cased, without brackets, zone and final dot.
func hostOf(s string) string {
	if host, _, err := net.SplitHostPort(s); err == nil {
		s = host
	}
	s = strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")
	s, _, _ = strings.Cut(s, "%")
	return strings.TrimSuffix(strings.ToLower(s), ".")
}
