package ecs

import (
	"bytes"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// Question sets `dns.question.*` from the name that was asked for, and adds it to `related.hosts` (but for the root): the name as it was asked without its
// final dot, and the parts that the public suffix list tells (https://publicsuffix.org), in lower case. Names of one label
// and public suffixes themselves have no registered domain.
func (b *Builder) Question(name []byte) {
	name = Host(name)
	if Absent(name) {
		return
	}
	b.KeywordBytes("dns.question.name", name)
	if len(name) > 1 {
		b.RelatedHost(name)
	}
	if _, ok := ParseIP(name); ok {
		return
	}
	d := b.domains.of(name, tellDomain)
	b.Keyword("dns.question.registered_domain", d.registered)
	b.Keyword("dns.question.top_level_domain", d.suffix)
	b.Keyword("dns.question.subdomain", d.subdomain)
}

// domain is what the public suffix list tells of a name; empty parts are not known.
type domain struct{ registered, suffix, subdomain string }

func tellDomain(name []byte) domain {
	text := strings.ToLower(string(name))
	registered, err := publicsuffix.EffectiveTLDPlusOne(text)
	if err != nil {
		return domain{}
	}
	suffix, _ := publicsuffix.PublicSuffix(registered)
	return domain{registered, suffix, strings.TrimSuffix(strings.TrimSuffix(text, registered), ".")}
}

// Host is a domain name without its final dot; the root stays a dot.
func Host(name []byte) []byte {
	if len(name) > 1 {
		return bytes.TrimSuffix(name, []byte("."))
	}
	return name
}
