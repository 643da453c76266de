package pipeline

import (
	"net/url"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// uriParts takes a URI apart.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/uri-parts-processor.html
type uriParts struct {
	field, target                string
	keepOriginal, removeIfParsed bool
	ignoreMissing                bool
}

func makeURIParts(c *config) processor {
	return &uriParts{c.required("field"), c.optional("target_field", "url"), c.flag("keep_original", true), c.flag("remove_if_successful", false), c.flag("ignore_missing", false)}
}

func (p *uriParts) run(r *run, d *Document) error {
	v, ok, err := source(d, p.field, p.ignoreMissing, "parse URI.")
	if !ok {
		return err
	}
	s, err := toText(p.field, v)
	if err != nil {
		return err
	}
	u, err := url.Parse(s)
	if err != nil {
		return eserr.Illegal("unable to parse URI [%s]", clip(s))
	}
	if err := r.grow(3 * len(s)); err != nil {
		return err
	}
	o := uriObject(u)
	if p.keepOriginal {
		o.set("original", s)
	}
	if p.removeIfParsed && p.field != p.target {
		if err := d.remove(p.field); err != nil {
			return err
		}
	}
	return d.set(p.target, o)
}

func uriObject(u *url.URL) *Object {
	o := newObject()
	for _, kv := range [][2]string{{"domain", u.Hostname()}, {"fragment", u.Fragment}, {"path", u.Path}} {
		if kv[1] != "" {
			o.set(kv[0], kv[1])
		}
	}
	name := u.Path[strings.LastIndexByte(u.Path, '/')+1:]
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 && dot+1 < len(name) {
		o.set("extension", name[dot+1:])
	}
	if n := Number(u.Port()); n != "" {
		if port, ok := whole(n); ok {
			o.set("port", integer(port))
		}
	}
	if u.RawQuery != "" {
		query, err := url.PathUnescape(u.RawQuery)
		if err != nil {
			query = u.RawQuery
		}
		o.set("query", query)
	}
	if u.Scheme != "" {
		o.set("scheme", u.Scheme)
	}
	if u.User != nil {
		password, given := u.User.Password()
		info := u.User.Username()
		if given {
			info += ":" + password
			o.set("password", password)
		}
		o.set("username", u.User.Username())
		o.set("user_info", info)
	}
	return o
}
