package pipeline

import (
	"slices"
	"sync"

	"github.com/ua-parser/uap-go/uaparser"
)

// userAgent reads the user agent of browsers and tools, with the table of the uap-core project that Elasticsearch takes too.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/user-agent-processor.html
type userAgent struct {
	field, target string
	properties    []string
	device        bool
	ignoreMissing bool
	parser        *uaparser.Parser
}

// agents is the one parser: its table takes a moment to compile and some memory, so that it is made when the first pipeline asks for it. The library stays at the version
// before it came to need one under the MPL.
var agents = sync.OnceValue(uaparser.NewFromSaved)

// maxAgentBytes is how much of a user agent is looked at: each costs a thousand regular expressions.
const maxAgentBytes = 2048

func makeUserAgent(c *config) processor {
	p := &userAgent{field: c.required("field"), target: c.optional("target_field", "user_agent"), properties: c.list("properties"), ignoreMissing: c.flag("ignore_missing", false),
		device: c.flag("extract_device_type", false)}
	if c.optional("regex_file", "") != "" {
		c.fail("regex_file", "[regex_file] is not supported: the built-in table is used")
	}
	if p.device {
		c.fail("extract_device_type", "[extract_device_type] is not supported")
	}
	known := []string{"name", "os", "device", "original", "version"}
	for _, name := range p.properties {
		if !slices.Contains(known, name) {
			c.fail("properties", "illegal property value [%s]. valid values are [NAME, OS, DEVICE, ORIGINAL, VERSION]", clip(name))
		}
	}
	if p.properties == nil {
		p.properties = known
	}
	p.parser = agents()
	return p
}

func (p *userAgent) run(r *run, d *Document) error {
	v, ok, err := source(d, p.field, p.ignoreMissing, "parse user-agent.")
	if !ok {
		return err
	}
	s, err := toText(p.field, v)
	if err != nil {
		return err
	}
	found := p.parser.Parse(s[:min(len(s), maxAgentBytes)])
	all := map[string]any{"name": orOther(found.UserAgent.Family), "original": s, "device": object("name", orOther(found.Device.Family))}
	if version := versionText(found.UserAgent.Major, found.UserAgent.Minor, found.UserAgent.Patch); version != "" {
		all["version"] = version
	}
	if os := found.Os; os.Family != "" && os.Family != "Other" {
		o := object("name", os.Family)
		if version := versionText(os.Major, os.Minor, os.Patch, os.PatchMinor); version != "" {
			o.set("version", version)
			o.set("full", os.Family+" "+version)
		}
		all["os"] = o
	}
	out := newObject()
	for _, name := range p.properties {
		if v, ok := all[name]; ok {
			out.set(name, v)
		}
	}
	if err := r.grow(len(s) + 256); err != nil {
		return err
	}
	return d.set(p.target, out)
}

func object(key string, v any) *Object {
	o := newObject()
	o.set(key, v)
	return o
}

func orOther(s string) string {
	if s == "" {
		return "Other"
	}
	return s
}

// versionText joins the parts of a version up to the first that is missing.
func versionText(parts ...string) (out string) {
	for i, part := range parts {
		if part == "" {
			return out
		}
		if i > 0 {
			out += "."
		}
		out += part
	}
	return out
}
