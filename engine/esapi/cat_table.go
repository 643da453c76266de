package esapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
)

// A column of a `_cat` table.
type column struct {
	name    string
	aliases string // separated by commas
	about   string
	extra   bool // shown only when asked for
	right   bool // numbers stand at the right
}

// A cell is a value of a table; num is what it is sorted by if isNum.
type cell struct {
	text  string
	num   float64
	isNum bool
	null  bool // nothing: null in JSON
}

// noCell is a value that there is not.
var noCell = cell{null: true}

func textCell(s string) cell { return cell{text: s} }

func numberCell(n int64) cell {
	return cell{text: strconv.FormatInt(n, 10), num: float64(n), isNum: true}
}

// A table is what a `_cat` endpoint answers.
type table struct {
	columns []column
	rows    [][]cell
}

// catParams are those of all tables.
func catParams(more ...string) []string {
	return slices.Concat([]string{"bytes", "h", "help", "s", "time", "ts", "v"}, more, waitParams())
}

// sendTable answers with the table as the parameters h, s, v, help and format and the Accept header want it.
func (c *call) sendTable(columns []column, rows func() ([][]cell, error)) error {
	help, err := c.flag("help", false)
	if err != nil {
		return err
	}
	if help {
		return c.sendText(http.StatusOK, helpText(columns))
	}
	t := table{columns: columns}
	if t.rows, err = rows(); err != nil {
		return err
	}
	if err := t.sort(c.list("s")); err != nil {
		return err
	}
	header, err := c.flag("v", false)
	if err != nil {
		return err
	}
	shown := t.shown(c.list("h"))
	if c.form.text || c.form.any {
		return c.sendText(http.StatusOK, t.text(shown, header))
	}
	return c.sendJSON(http.StatusOK, t.json(shown))
}

func helpText(columns []column) string {
	wide := [2]int{}
	for _, col := range columns {
		wide[0], wide[1] = max(wide[0], len(col.name)), max(wide[1], len(col.aliases))
	}
	var out strings.Builder
	for _, col := range columns {
		out.WriteString(pad(col.name, wide[0], false) + " | " + pad(col.aliases, wide[1], false) + " | " + col.about + "\n")
	}
	return out.String()
}

// A shownColumn is a column of the answer: which one, and by what name it was asked for.
type shownColumn struct {
	at   int
	name string
}

// shown finds the columns that h names, by name, alias or pattern; unknown names are passed over, as in Elasticsearch.
func (t *table) shown(names []string) []shownColumn {
	var out []shownColumn
	if len(names) == 0 {
		for i, col := range t.columns {
			if !col.extra {
				out = append(out, shownColumn{i, col.name})
			}
		}
		return out
	}
	for _, name := range names {
		for i, col := range t.columns {
			switch {
			case isPattern(name) && glob.Match(name, col.name):
				out = append(out, shownColumn{i, col.name})
			case col.is(name):
				out = append(out, shownColumn{i, name})
			}
		}
	}
	return out
}

func (col column) is(name string) bool {
	return col.name == name || slices.Contains(strings.Split(col.aliases, ","), name)
}

// sort orders the rows by the columns that s names, each with `:desc` for the other way.
func (t *table) sort(keys []string) error {
	type order struct {
		at   int
		desc bool
	}
	var orders []order
	for _, key := range keys {
		name, way, _ := strings.Cut(key, ":")
		at := slices.IndexFunc(t.columns, func(col column) bool { return col.is(name) })
		if at < 0 {
			return eserr.Illegal("Unable to sort by unknown sort key `%s`", clip(name))
		}
		orders = append(orders, order{at, way == "desc"})
	}
	slices.SortStableFunc(t.rows, func(a, b []cell) int {
		for _, o := range orders {
			if way := a[o.at].compare(b[o.at]); way != 0 {
				if o.desc {
					return -way
				}
				return way
			}
		}
		return 0
	})
	return nil
}

func (x cell) compare(y cell) int {
	switch {
	case x.isNum && y.isNum && x.num != y.num:
		return boolCompare(x.num > y.num, x.num < y.num)
	case x.isNum && y.isNum:
		return 0
	}
	return strings.Compare(x.text, y.text)
}

// boolCompare is 1 if only more is true, -1 if only less is.
func boolCompare(more, less bool) int {
	switch {
	case more && !less:
		return 1
	case less && !more:
		return -1
	}
	return 0
}

// text lays the table out in columns of the width of their widest value; what stands at the left in the last column is not filled up.
func (t *table) text(shown []shownColumn, header bool) string {
	rows := t.rows
	if header {
		names := make([]cell, len(t.columns))
		for _, s := range shown {
			names[s.at] = textCell(s.name)
		}
		rows = append([][]cell{names}, rows...)
	}
	wide := make([]int, len(shown))
	for _, row := range rows {
		for i, s := range shown {
			wide[i] = max(wide[i], utf8.RuneCountInString(row[s.at].text))
		}
	}
	var out strings.Builder
	for _, row := range rows {
		for i, s := range shown {
			if i > 0 {
				out.WriteByte(' ')
			}
			right := t.columns[s.at].right
			if i == len(shown)-1 && !right {
				wide[i] = 0
			}
			out.WriteString(pad(row[s.at].text, wide[i], right))
		}
		out.WriteByte('\n')
	}
	return out.String()
}

func pad(s string, width int, right bool) string {
	fill := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
	if right {
		return fill + s
	}
	return s + fill
}

// json makes a list of objects, all of whose values are strings, as Elasticsearch does.
func (t *table) json(shown []shownColumn) []byte {
	out := []byte{'['}
	for i, row := range t.rows {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, '{')
		for j, s := range shown {
			if j > 0 {
				out = append(out, ',')
			}
			out = append(appendQuoted(out, s.name), ':')
			if row[s.at].null {
				out = append(out, "null"...)
			} else {
				out = appendQuoted(out, row[s.at].text)
			}
		}
		out = append(out, '}')
	}
	return append(out, ']')
}

// bytesCell shows a size in the unit of the parameter `bytes`, or in the one that suits it with at most one decimal.
func (c *call) bytesCell(n int64) (cell, error) {
	units := []string{"b", "kb", "mb", "gb", "tb", "pb"}
	out := cell{num: float64(n), isNum: true}
	if unit, ok := c.query["bytes"]; ok {
		at := slices.IndexFunc(units, func(u string) bool { return u == unit || u == unit+"b" })
		if at < 0 {
			return out, eserr.Illegal("[bytes] is one of b, kb, mb, gb, tb and pb, not [%.100s]", unit)
		}
		out.text = strconv.FormatInt(n>>(10*at), 10)
		return out, nil
	}
	out.text = bytesText(n)
	return out, nil
}

// bytesText is a size in the unit that suits it, with at most one decimal, which is cut off.
func bytesText(n int64) string {
	units := []string{"b", "kb", "mb", "gb", "tb", "pb"}
	at, size := 0, float64(n)
	for size >= 1024 && at < len(units)-1 {
		size, at = size/1024, at+1
	}
	tenths := int64(size * 10)
	text := strconv.FormatInt(tenths/10, 10)
	if tenths%10 != 0 {
		text += "." + strconv.FormatInt(tenths%10, 10)
	}
	return text + units[at]
}
