package pipeline

import (
	"fmt"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// A Pipeline is compiled. It does not change any more.
type Pipeline struct {
	ID          string
	Description string
	Version     *int64
	steps       []*procedure
	onFailure   []*procedure
	counts      *Counts
}

// procedure is a processor with the options that all have.
type procedure struct {
	typ, tag, description string
	condition             *condition
	ignoreFailure         bool
	onFailure             []*procedure
	processor             processor
	counts                *Counts // nil for what runs within another one, which counts it
}

// A processor changes a document. Its error is what the document could not be given, usually an *eserr.Error.
type processor interface {
	run(r *run, d *Document) error
}

// A maker reads the configuration of one kind of processor. It notes what is wrong in c.
type maker func(c *config) processor

// kinds are the processors by type; filled here and not at their files so that one look shows all.
func kinds(typ string) maker {
	switch typ {
	case "append":
		return makeAppend
	case "bytes":
		return makeBytes
	case "community_id":
		return makeCommunityID
	case "convert":
		return makeConvert
	case "csv":
		return makeCSV
	case "date":
		return makeDate
	case "date_index_name":
		return makeDateIndexName
	case "dissect":
		return makeDissect
	case "dot_expander":
		return makeDotExpander
	case "drop":
		return makeDrop
	case "fail":
		return makeFail
	case "fingerprint":
		return makeFingerprint
	case "geoip":
		return makeGeoIP
	case "grok":
		return makeGrok
	case "gsub":
		return makeGsub
	case "html_strip":
		return makeHTMLStrip
	case "join":
		return makeJoin
	case "json":
		return makeJSON
	case "kv":
		return makeKV
	case "lowercase":
		return makeLowercase
	case "network_direction":
		return makeNetworkDirection
	case "pipeline":
		return makePipeline
	case "remove":
		return makeRemove
	case "rename":
		return makeRename
	case "reroute":
		return makeReroute
	case "set":
		return makeSet
	case "sort":
		return makeSort
	case "split":
		return makeSplit
	case "trim":
		return makeTrim
	case "uppercase":
		return makeUppercase
	case "uri_parts":
		return makeURIParts
	case "urldecode":
		return makeURLDecode
	case "user_agent":
		return makeUserAgent
	case "vedette_decode":
		return makeDecode
	}
	return nil
}

// declined are processors of Elasticsearch that there are not here, and why.
var declined = map[string]string{
	"script":            "scripts are not supported: express it with the other processors and their [if]",
	"attachment":        "binary documents are not read",
	"circle":            "shapes are not supported",
	"enrich":            "there are no enrich policies",
	"geo_grid":          "shapes are not supported",
	"inference":         "there is no machine learning",
	"ip_location":       "use [geoip] with the server's --geoip database",
	"redact":            "use [gsub]",
	"registered_domain": "there is no list of public suffixes",
	"set_security_user": "a pipeline does not know the user",
	"terminate":         "use [if] on the processors that follow",
}

const (
	// maxProcessors is how many a pipeline may hold, those in on_failure and foreach included.
	maxProcessors = 1000
	// maxNesting is how deep foreach and on_failure may be nested.
	maxNesting = 20
)

// compiler counts what one pipeline holds.
type compiler struct{ processors, depth int }

// Compile reads a pipeline as a client puts it.
func Compile(id string, body []byte) (*Pipeline, error) {
	v, err := parseValue(body)
	if err != nil {
		return nil, eserr.BadRequest("parse_exception", "Failed to parse content to map: %v", err)
	}
	o, ok := v.(*Object)
	if !ok {
		return nil, eserr.BadRequest("parse_exception", "Failed to parse content to map: the pipeline is no object")
	}
	p := &Pipeline{ID: id, counts: &Counts{}}
	c := newConfig("", o)
	p.Description = c.optional("description", "")
	if _, ok := c.take("version"); ok {
		n := int64(c.number("version", 0))
		p.Version = &n
	}
	c.object("_meta")
	c.flag("deprecated", false)
	comp := &compiler{}
	if _, ok := c.take("processors"); !ok {
		c.fail("processors", "required property is missing")
	}
	p.steps = comp.list(c, "processors")
	for _, s := range p.steps {
		s.counts = &Counts{}
	}
	if v, ok := c.take("on_failure"); ok {
		if l, ok := v.(*List); ok && len(l.items) == 0 {
			c.fail("on_failure", "pipeline [%s] cannot have an empty on_failure option defined", id)
		}
	}
	p.onFailure = comp.list(c, "on_failure")
	if c.err == nil && len(c.read) > 0 {
		if unknown := c.unread(); len(unknown) > 0 {
			c.fail("", "pipeline [%s] doesn't support one or more provided configuration parameters [%s]", id, strings.Join(unknown, ", "))
		}
	}
	if c.err != nil {
		return nil, c.err
	}
	return p, nil
}

func (c *config) unread() []string {
	var unknown []string
	for _, key := range c.o.keys {
		if !c.read[key] {
			unknown = append(unknown, key)
		}
	}
	return unknown
}

// list compiles the processors under a name of the configuration.
func (p *compiler) list(c *config, name string) []*procedure {
	v, ok := c.take(name)
	if !ok || c.err != nil {
		return nil
	}
	l, ok := v.(*List)
	if !ok {
		c.fail(name, "property isn't a list, but of type [%s]", javaType(v))
		return nil
	}
	out := make([]*procedure, 0, len(l.items))
	for _, item := range l.items {
		one, err := p.compile(item)
		if err != nil {
			c.err = err
			return nil
		}
		out = append(out, one)
	}
	return out
}

// compile reads `{"set":{...}}`.
func (p *compiler) compile(v any) (*procedure, error) {
	o, ok := v.(*Object)
	if !ok || len(o.keys) != 1 {
		return nil, eserr.BadRequest("parse_exception", "a processor must be an object with one member, its type, but was [%s]", clip(text(v)))
	}
	if p.processors++; p.processors > maxProcessors {
		return nil, eserr.Illegal("a pipeline may hold no more than %d processors", maxProcessors)
	}
	if p.depth++; p.depth > maxNesting {
		return nil, eserr.Illegal("processors may be nested no deeper than %d", maxNesting)
	}
	defer func() { p.depth-- }()
	typ := o.keys[0]
	settings, ok := o.values[typ].(*Object)
	if !ok {
		return nil, eserr.BadRequest("parse_exception", "property isn't a map, but of type [%s]", javaType(o.values[typ]))
	}
	c := newConfig(typ, settings)
	c.tag = c.optional("tag", "")
	make := kinds(typ)
	if typ == "foreach" {
		make = p.makeForeach
	}
	if make == nil {
		if why := declined[typ]; why != "" {
			c.fail("", "processor [%s] is not supported by Vedette: %s", typ, why)
		} else {
			c.fail("", "No processor type exists with name [%s]", typ)
		}
		return nil, c.err
	}
	out := &procedure{typ: typ, tag: c.tag}
	p.common(c, out)
	out.processor = make(c)
	return out, c.finish()
}

// common reads the options that all processors have.
func (p *compiler) common(c *config, out *procedure) {
	out.description = c.optional("description", "")
	out.ignoreFailure = c.flag("ignore_failure", false)
	if v, ok := c.take("if"); ok {
		var err error
		out.condition, err = parseCondition(v)
		if err != nil && c.err == nil {
			c.err = conditionError(c, err)
		}
	}
	if v, ok := c.take("on_failure"); ok {
		if l, ok := v.(*List); ok && len(l.items) == 0 {
			c.fail("on_failure", "processors list cannot be empty")
		}
	}
	out.onFailure = p.list(c, "on_failure")
}

// conditionError names the processor and the place of what a condition may not hold.
func conditionError(c *config, err error) error {
	e := eserr.BadRequest("script_exception", "compile error")
	e.ProcessorType, e.ProcessorTag, e.PropertyName = c.typ, c.tag, "if"
	e.CausedBy = eserr.Illegal("%s", err)
	e.Reason = fmt.Sprintf("compile error in [if] of processor [%s]: %s", c.typ, err)
	return e
}
