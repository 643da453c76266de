package search

import (
	"encoding/json"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/storage/segment"
)

// maxSlices is Elasticsearch's index.max_slices_per_scroll and index.max_slices_per_pit.
const maxSlices = 1024

// A Partition says to which shard of an index Elasticsearch would give a document, by which slices are cut first. The zero value is an index of one shard.
type Partition struct {
	// Number is how many shards there are; 0 is 1.
	Number int
	// Of is the shard of a document; it is not called for an index of one shard.
	Of func(id, routing string) int
}

func (p Partition) number() int { return max(p.Number, 1) }

// slice is one part of the documents of a scroll or point in time: every document is in exactly one of max.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/paginate-search-results.html#slice-scroll
type slice struct {
	field   string // empty is by id, or by place in a point in time
	id, max int
}

func parseSlice(m member) (*slice, error) {
	var raw struct {
		Field string `json:"field"`
		ID    *int   `json:"id"`
		Max   *int   `json:"max"`
	}
	ms, err := members(m.raw)
	if err != nil {
		return nil, err
	}
	for _, o := range ms {
		if o.name != "field" && o.name != "id" && o.name != "max" {
			return nil, eserr.BadRequest(eserr.XContentParse, "[%d:%d] [slice] unknown field [%s]", o.at.Line, o.at.Column, o.name)
		}
	}
	if err := json.Unmarshal(m.raw, &raw); err != nil {
		return nil, eserr.BadRequest(eserr.XContentParse, "[%d:%d] [slice] cannot be read: %v", m.at.Line, m.at.Column, err)
	}
	switch {
	case raw.ID == nil || *raw.ID < 0:
		return nil, eserr.Illegal("id must be greater than or equal to 0")
	case raw.Max == nil || *raw.Max <= 1:
		return nil, eserr.Illegal("max must be greater than 1")
	case *raw.ID >= *raw.Max:
		return nil, eserr.Illegal("max must be greater than id")
	}
	return &slice{field: raw.Field, id: *raw.ID, max: *raw.Max}, nil
}

// check refuses slices where documents could be in none or in two.
func (r *Request) checkSlice() error {
	s := r.slice
	switch {
	case s == nil:
		return nil
	case !r.scroll && r.pit == nil:
		return eserr.Shard(eserr.IllegalArgument, "[slice] can only be used with [scroll] or [point-in-time] requests")
	case s.field == segment.IDField && !r.scroll:
		return eserr.Shard(eserr.IllegalArgument, "cannot slice on [_id] when using [point-in-time]")
	case s.max > maxSlices:
		name := "index.max_slices_per_pit"
		if r.scroll {
			name = "index.max_slices_per_scroll"
		}
		return eserr.Shard(eserr.IllegalArgument, "The number of slices [%d] is too large. It must be less than [%d]. This limit can be set by changing the [%s] index level setting.", s.max, maxSlices, name)
	}
	return nil
}

// sliced is a slice read against one index.
type sliced struct {
	slice
	byID    bool
	column  string // of numbers; empty is by id or place
	part    Partition
	offset  int // shards of the indices before
	shards  int // of all indices
	maxDocs int
}

func (p *planner) planSlice(r *Request, ix Index, offset, shards int) (*sliced, error) {
	if r.slice == nil {
		return nil, nil
	}
	out := &sliced{slice: *r.slice, part: ix.Partition, offset: offset, shards: shards}
	out.byID = r.scroll && (out.field == "" || out.field == segment.IDField)
	for _, v := range ix.Views {
		out.maxDocs += v.NumDocs()
	}
	if out.field == "" || out.byID {
		return out, nil
	}
	f, ok := p.mapping.Lookup(out.field)
	if !ok {
		return nil, eserr.Shard(eserr.IllegalArgument, "field %s not found", out.field)
	}
	if !f.Kind.Numeric() || !f.Aggregatable {
		return nil, eserr.Shard(eserr.IllegalArgument, "cannot load numeric doc values on %s", out.field)
	}
	out.column = columnOf(f).name
	return out, nil
}

// within is what a slice is of one shard: one of max parts, or nothing where max is 0.
func (s *sliced) within(shard int) (id, max int) {
	switch {
	case s.shards == 1:
		return s.id, s.max
	case s.max < s.shards:
		if shard%s.max != s.id {
			return 0, 0
		}
		return 0, 1
	case s.id%s.shards != shard:
		return 0, 0
	}
	max = s.max / s.shards
	if s.max%s.shards > shard {
		max++
	}
	return s.id / s.shards, max
}

// keep leaves the documents of the slice.
func (s *sliced) keep(x *exec, docs *roaring.Bitmap) (*roaring.Bitmap, error) {
	routing, numbers := x.view.Terms(routingField), x.view.Numbers(s.column)
	shard := func(uint32) int { return s.offset }
	if s.part.number() > 1 {
		shard = func(doc uint32) int {
			text := ""
			if routing != nil {
				if ord, ok := routing.Ord(doc); ok {
					text = string(routing.Term(ord))
				}
			}
			return s.offset + s.part.Of(x.view.ID(doc), text)
		}
	}
	out := roaring.New()
	for i, it := 0, docs.Iterator(); it.HasNext(); i++ {
		if i%blockSize == 0 {
			if err := x.stopped(); err != nil {
				return nil, err
			}
		}
		doc := it.Next()
		if id, max := s.within(shard(doc)); max > 0 && s.holds(x, numbers, doc, id, max) {
			out.Add(doc)
		}
	}
	return out, nil
}

// holds reports whether a document is in part id of max.
func (s *sliced) holds(x *exec, numbers *segment.Numbers, doc uint32, id, max int) bool {
	switch {
	case max == 1:
		return true
	case s.byID:
		return int(mix(hash(x.view.ID(doc)))%uint64(max)) == id
	case s.column == "":
		return nth(int(x.base+doc), s.maxDocs, max) == id
	}
	n := int64(0)
	if numbers != nil {
		n, _ = numbers.Value(doc)
	}
	return int(mix(uint64(n))%uint64(max)) == id
}

// nth is in which of max parts of equal length, but for one document, the document at a place is.
func nth(doc, docs, max int) int {
	length, rest := docs/max, docs%max
	if doc < rest*(length+1) {
		return doc / (length + 1)
	}
	return rest + (doc-rest*(length+1))/length
}

// hash is FNV-1a.
func hash(text string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * 1099511628211
	}
	return h
}

// mix spreads neighbours evenly.
func mix(n uint64) uint64 {
	n = (n ^ n>>32) * 0x4cd6944c5cc20b6d
	n = (n ^ n>>29) * 0xfc12c5b19d3259e9
	return n ^ n>>32
}
