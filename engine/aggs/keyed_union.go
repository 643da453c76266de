package aggs

import "cmp"

// A union merges the entries of many parts, the buckets of one owner after the other, and adds up what has the same key. Two neighbours become one until one is left:
// what most parts have is counted together early, and all is read and written in order.
type union[K cmp.Ordered] struct {
	*merging
	all    []*keyed
	keysOf func(*keyed) []K
	limit  int
	// to says where each part's entries went; nil where nobody needs to know.
	to [][]uint32

	keys        [2][]K // buffers, in turns
	counts      [2][]int64
	left, right []uint32 // where the entries of two neighbours go
	room        int      // of the buffers
	steps       int
}

// A piece is a list of ascending keys, [from, to) of a buffer, and the runs that it was made of. Until the last one is written, union.to counts from the piece's first.
type piece struct {
	from, to int
	runs     []run
}

// unite fills the counts of out, and the ends of its owners' buckets, and returns the keys. traced asks for where the entries of each part went.
func unite[K cmp.Ordered](m *merging, out *keyed, all []*keyed, runs [][]run, traced bool, keysOf func(*keyed) []K) (keys []K, to [][]uint32, err error) {
	u := &union[K]{merging: m, all: all, keysOf: keysOf, limit: out.limit}
	if traced {
		if err := u.trace(); err != nil {
			return nil, nil, err
		}
	}
	for _, list := range runs {
		buffer, p, err := u.one(list)
		if err == nil {
			err = u.take(keyedBytes * (p.to - p.from))
		}
		if err != nil {
			return nil, nil, err
		}
		u.move(p.runs, func(to uint32) uint32 { return to + uint32(len(keys)) })
		keys, out.counts = append(keys, u.keys[buffer][p.from:p.to]...), append(out.counts, u.counts[buffer][p.from:p.to]...)
		out.starts = append(out.starts, uint32(len(keys)))
	}
	return keys, u.to, nil
}

// trace has the union keep where entries went.
func (u *union[K]) trace() error {
	u.to = make([][]uint32, len(u.all))
	for i, p := range u.all {
		if err := u.take(4 * len(p.counts)); err != nil {
			return err
		}
		u.to[i] = make([]uint32, len(p.counts))
		for j := range u.to[i] {
			u.to[i][j] = dropped
		}
	}
	return nil
}

// one merges the runs of one owner. It returns the buffer in which the piece lies.
func (u *union[K]) one(runs []run) (buffer int, p piece, err error) {
	pieces, err := u.load(runs)
	for len(pieces) > 1 && err == nil {
		next := 1 - buffer
		u.keys[next], u.counts[next] = u.keys[next][:0], u.counts[next][:0]
		var merged []piece
		for i := 0; i < len(pieces) && err == nil; i += 2 {
			other := piece{}
			if i+1 < len(pieces) {
				other = pieces[i+1]
			}
			p, err = u.pair(buffer, pieces[i], other)
			merged = append(merged, p)
		}
		pieces, buffer = merged, next
	}
	if len(pieces) == 0 || err != nil {
		return buffer, piece{}, err
	}
	return buffer, pieces[0], nil
}

// load copies runs to the first buffer. Keys that are the same in one run, as doubles made of whole numbers may be, become one.
func (u *union[K]) load(runs []run) ([]piece, error) {
	n := 0
	for _, r := range runs {
		n += int(r.to - r.from)
	}
	if n > u.room {
		if err := u.take((2*keyedBytes + 8) * (n - u.room)); err != nil {
			return nil, err
		}
		u.room = n
		for b := range u.keys {
			u.keys[b], u.counts[b] = make([]K, 0, n), make([]int64, 0, n)
		}
	}
	keys, counts := u.keys[0][:0], u.counts[0][:0]
	pieces := make([]piece, len(runs))
	for i, r := range runs {
		from, of := len(keys), u.keysOf(u.all[r.src])
		for e := r.from; e < r.to; e++ {
			if last := len(keys) - 1; last >= from && keys[last] == of[e] {
				counts[last] += u.all[r.src].counts[e]
			} else if u.limit > 0 && len(keys)-from == u.limit {
				break
			} else {
				keys, counts = append(keys, of[e]), append(counts, u.all[r.src].counts[e])
			}
			if u.to != nil {
				u.to[r.src][e] = uint32(len(keys) - 1 - from)
			}
		}
		pieces[i] = piece{from, len(keys), runs[i : i+1]}
	}
	u.keys[0], u.counts[0] = keys, counts
	return pieces, nil
}

// pair merges two neighbours, of which the second may be empty, to the end of the other buffer.
func (u *union[K]) pair(buffer int, a, b piece) (piece, error) {
	keys, counts := u.keys[buffer], u.counts[buffer]
	out, sums := u.keys[1-buffer], u.counts[1-buffer]
	from, i, j := len(out), a.from, b.from
	u.left, u.right = sized(u.left, a.to-a.from), sized(u.right, b.to-b.from)
	for (i < a.to || j < b.to) && (u.limit == 0 || len(out)-from < u.limit) {
		if u.steps++; u.steps&(maxBlock-1) == 0 {
			if err := u.stop.now(); err != nil {
				return piece{}, err
			}
		}
		at := uint32(len(out) - from)
		switch {
		case i < a.to && j < b.to && keys[i] == keys[j]:
			out, sums = append(out, keys[i]), append(sums, counts[i]+counts[j])
			u.left[i-a.from], u.right[j-b.from] = at, at
			i, j = i+1, j+1
		case j == b.to || i < a.to && keys[i] < keys[j]:
			out, sums = append(out, keys[i]), append(sums, counts[i])
			u.left[i-a.from] = at
			i++
		default:
			out, sums = append(out, keys[j]), append(sums, counts[j])
			u.right[j-b.from] = at
			j++
		}
	}
	for ; i < a.to; i++ {
		u.left[i-a.from] = dropped
	}
	for ; j < b.to; j++ {
		u.right[j-b.from] = dropped
	}
	u.keys[1-buffer], u.counts[1-buffer] = out, sums
	u.move(a.runs, func(to uint32) uint32 { return u.left[to] })
	u.move(b.runs, func(to uint32) uint32 { return u.right[to] })
	return piece{from, len(out), a.runs[:len(a.runs)+len(b.runs)]}, nil
}

// move changes where the entries of some runs went.
func (u *union[K]) move(runs []run, place func(uint32) uint32) {
	if u.to == nil {
		return
	}
	for _, r := range runs {
		for e, to := range u.to[r.src][r.from:r.to] {
			if to != dropped {
				u.to[r.src][int(r.from)+e] = place(to)
			}
		}
	}
}
