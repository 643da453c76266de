package pipeline

import (
	"regexp"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// split makes a list of a text.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/split-processor.html
type split struct {
	field, target string
	separator     *regexp.Regexp
	ignoreMissing bool
	trailing      bool // keep empty parts at the end
}

func makeSplit(c *config) processor {
	field := c.required("field")
	return &split{field, c.optional("target_field", field), c.pattern("separator"), c.flag("ignore_missing", false), c.flag("preserve_trailing", false)}
}

func (p *split) run(r *run, d *Document) error {
	v, ok, err := source(d, p.field, p.ignoreMissing, "split.")
	if !ok {
		return err
	}
	s, err := toText(p.field, v)
	if err != nil {
		return err
	}
	parts := javaSplit(p.separator, s, p.trailing)
	if err := r.grow(len(s) + 16*len(parts)); err != nil {
		return err
	}
	return d.set(p.target, listOfTexts(parts))
}

func listOfTexts(parts []string) *List {
	l := &List{items: make([]any, len(parts))}
	for i, part := range parts {
		l.items[i] = part
	}
	return l
}

// javaSplit splits as Java's Pattern.split: no empty part before an empty match at the beginning, and, unless trailing, none at the end.
func javaSplit(re *regexp.Regexp, s string, trailing bool) []string {
	var parts []string
	at := 0
	for _, m := range re.FindAllStringIndex(s, -1) {
		if m[1] == 0 || m[0] == len(s) && m[0] == m[1] {
			continue
		}
		parts = append(parts, s[at:m[0]])
		at = m[1]
	}
	parts = append(parts, s[at:])
	for !trailing && len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	return parts
}

// join makes a text of a list.
type join struct{ field, target, separator string }

func makeJoin(c *config) processor {
	field := c.required("field")
	return &join{field, c.optional("target_field", field), c.required("separator")}
}

func (p *join) run(r *run, d *Document) error {
	l, err := list(d, p.field, "join.")
	if err != nil {
		return err
	}
	size := 0
	parts := make([]string, len(l.items))
	for i, item := range l.items {
		parts[i] = text(item)
		size += len(parts[i]) + len(p.separator)
	}
	if err := r.grow(size); err != nil {
		return err
	}
	return d.set(p.target, strings.Join(parts, p.separator))
}

// list reads a field that must be a list.
func list(d *Document, field, purpose string) (*List, error) {
	v, _, err := source(d, field, false, purpose)
	if err != nil {
		return nil, err
	}
	l, ok := v.(*List)
	if !ok {
		return nil, cast(field, v, "java.util.List")
	}
	return l, nil
}

// sortList puts a list into order.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/sort-processor.html
type sortList struct {
	field, target string
	descending    bool
}

func makeSort(c *config) processor {
	field := c.required("field")
	p := &sortList{field: field, target: c.optional("target_field", field)}
	switch order := strings.ToLower(c.optional("order", "asc")); order {
	case "asc":
	case "desc":
		p.descending = true
	default:
		c.fail("order", "Sort direction [%s] not recognized. Valid values are: [asc, desc]", order)
	}
	return p
}

func (p *sortList) run(r *run, d *Document) error {
	l, err := list(d, p.field, "sort.")
	if err != nil {
		return err
	}
	items := slices.Clone(l.items)
	for _, item := range items {
		if javaType(item) != javaType(items[0]) {
			return eserr.Errorf(500, "class_cast_exception", "class %s cannot be cast to class %s", javaType(item), javaType(items[0]))
		}
	}
	if err := r.grow(16 * len(items)); err != nil {
		return err
	}
	slices.SortStableFunc(items, func(a, b any) int {
		c := compareAny(a, b)
		if p.descending {
			return -c
		}
		return c
	})
	return d.set(p.target, &List{items: items})
}

func compareAny(a, b any) int {
	if n, ok := a.(Number); ok {
		if m, ok := b.(Number); ok {
			return compareNumbers(n, m)
		}
	}
	return strings.Compare(text(a), text(b))
}
