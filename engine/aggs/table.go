package aggs

// A table numbers distinct keys from 0 in the order in which they come. The zero value is empty.
type table struct {
	keys  []uint64
	slots []uint32 // number of the key plus one, 0 where free; a power of two long
	shift uint
}

// add returns the number of a key.
func (t *table) add(key uint64) uint32 {
	if 2*len(t.keys) >= len(t.slots) {
		t.grow()
	}
	mask := uint64(len(t.slots) - 1)
	for i := mix(key) >> t.shift; ; i = (i + 1) & mask {
		switch n := t.slots[i]; {
		case n == 0:
			t.keys = append(t.keys, key)
			t.slots[i] = uint32(len(t.keys))
			return uint32(len(t.keys) - 1)
		case t.keys[n-1] == key:
			return n - 1
		}
	}
}

func (t *table) grow() {
	size := max(64, 2*len(t.slots))
	t.slots, t.shift = make([]uint32, size), 64
	for n := size; n > 1; n /= 2 {
		t.shift--
	}
	mask := uint64(size - 1)
	for n, key := range t.keys {
		i := mix(key) >> t.shift
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = uint32(n + 1)
	}
}

// bytes is the memory that the table holds.
func (t *table) bytes() int { return 8*cap(t.keys) + 4*cap(t.slots) }

// mix spreads a key over 64 bits; it is the finisher of splitmix64 (https://prng.di.unimi.it/splitmix64.c).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
