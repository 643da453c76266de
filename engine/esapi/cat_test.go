package esapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine"
)

func catServer(health string) *Server {
	return newServer(&fakeBackend{
		health:  health,
		indices: twoIndices(),
		stats: []engine.IndexStats{
			{Name: "a", UUID: "ua", Docs: 12, DeletedDocs: 1, Bytes: 1536, Segments: 2, CreatedAt: 1780000000000},
			{Name: ".ds-s-000001", UUID: "us", Docs: 3, Bytes: 2 << 30, Segments: 9, CreatedAt: 1780000000001},
		},
		templates: map[engine.TemplateKind][]engine.Template{
			engine.IndexTemplate:  {{Name: "t", Body: []byte(`{"index_patterns":["a*","b*"],"priority":200,"version":3,"composed_of":["c","d"]}`)}},
			engine.LegacyTemplate: {{Name: "old", Body: []byte(`{"index_patterns":["o*"],"order":1}`)}},
		},
	})
}

func TestCatTables(t *testing.T) {
	s := catServer("yellow")
	for path, want := range map[string]string{
		"/_cat/indices": "yellow open a            ua 3 1 12 1 1.5kb 1.5kb 1.5kb\n" +
			"green  open .ds-s-000001 us 1 0  3 0   2gb   2gb   2gb\n",
		"/_cat/indices?v&h=i,dc&s=dc":          "i            dc\n.ds-s-000001  3\na            12\n",
		"/_cat/indices?h=index&s=index:desc":   "a\n.ds-s-000001\n",
		"/_cat/indices?h=index&s=dd:desc,ss":   "a\n.ds-s-000001\n",
		"/_cat/indices/a?h=i,cd,cds&s=i":       ".ds-s-000001 1780000000001 2026-05-28T20:26:40.001Z\na            1780000000000 2026-05-28T20:26:40.000Z\n",
		"/_cat/indices?h=index&health=green":   ".ds-s-000001\n",
		"/_cat/indices?h=store.size&bytes=b":   "      1536\n2147483648\n",
		"/_cat/indices?h=ss,nothing&bytes=kb":  "      1\n2097152\n",
		"/_cat/indices?h=docs.*,*.count&s=i":   " 3 0  3 9 9\n12 1 12 2 2\n",
		"/_cat/health":                         "1795526055 13:14:15 c yellow 1 1 2 2 0 0 0 0 0 - 100.0%\n",
		"/_cat/health?ts=false&h=cl,st":        "c yellow\n",
		"/_cat/count/a?v":                      "     epoch timestamp count\n1795526055 13:14:15      7\n",
		"/_cat/aliases":                        "one a - - - -\ntwo a * - - true\n",
		"/_cat/aliases/one?h=alias":            "one\n",
		"/_cat/templates":                      "old [o*]     1     \nt   [a*, b*] 200 3 [c, d]\n",
		"/_cat/templates/o*?h=name,p":          "old 1\n",
		"/_cat/shards?h=index,shard,prirep,st": "a            0 p STARTED\n.ds-s-000001 0 p STARTED\n",
		"/_cat/count?help":                     "epoch     | t,time                  | seconds since 1970-01-01 00:00:00\ntimestamp | ts,hms,hhmmss           | time in HH:MM:SS\ncount     | dc,docs.count,docsCount | the document count\n",
	} {
		status, got, header := do(t, s, request("GET", path, ""))
		if status != 200 || got != want || header.Get("Content-Type") != typeText {
			t.Errorf("%s: %d %q\n got %q\nwant %q", path, status, header.Get("Content-Type"), got, want)
		}
	}
	ask(t, s, "GET", "/_cat", "", 200, "~/_cat/indices/{index}\n")
}

func TestCatAsJSON(t *testing.T) {
	s := catServer("")
	ask(t, s, "GET", "/_cat/indices/a?format=json&h=index,docs.count,store.size&s=index:desc", "", 200,
		`[{"index":"a","docs.count":"12","store.size":"1.5kb"},{"index":".ds-s-000001","docs.count":"3","store.size":"2gb"}]`)
	ask(t, s, "GET", "/_cat/health?format=json&filter_path=nothing", "", 200, `[]`)
	ask(t, s, "GET", "/_cat/health?format=json&h=status", "", 200, `[{"status":"green"}]`)
	ask(t, s, "GET", "/_cat/aliases/nothing?format=json", "", 200, `[]`)
	ask(t, s, "GET", "/_cat/count?format=json&h=count&filter_path=count", "", 200, `[{"count":"7"}]`)
}

func TestCatRefusals(t *testing.T) {
	s := catServer("")
	ask(t, s, "GET", "/_cat/indices?s=nothing", "", 400, "~Unable to sort by unknown sort key `nothing`")
	ask(t, s, "GET", "/_cat/indices?bytes=feet", "", 400, "~[bytes] is one of")
	ask(t, s, "GET", "/_cat/indices?health=blue", "", 400, "~unknown cluster health status [blue]")
	ask(t, s, "GET", "/_cat/nothing", "", 400, "~no handler found")
	ask(t, s, "GET", "/_cat/count?v=maybe", "", 400, "~[maybe]")
}

func TestSizesForPeople(t *testing.T) {
	c := &call{query: map[string]string{}}
	for n, want := range map[int64]string{0: "0b", 1: "1b", 1023: "1023b", 1024: "1kb", 1536: "1.5kb", 1<<20 - 1: "1023.9kb", 1 << 40: "1tb", 5 << 50: "5pb"} {
		got, err := c.bytesCell(n)
		if err != nil || got.text != want {
			t.Errorf("%d: %q %v, want %q", n, got.text, err, want)
		}
	}
}

func TestCellsSort(t *testing.T) {
	for _, c := range []struct {
		a, b cell
		want int
	}{
		{numberCell(9), numberCell(10), -1}, {numberCell(10), numberCell(10), 0}, {textCell("9"), textCell("10"), 1},
	} {
		if got := c.a.compare(c.b); got != c.want {
			t.Errorf("%v %v: %d", c.a, c.b, got)
		}
	}
	if text := (&table{columns: []column{{name: "x"}}, rows: [][]cell{{numberCell(7)}}}).json([]shownColumn{{0, "x"}}); string(text) != `[{"x":"7"}]` {
		t.Error(string(text))
	}
	if !strings.HasPrefix(fmt.Sprint(numberCell(3)), "{3") {
		t.Error("numbers have no text")
	}
}
