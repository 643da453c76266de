package engine

import (
	_ "embed" // for syslogPipeline
	"fmt"
	"maps"
	"strings"

	"github.com/vedette-siem/vedette/engine/pipeline"
)

// builtinPrefix begins the ids of the pipelines that are there without being put.
const builtinPrefix = "vedette-"

// syslogPipeline is vedette-syslog. It is made of Elasticsearch's processors alone, so that it works there too.
//
//go:embed builtin_syslog.json
var syslogPipeline []byte

// builtinPipelines decode raw records of AWS logs that shippers send as `message`: vedette-cloudtrail and so on. vedette-auto finds out what a record is and sends it to the data stream where
// it belongs. One that is put under such an id takes its place; deleting that brings the built-in one back.
func builtinPipelines() map[string]*storedPipeline {
	bodies := map[string][]byte{"syslog": syslogPipeline}
	for _, format := range pipeline.DecodeFormats() {
		bodies[format] = fmt.Appendf(nil,
			`{"description":"Built in: makes an ECS event of a raw record in [message].","processors":[{"vedette_decode":{"format":%q,"reroute":%t}}],"_meta":{"managed":true}}`, format, format == "auto")
	}
	all := map[string]*storedPipeline{}
	for name, body := range bodies {
		id := builtinPrefix + name
		s := newStoredPipeline(id, body)
		if s.err != nil {
			panic("BUG: built-in pipeline " + id + ": " + s.err.Error())
		}
		all[id] = s
	}
	return all
}

// get is a pipeline by its id: one that was put, else a built-in one, else nil.
func (p *pipelines) get(id string) *storedPipeline {
	if s := p.all()[id]; s != nil {
		return s
	}
	return p.builtin[id]
}

// shown are the pipelines that a pattern can mean: built-in ones only if it begins as their ids do, so that whoever lists all sees what was put.
func (p *pipelines) shown(patterns string) map[string]*storedPipeline {
	all := map[string]*storedPipeline{}
	for pattern := range strings.SplitSeq(patterns, ",") {
		if strings.HasPrefix(pattern, builtinPrefix) {
			maps.Copy(all, p.builtin)
		}
	}
	maps.Copy(all, p.all())
	return all
}

// used are those that were put, and the built-in ones that were given documents.
func (p *pipelines) used() map[string]*storedPipeline {
	all := maps.Clone(p.all())
	for id, s := range p.builtin {
		if all[id] == nil && s.compiled.Counts().Count.Load() > 0 {
			all[id] = s
		}
	}
	return all
}
