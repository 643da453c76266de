package mapping

import "unsafe"

// A plan says how to read documents that have one skeleton (document.Shape): what each scalar value is for. Documents of one stream have few skeletons, so that
// names, objects and lists need not be looked at again and again. It must give exactly what reading the whole document gives; what is unusual has no plan.
type plan struct {
	skeleton string
	steps    []step // one for each hole of the skeleton
	// fields is how many values the document can have at most, without metadata.
	fields int
}

// A step reads one scalar value. The zero step skips it.
type step struct {
	do   doing
	leaf *leaf
	// key is the path below a flattened leaf.
	key string
}

// doing is what a step does.
type doing uint8

const (
	doSkip  doing = iota // the value is of no field
	doNull               // the value must be null, which says nothing
	doIndex              // the value is one of a leaf
	doFlat               // the value is one below a flattened leaf
)

// planned reads the document by the plan for its skeleton, which r.shape has. It returns false, and leaves r as it was, if that does not do.
func (r *reader) planned(o Options) bool {
	p := r.last
	if !r.shape.Same || r.lastOf != r.m.plans {
		p = r.m.plans.of(r.m, &r.shape)
		r.last, r.lastOf = p, r.m.plans
	}
	if p == nil {
		return false
	}
	r.d.Fields = r.memory.fields.room(p.fields + 1)
	// Nobody changes a source, so that its memory can be that of the values too.
	source := unsafe.String(unsafe.SliceData(r.d.Source), len(r.d.Source))
	err := r.follow(p, source)
	if err == nil {
		err = r.finish(o)
	}
	if err != nil {
		m, d, memory := r.m, r.d, r.memory
		r.reset()
		r.m, r.d, r.memory = m, d, memory
		return false
	}
	r.d.Fields = r.memory.fields.keep(r.d.Fields)
	r.d.Skeleton = p.skeleton
	r.d.Holes = r.memory.holes.keep(append(r.memory.holes.room(len(r.shape.Holes)), r.shape.Holes...))
	return true
}

// follow carries out the steps of a plan.
func (r *reader) follow(p *plan, source string) error {
	for i, h := range r.shape.Holes {
		st := &p.steps[i]
		if st.do == doSkip {
			continue
		}
		s, err := r.scalarIn(source[h.From:h.To])
		if err != nil {
			return err
		}
		switch st.do {
		case doNull:
			if s.kind != valueNull {
				err = errNotPlanned
			}
		case doIndex:
			err = r.scalar(st.leaf, s)
		case doFlat:
			err = r.flatScalar(st.leaf, st.key, s, 1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
