package storage

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/segment"
)

// modelSource is the JSON of a document of the model test: a value, several or none of each kind of column.
type modelSource struct {
	T     int64    `json:"t"`
	N     []int64  `json:"n,omitempty"`
	F     *float64 `json:"f,omitempty"`
	Nanos *int64   `json:"nanos,omitempty"`
	B     *bool    `json:"b,omitempty"`
	Host  string   `json:"host,omitempty"`
	Tags  []string `json:"tags,omitempty"`
	IP    string   `json:"ip,omitempty"`
	Text  string   `json:"text,omitempty"`
}

func modelJSON(r *rand.Rand) []byte {
	s := modelSource{T: 1780000000000 + int64(r.IntN(100_000))}
	if r.IntN(4) > 0 {
		s.N = []int64{int64(r.IntN(50) - 10)}
		if r.IntN(5) == 0 {
			s.N = append(s.N, s.N[0]+1+int64(r.IntN(1_000_000)))
		}
	}
	if r.IntN(3) > 0 {
		f := float64(r.IntN(100)-50) / 8
		s.F = &f
	}
	if r.IntN(10) == 0 {
		n := s.T*1e6 + int64(r.IntN(1e6))
		s.Nanos = &n
	}
	if r.IntN(2) == 0 {
		b := r.IntN(2) == 0
		s.B = &b
	}
	if r.IntN(8) > 0 {
		s.Host = fmt.Sprintf("host %c %d", 'a'+r.IntN(3), r.IntN(4))
	}
	for n := range 4 {
		if r.IntN(12) == 0 {
			s.Tags = append(s.Tags, fmt.Sprint("tag", n*10+r.IntN(10)))
		}
	}
	if r.IntN(3) == 0 {
		s.IP = fmt.Sprintf("10.0.%d.%d", r.IntN(3), r.IntN(3))
	}
	for range r.IntN(6) {
		s.Text += fmt.Sprintf("w%d ", r.IntN(9))
	}
	raw, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	if r.IntN(3) == 0 { // a spelling that the columns do not have
		raw = append(append([]byte("{ \"more\":[1.50,null,\"\\u00e9\"], "), raw[1:]...), ' ')
	}
	return raw
}

// readModel fills in the columns of a modelSource.
func readModel(d *document.Document, routing string) error {
	var s modelSource
	if err := json.Unmarshal(d.Source, &s); err != nil {
		return err
	}
	add := func(f document.Field) { d.Fields = append(d.Fields, f) }
	d.Time = s.T
	add(document.Field{Name: "t", Kind: document.Date, Num: s.T})
	for _, n := range s.N {
		add(document.Field{Name: "n", Kind: document.Long, Num: n})
	}
	if s.F != nil {
		add(document.Field{Name: "f", Kind: document.Double, Num: document.SortableDouble(*s.F)})
	}
	if s.Nanos != nil {
		add(document.Field{Name: "nanos", Kind: document.DateNanos, Num: *s.Nanos})
	}
	if s.B != nil {
		n := int64(0)
		if *s.B {
			n = 1
		}
		add(document.Field{Name: "b", Kind: document.Boolean, Num: n})
	}
	if s.Host != "" {
		add(document.Field{Name: "host", Kind: document.Keyword, Str: s.Host})
		add(document.Field{Name: "host.words", Kind: document.Text, Tokens: wordsOf(s.Host)})
	}
	for _, tag := range s.Tags {
		add(document.Field{Name: "tags", Kind: document.Keyword, Str: tag})
	}
	if s.IP != "" {
		add(document.Field{Name: "ip", Kind: document.IP, Str: document.IPKey(netip.MustParseAddr(s.IP))})
	}
	if s.Text != "" {
		add(document.Field{Name: "text", Kind: document.Text, Tokens: wordsOf(s.Text)})
	}
	if routing != "" {
		add(document.Field{Name: routingField, Kind: document.Keyword, Str: routing})
	}
	return nil
}

func wordsOf(s string) (tokens []document.Token) {
	for n, w := range strings.Fields(s) {
		tokens = append(tokens, document.Token{Term: w, Position: uint32(n)})
	}
	return tokens
}

// written is a document as the model remembers it.
type written struct {
	source, routing string
	version, seqNo  int64
	fields          map[string][]string // by column, its values as texts; of a text each word at each position
}

func newWritten(d *document.Document, routing string) *written {
	w := &written{source: string(d.Source), routing: routing, version: d.Version, seqNo: d.SeqNo, fields: map[string][]string{}}
	for _, f := range d.Fields {
		switch {
		case f.Kind == document.Text:
			for _, tok := range f.Tokens {
				w.fields[f.Name] = append(w.fields[f.Name], fmt.Sprintf("%s@%d", tok.Term, tok.Position))
			}
		case f.Kind.Numeric():
			w.fields[f.Name] = append(w.fields[f.Name], fmt.Sprint(f.Num))
		default:
			w.fields[f.Name] = append(w.fields[f.Name], f.Str)
		}
	}
	for _, values := range w.fields {
		slices.Sort(values)
	}
	return w
}

// columnsOf reads all columns of all documents of a segment, as written has them.
func columnsOf(v segment.View) map[uint32]map[string][]string {
	all := map[uint32]map[string][]string{}
	add := func(doc uint32, name, value string) {
		if all[doc] == nil {
			all[doc] = map[string][]string{}
		}
		all[doc][name] = append(all[doc][name], value)
	}
	for _, name := range v.FieldNames() {
		switch kind := v.Kind(name); {
		case name == segment.IDField || name == segment.SeqNoField || name == segment.VersionField || name == segment.TimeField:
		case kind == document.Text:
			text := v.Text(name)
			for ord := range uint32(text.Len()) {
				for p, doc := text.Postings(ord), uint32(0); p.Advance(doc); doc = p.Doc() + 1 {
					for _, at := range p.Positions() {
						add(p.Doc(), name, fmt.Sprintf("%s@%d", text.Term(ord), at))
					}
				}
			}
		case kind.Numeric():
			for doc := range uint32(v.NumDocs()) {
				for _, n := range v.Numbers(name).Values(doc, nil) {
					add(doc, name, fmt.Sprint(n))
				}
			}
		default:
			for doc := range uint32(v.NumDocs()) {
				for _, ord := range v.Terms(name).Ords(doc, nil) {
					add(doc, name, v.Terms(name).Term(ord))
				}
			}
		}
	}
	for _, fields := range all {
		for _, values := range fields {
			slices.Sort(values)
		}
	}
	return all
}
