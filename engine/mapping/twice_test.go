package mapping

import (
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/storage/document"
)

func TestANameTwiceIsRefusedAndInAStreamTheLastCounts(t *testing.T) {
	f := func(mappings, source, refused, stream string) {
		t.Helper()
		m := mustParse(t, mappings)
		for range 2 { // the second time a plan would be there
			_, err := m.Document(&document.Document{Source: []byte(source)}, Options{})
			switch {
			case refused == "" && err != nil:
				t.Errorf("%s: %v", source, err)
			case refused != "" && (err == nil || !strings.HasPrefix(err.Error(), "document_parsing_exception: "+refused)):
				t.Errorf("%s: %v, want %s", source, err, refused)
			}
			if got, _ := read(t, m, source, Options{Stream: true}); got != stream {
				t.Errorf("%s in a stream: got %s, want %s", source, got, stream)
			}
		}
	}
	long := `{"properties":{"n":{"type":"long"}}}`
	f(long, `{"n":1,"n":2}`, "[1:6] failed to parse: [1:11] Duplicate field 'n'", "n=2; _ignored=n")
	f(long, "{\"n\":1,\n\"n\":2}", "[1:6] failed to parse: [2:4] Duplicate field 'n'", "n=2; _ignored=n")
	f(`{"enabled":false}`, `{"o":[{"x":{"y":1,"z":2,"y":3}}]}`, "[1:23] failed to parse: [1:28] Duplicate field 'y'", "")
	f(`{"properties":{"o":{"type":"object","enabled":false}}}`, `{"o":{"a":1,"\u0061":2}}`, "[1:11] failed to parse: [1:21] Duplicate field 'a'", "")
	f(long, `{"n":1,"o":[{"n":1},{"n":1}],"p":{"n":1}}`, "", "n=1; o.n=1; o.n=1; p.n=1")
}
