package segment

import "github.com/vedette-siem/vedette/storage/document"

// Usage is how many bytes a column takes, by what they are for.
type Usage struct {
	// Inverted leads from terms to documents: the dictionary, and the documents of each term with their positions.
	Inverted int64
	// Values lead from documents to values.
	Values int64
	// Lengths are those of texts, with which words are scored.
	Lengths int64
}

// Usage tells of each column how much it takes, and how much the sources take beside what is filled in from columns. Bytes that several columns share are counted once,
// for the first of them in order of their names, so that all together are no more than the file.
func (s *Segment) Usage() (columns map[string]Usage, source int64) {
	seen := map[span]bool{}
	size := func(parts ...span) (n int64) {
		for _, p := range parts {
			if !seen[p] {
				seen[p] = true
				n += int64(p.Len)
			}
		}
		return n
	}
	columns = make(map[string]Usage, len(s.dir.Columns))
	for _, c := range s.dir.Columns {
		columns[c.Name] = c.usage(size)
	}
	return columns, size(append(s.dir.Source.spans(), s.dir.Source.Rest.Bytes)...)
}

// usage sorts the parts of a column, which size measures.
func (c *columnMeta) usage(size func(...span) int64) Usage {
	var inverted, values []span
	inverted = append(inverted, c.Dict.Bytes, c.Postings)
	for _, m := range []intsMeta{c.Dict.Groups, c.Dict.Numbers, c.PostEnds, c.UniqueDocs} {
		inverted = append(inverted, m.spans()...)
	}
	for _, m := range []intsMeta{c.DocList, c.ValueStarts, c.Values} {
		values = append(values, m.spans()...)
	}
	lengths := c.Lengths.spans()
	if c.Kind == document.Text { // which documents have one is told by the lengths' bits
		lengths = append(lengths, c.Present)
	} else {
		values = append(values, c.Present)
	}
	return Usage{Inverted: size(inverted...), Values: size(values...), Lengths: size(lengths...)}
}
