package segment

// intsWriter packs numbers as they come. The zero value has none.
type intsWriter struct {
	n     uint32
	p     intsPacker
	block []int64 // of those that are not packed yet
}

func (w *intsWriter) add(v int64) {
	w.block = append(w.block, v)
	if w.n++; len(w.block) == blockSize {
		w.pack()
	}
}

func (w *intsWriter) pack() {
	packBlock(&w.p, w.block)
	w.block = w.block[:0]
}

// end ends the numbers. No more are added.
func (w *intsWriter) end() {
	if len(w.block) > 0 {
		w.pack()
	}
	w.p.end()
}

// packed are the numbers, after end.
func (w *intsWriter) packed() ints { return ints{n: w.n, heads: w.p.heads, words: w.p.words} }

// write writes the numbers, after end.
func (w *intsWriter) write(out *output) intsMeta { return w.p.write(out, w.n) }
