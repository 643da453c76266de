package ingest

// SplitQuoted cuts a line of AWS's access logs (load balancers, S3) at blanks into tokens, which it appends to dst. A
// token that begins with a quote goes on to the quote that closes it and comes without both; a quote closes only
// before a blank or at the end of the line, and never after a backslash. Lists of quoted words (`"h2","http/1.1"`)
// are one token and keep their quotes. A quote that nothing closes takes the rest of the line.
//
// AWS does not escape every quote inside a quoted field, so there may be more tokens than fields: who calls checks.
// Tokens are slices of line.
func SplitQuoted(dst [][]byte, line []byte) [][]byte {
	for i := 0; ; {
		for i < len(line) && line[i] == ' ' {
			i++
		}
		if i >= len(line) {
			return dst
		}
		from := i
		if line[i] != '"' {
			for i < len(line) && line[i] != ' ' {
				i++
			}
			dst = append(dst, line[from:i])
			continue
		}
		end, list := closingQuote(line, from)
		if list {
			dst = append(dst, line[from:end+1])
		} else {
			dst = append(dst, line[from+1:end])
		}
		i = end + 1
	}
}

// closingQuote finds the quote that closes the one at from, or the end of the line. list tells that the token is a
// list of quoted words, whose last quote it is.
func closingQuote(line []byte, from int) (end int, list bool) {
	for i := from + 1; i < len(line); i++ {
		if line[i] != '"' || line[i-1] == '\\' && i-1 > from {
			continue
		}
		if i+1 == len(line) || line[i+1] == ' ' {
			return i, list
		}
		if line[i+1] == ',' && i+2 < len(line) && line[i+2] == '"' {
			list = true
			i += 2
		}
	}
	if list {
		return len(line) - 1, true
	}
	return len(line), false
}
