package aggs

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/mapping"
)

// A grid divides the earth into cells. A cell is a number, whose order is the one in which Elasticsearch puts cells with as many documents.
type grid interface {
	// cell is the cell of a place.
	cell(at mapping.Point) int64
	// edges are the edges of the cell that a place is in: south and west belong to it.
	edges(cell int64) box
	// name is the key of a cell.
	name(cell int64) string
}

// A box lies between two latitudes and two longitudes; left is more than right where it goes over the date line.
type box struct{ top, left, bottom, right float64 }

// touches reports whether a cell has more than an edge in common with the box.
func (b *box) touches(cell box) bool {
	switch {
	case b.top <= cell.bottom || b.bottom >= cell.top:
		return false
	case b.right < b.left:
		return b.left < cell.right || b.right > cell.left
	}
	return b.left < cell.right && b.right > cell.left
}

// box reads `bounds` of a grid; nil is everywhere. Elasticsearch takes a box of which a side is missing for none.
func (o *options) box() *box {
	raw := o.get("bounds")
	if raw == nil {
		return nil
	}
	if eserr.TokenName(raw) != "START_OBJECT" {
		o.wrong("bounds", raw)
		return nil
	}
	q, err := dsl.ParseBox(raw)
	if err != nil {
		o.failedBy("bounds", err)
		return nil
	}
	if math.IsNaN(q.Top + q.Bottom + q.Left + q.Right) {
		return nil
	}
	return &box{q.Top, q.Left, q.Bottom, q.Right}
}

// tiles is the grid of map tiles at a zoom: 2^zoom columns and rows of Web Mercator. A cell is the zoom, the column and the row, 29 bits each but the first.
// https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames
type tiles int

const (
	maxZoom     = 29
	defaultZoom = 7
)

func (z tiles) cell(at mapping.Point) int64 {
	n := int64(1) << z
	x := int64(math.Floor((at.Lon + 180) / 360 * float64(n)))
	sin := math.Sin(at.Lat * math.Pi / 180)
	y := math.Floor((0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)) * float64(n)) // infinite at the poles
	return z.of(min(max(x, 0), n-1), int64(min(max(y, 0), float64(n-1))))
}

func (z tiles) of(x, y int64) int64 { return int64(z)<<(2*maxZoom) | x<<maxZoom | y }

func (z tiles) cut(cell int64) (x, y int64) {
	return cell >> maxZoom & (1<<maxZoom - 1), cell & (1<<maxZoom - 1)
}

func (z tiles) edges(cell int64) box {
	x, y := z.cut(cell)
	n := float64(int64(1) << z)
	lat := func(row int64) float64 { return math.Atan(math.Sinh(math.Pi-2*math.Pi*float64(row)/n)) * 180 / math.Pi }
	lon := func(column int64) float64 { return float64(column)/n*360 - 180 }
	return box{lat(y), lon(x), lat(y + 1), lon(x + 1)}
}

func (z tiles) name(cell int64) string {
	x, y := z.cut(cell)
	return strconv.FormatInt(cell>>(2*maxZoom), 10) + "/" + strconv.FormatInt(x, 10) + "/" + strconv.FormatInt(y, 10)
}

// parseTile reads the key of a tile; its zoom may be another one than the grid's.
func parseTile(text string) (int64, error) {
	parts := strings.Split(text, "/")
	numbers := make([]int64, len(parts))
	var err error
	for i := range parts {
		var one error
		numbers[i], one = strconv.ParseInt(parts[i], 10, 32)
		err = firstError(err, one)
	}
	if err != nil || len(parts) != 3 {
		return 0, eserr.Illegal("Invalid geotile_grid hash string of %s. Must be three integers in a form \"zoom/x/y\".", text)
	}
	return tiles(numbers[0]).of(numbers[1], numbers[2]), nil
}

// geohashes is the grid of geohashes of so many letters. A cell is five bits for each letter and then their number. https://en.wikipedia.org/wiki/Geohash
type geohashes int

const (
	maxLetters     = 12
	defaultLetters = 5
)

func (n geohashes) cell(at mapping.Point) int64 {
	code := uint64(at.Encode()) ^ 1<<63 ^ 1<<31 // from the south-western corner
	return int64((spread(code>>32)|spread(code&math.MaxUint32)<<1)>>n.shift()<<4) | int64(n)
}

