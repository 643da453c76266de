package resolver

import (
	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// query sets the fields of a query that was made in a VPC.
func query(s *carrier.Session, r *carrier.Record) (id string, ms int64, reason string) {
	v := r.JSON
	if v == nil || !v.Exists("query_name") && !v.Exists("query_timestamp") {
		return "", 0, "not a query log of the Resolver: it has neither query_name nor query_timestamp"
	}
	ms, ok := ecs.ParseTime(s.Text(v.Get("query_timestamp")))
	if !ok {
		if ms = r.Ms; ms == 0 {
			return "", 0, "its query_timestamp is not a time"
		}
	}
	s.B.Keywords("event.category", "network")
	verdict(s, v)
	s.Keyword("cloud.account.id", v.Get("account_id"))
	s.Keyword("cloud.region", v.Get("region"))
	client(s, s.Text(v.Get("srcaddr")), s.Text(v.Get("transport")))
	s.Long("source.port", v.Get("srcport"))
	s.B.Question(s.Text(v.Get("query_name")))
	question(s, s.Text(v.Get("query_type")), s.Text(v.Get("rcode")))
	s.Keyword("dns.question.class", v.Get("query_class"))
	answers(s, v.Get("answers"))
	s.Keyword("aws.route53.vpc_id", v.Get("vpc_id"))
	s.Keyword("aws.route53.version", v.Get("version"))
	sources(s, v.Get("srcids"))
	s.Extra("aws.route53.extra", v, isQueryMember)
	return "", ms, ""
}

func isQueryMember(name []byte) bool {
	switch string(name) {
	case "version", "account_id", "region", "vpc_id", "query_timestamp", "query_name", "query_type", "query_class", "rcode", "answers",
		"srcaddr", "srcport", "transport", "srcids", "firewall_rule_action", "firewall_rule_group_id", "firewall_domain_list_id":
		return true
	}
	return false
}

// verdict sets what the DNS firewall made of the query.
func verdict(s *carrier.Session, v *fastjson.Value) {
	action := v.Get("firewall_rule_action")
	switch string(s.Text(action)) {
	case "BLOCK":
		s.B.Keywords("event.type", "protocol", "denied")
	case "ALLOW", "ALERT":
		s.B.Keywords("event.type", "protocol", "allowed")
	default:
		s.B.Keywords("event.type", "protocol")
	}
	s.Keyword("aws.route53.firewall.action", action)
	s.Keyword("aws.route53.firewall.rule_group.id", v.Get("firewall_rule_group_id"))
	s.Keyword("aws.route53.firewall.domain_list.id", v.Get("firewall_domain_list_id"))
}

// sources sets what asked: an instance, or a resolver endpoint and its network interface.
func sources(s *carrier.Session, ids *fastjson.Value) {
	instance := carrier.Member(ids, "instance")
	s.Keyword("cloud.instance.id", instance)
	s.Keyword("aws.route53.srcids.instance", instance)
	s.Keyword("aws.route53.srcids.resolver_endpoint", carrier.Member(ids, "resolver_endpoint"))
	s.Keyword("aws.route53.srcids.resolver_network_interface", carrier.Member(ids, "resolver_network_interface"))
}

// answers renders the answers and collects the addresses in them.
func answers(s *carrier.Session, list *fastjson.Value) {
	items := carrier.Items(list)
	if len(items) == 0 {
		return
	}
	out := make([]byte, 0, 96*len(items))
	var resolved []string
	for _, item := range items {
		data := s.Text(carrier.Member(item, "Rdata"))
		out = append(out, "[,"[min(len(out), 1)])
		out = append(out, `{"data":`...)
		kind := carrier.Member(item, "Type")
		switch string(kind.GetStringBytes()) {
		case "A", "AAAA":
			if a, ok := ecs.ParseIP(data); ok {
				resolved = append(resolved, a.String())
				s.B.RelatedIP(a)
			}
		case "CNAME", "DNAME", "NS", "PTR":
			data = ecs.Host(data)
			s.B.RelatedHost(data)
		}
		out = append(ecs.AppendString(out, data), `,"type":`...)
		out = append(ecs.AppendString(out, s.Text(kind)), `,"class":`...)
		out = append(ecs.AppendString(out, s.Text(carrier.Member(item, "Class"))), '}')
	}
	s.B.JSON("dns.answers", append(out, ']'))
	s.B.Keywords("dns.resolved_ip", resolved...)
}
