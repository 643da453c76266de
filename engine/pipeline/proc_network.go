package pipeline

import (
	"net/netip"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// networkDirection tells inbound from outbound traffic.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/network-direction-processor.html
type networkDirection struct {
	source, destination, target string
	networks                    []template
	networksField               string
	ignoreMissing               bool
}

func makeNetworkDirection(c *config) processor {
	p := &networkDirection{source: c.optional("source_ip", "source.ip"), destination: c.optional("destination_ip", "destination.ip"), target: c.optional("target_field", "network.direction"),
		networks: c.templates("internal_networks"), networksField: c.optional("internal_networks_field", ""), ignoreMissing: c.flag("ignore_missing", true)}
	_, given := c.take("internal_networks")
	switch {
	case !given && p.networksField == "":
		c.fail("internal_networks", "or [internal_networks_field] must be specified")
	case given && p.networksField != "":
		c.fail("internal_networks", "and [internal_networks_field] cannot both be used in the same processor")
	}
	return p
}

func (p *networkDirection) run(r *run, d *Document) error {
	direction, err := p.direction(r, d)
	if err != nil {
		return err
	}
	if direction == "" {
		if p.ignoreMissing {
			return nil
		}
		return eserr.Illegal("unable to calculate network direction from document")
	}
	return d.set(p.target, direction)
}

func (p *networkDirection) direction(r *run, d *Document) (string, error) {
	networks, err := renderAll(p.networks, r, d)
	if err != nil {
		return "", err
	}
	if p.networksField != "" {
		v, ok := d.lookup(p.networksField)
		if !ok {
			return "", nil
		}
		for _, item := range listOf(v) {
			networks = append(networks, text(item))
		}
	}
	var internal [2]bool
	for i, field := range []string{p.source, p.destination} {
		v, ok := d.lookup(field)
		if !ok {
			return "", nil
		}
		a, err := netip.ParseAddr(text(v))
		if err != nil {
			return "", eserr.Illegal("'%s' is not an IP string literal.", clip(text(v)))
		}
		if internal[i], err = inAny(a.Unmap(), networks); err != nil {
			return "", err
		}
	}
	return map[[2]bool]string{{true, true}: "internal", {true, false}: "outbound", {false, true}: "inbound", {false, false}: "external"}[internal], nil
}

func inAny(a netip.Addr, networks []string) (bool, error) {
	for _, n := range networks {
		in, err := inNetwork(a, n)
		if in || err != nil {
			return in, err
		}
	}
	return false, nil
}

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

func inNetwork(a netip.Addr, network string) (bool, error) {
	switch network {
	case "loopback":
		return a.IsLoopback(), nil
	case "global_unicast", "unicast":
		return a != broadcast && !a.IsUnspecified() && !a.IsLoopback() && !a.IsMulticast() && !a.IsLinkLocalUnicast(), nil
	case "link_local_unicast":
		return a.IsLinkLocalUnicast(), nil
	case "interface_local_multicast":
		return a.IsInterfaceLocalMulticast(), nil
	case "link_local_multicast":
		return a.IsLinkLocalMulticast(), nil
	case "multicast":
		return a.IsMulticast(), nil
	case "unspecified":
		return a.IsUnspecified(), nil
	case "private":
		return isPrivate(a), nil
	case "public":
		return !(isPrivate(a) || a.IsLoopback() || a.IsUnspecified() || a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast() || a.IsInterfaceLocalMulticast() || a == broadcast), nil
	}
	p, err := netip.ParsePrefix(network)
	if err != nil {
		return false, eserr.Illegal("'%s' is not an IP string literal.", clip(network))
	}
	return p.Contains(a), nil
}

// isPrivate follows Elasticsearch, to which of fc00::/7 only fd00::/8 is private.
func isPrivate(a netip.Addr) bool { return a.IsPrivate() && (a.Is4() || a.As16()[0] == 0xfd) }