// shift is how many bits of the 64 the letters leave.
func (n geohashes) shift() int { return 64 - 5*int(n) }

func (n geohashes) edges(cell int64) box {
	bits := uint64(cell) >> 4 << n.shift()
	lat, lon := gather(bits), gather(bits>>1)
	rows, columns := 5*int(n)/2, (5*int(n)+1)/2
	south, west := float64(lat)/(1<<32)*180-90, float64(lon)/(1<<32)*360-180
	return box{south + 180/math.Exp2(float64(rows)), west, south, west + 360/math.Exp2(float64(columns))}
}

func (n geohashes) name(cell int64) string {
	const alphabet = "0123456789bcdefghjkmnpqrstuvwxyz"
	out := make([]byte, n)
	for i, bits := len(out)-1, uint64(cell)>>4; i >= 0; i, bits = i-1, bits>>5 {
		out[i] = alphabet[bits&31]
	}
	return string(out)
}

// spread moves the lower 32 bits to every second place from the first; gather undoes it. https://graphics.stanford.edu/~seander/bithacks.html#InterleaveBMN
func spread(x uint64) uint64 {
	for _, step := range [...]struct {
		by   uint
		mask uint64
	}{{16, 0x0000ffff0000ffff}, {8, 0x00ff00ff00ff00ff}, {4, 0x0f0f0f0f0f0f0f0f}, {2, 0x3333333333333333}, {1, 0x5555555555555555}} {
		x = (x | x<<step.by) & step.mask
	}
	return x
}

func gather(x uint64) uint64 {
	x &= 0x5555555555555555
	for _, step := range [...]struct {
		by   uint
		mask uint64
	}{{1, 0x3333333333333333}, {2, 0x0f0f0f0f0f0f0f0f}, {4, 0x00ff00ff00ff00ff}, {8, 0x0000ffff0000ffff}, {16, 0x00000000ffffffff}} {
		x = (x | x>>step.by) & step.mask
	}
	return x
}

// noCell marks places that lie beyond the bounds. No cell of a grid is negative but those of geohashes, which never end in 0.
const noCell = math.MinInt64

// keyerOf makes the function that turns places into cells, in place. Places of which there are many, as of addresses that are looked up, are worked out once in a while.
func keyerOf(g grid, within *box, drops bool) func(codes []int64) (int64, bool) {
	const size = 1 << 10
	type known struct{ code, cell int64 }
	var recent [size]known
	find := func(code int64) int64 {
		cell := g.cell(mapping.PointOf(code))
		if within != nil && !within.touches(g.edges(cell)) {
			return noCell
		}
		return cell
	}
	none := known{0, find(0)}
	for i := range recent {
		recent[i] = none
	}
	return func(codes []int64) (int64, bool) {
		for i, code := range codes {
			at := &recent[mix(uint64(code))%size]
			if at.code != code {
				*at = known{code, find(code)}
			}
			codes[i] = at.cell
		}
		return noCell, drops
	}
}

// openGrid opens the column of some places as slots, which are the cells that they lie in; nil if the segment has nothing of it. The cells of a document's places
// do not ascend as the places do.
// drop leaves out what lies beyond the bounds, else that is in the slot of noCell.
func openGrid(v *values, seg *segmentState, g grid, within *box, drop bool) slots {
	r := v.numbers(seg)
	if r == nil {
		return nil
	}
	key := keyerOf(g, within, drop && within != nil)
	if r.col == nil || r.col.Single() {
		return &numberSlots{numberReader: r, key: key}
	}
	s := &numberSlots{numberReader: r}
	s.key = func(codes []int64) (int64, bool) {
		drop, drops := key(codes)
		r.sortRuns(codes)
		return drop, drops
	}
	return s
}

// sortRuns puts the values of each document that was read last in order, once for each of its owners.
func (r *numberReader) sortRuns(nums []int64) {
	many := len(r.owners) == len(nums)
	for from := 0; from < len(nums); {
		to := from + 1
		for to < len(nums) && r.docs[to] == r.docs[from] && (!many || r.owners[to] == r.owners[from]) {
			to++
		}
		if to-from > 1 {
			slices.Sort(nums[from:to])
		}
		from = to
	}
}
