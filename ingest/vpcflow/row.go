package vpcflow

// row holds the tokens of a line by column. Unknown columns are counted, not kept: see extras.
type row struct {
	layout *layout // of the last line: only its columns can have values
	values [columns][]byte
	extras []extra
}

// extra is the value of a column that is not known.
type extra struct {
	name  string
	value []byte
}

// split cuts a line at runs of blanks into the columns of a layout and returns how many tokens there are. Tokens past
// the layout are counted only. With fewer tokens than columns, values are not those of this line.
func (r *row) split(line []byte, l *layout) int {
	if r.layout != l {
		clear(r.values[:])
		r.layout = l
	}
	r.extras = r.extras[:0]
	n, i := 0, 0
	for {
		for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
			i++
		}
		if i == len(line) {
			return n
		}
		from := i
		for i < len(line) && line[i] != ' ' && line[i] != '\t' {
			i++
		}
		if n < len(l.columns) {
			r.put(l, n, line[from:i])
		}
		n++
	}
}

func (r *row) put(l *layout, position int, token []byte) {
	c := l.columns[position]
	if c == colUnknown {
		r.extras = append(r.extras, extra{l.names[position], token})
		return
	}
	if len(token) == 1 && token[0] == '-' {
		token = nil
	}
	r.values[c] = token
}

// epoch reads a time in seconds, ten digits as they have been since 2001.
func epoch(v []byte) (ms int64, ok bool) {
	if len(v) != 10 {
		return 0, false
	}
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		ms = ms*10 + int64(c-'0')
	}
	return ms * 1000, true
}
