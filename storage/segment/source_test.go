package segment

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/vedette-siem/vedette/storage/document"
)

// speller writes documents whose values are spelled in many ways, and the columns that a mapping would make of them.
type speller struct {
	r    *rand.Rand
	n    int
	json strings.Builder
	doc  *document.Document
}

func (s *speller) pick(of ...string) string { return of[s.r.IntN(len(of))] }

// member writes a member and, most of the time, its column.
func (s *speller) member(name, text string, f document.Field) {
	if s.json.Len() > 1 {
		s.json.WriteString(s.pick(",", ",", ",", ", ", ",\n\t"))
	}
	fmt.Fprintf(&s.json, `"%s":%s`, name, text)
	f.Name = name
	if f.Kind != 0 && s.r.IntN(12) > 0 {
		s.doc.Fields = append(s.doc.Fields, f)
	}
}

func (s *speller) keyword(name string) {
	v := s.pick("plain", "a\"b", "tab\tnew\nline", "<html>&", "ünïcödé", "\u2028", "emoji 😀", "back\\slash", "", "6", "true", "\x7f\x01", "sl/ash")
	quoted, _ := json.Marshal(v)
	var raw bytes.Buffer
	e := json.NewEncoder(&raw)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	text := s.pick(string(quoted), strings.TrimSpace(raw.String()), string(appendEscaped(nil, v, printASCII)), strings.ReplaceAll(string(quoted), "/", `\/`))
	if v == "6" || v == "true" {
		text = s.pick(text, v)
	}
	s.member(name, text, document.Field{Kind: document.Keyword, Str: v})
}

func (s *speller) numbers() {
	n := s.r.Int64N(2_000) - 1_000
	s.member("long", s.pick(strconv.FormatInt(n, 10), strconv.Quote(strconv.FormatInt(n, 10)), fmt.Sprintf("%d.0", n), fmt.Sprintf("%de0", n)), document.Field{Kind: document.Long, Num: n})
	f := float64(n) / 8
	s.member("double", s.pick(strconv.FormatFloat(f, 'f', -1, 64), strconv.FormatFloat(f, 'f', 6, 64), strconv.FormatFloat(f, 'e', -1, 64), fmt.Sprintf("%q", fmt.Sprint(f)),
		strconv.FormatFloat(f, 'f', 1, 64)), document.Field{Kind: document.Double, Num: document.SortableDouble(f)})
	s.member("flag", s.pick("true", `"true"`, "null"), document.Field{Kind: document.Boolean, Num: 1})
}

func (s *speller) dates() (date string) {
	t := time.Unix(s.r.Int64N(4e9)-1e9, s.r.Int64N(3)*500_000_000).UTC()
	date = s.pick(t.Format("2006-01-02T15:04:05.000Z"), t.Format(time.RFC3339), t.Format("2006-01-02T15:04:05.000000+00:00"), t.Format(time.RFC3339Nano), t.Format("2006-01-02 15:04:05"))
	s.member("date", s.pick(strconv.Quote(date), strconv.Quote(date), strconv.FormatInt(t.UnixMilli(), 10), strconv.FormatInt(t.Unix(), 10)), document.Field{Kind: document.Date, Num: t.UnixMilli()})
	s.member("nanos", strconv.Quote(t.Format("2006-01-02T15:04:05.000000000Z")), document.Field{Kind: document.DateNanos, Num: t.UnixNano()})
	return date
}

func (s *speller) address() string {
	var a netip.Addr
	if s.r.IntN(2) == 0 {
		a = netip.AddrFrom4([4]byte{10, 0, byte(s.r.IntN(3)), byte(s.r.IntN(256))})
	} else {
		a = netip.MustParseAddr(s.pick("::1", "2001:db8::1", "fe80::", "::ffff:10.0.0.1", "1:2:3:4:5:6:7:8"))
	}
	text := s.pick(a.String(), a.String(), a.StringExpanded(), strings.ToUpper(a.String()))
	s.member("ip", strconv.Quote(text), document.Field{Kind: document.IP, Str: document.IPKey(a)})
	return text
}

func (s *speller) list() {
	var texts []string
	for range s.r.IntN(5) {
		v := s.pick("b", "a", "c", "a")
		texts = append(texts, strconv.Quote(v))
		s.doc.Fields = append(s.doc.Fields, document.Field{Name: "list", Kind: document.Keyword, Str: v})
	}
	s.member("list", "["+strings.Join(texts, s.pick(",", " , "))+"]", document.Field{})
}

// next is a document.
func (s *speller) next() *document.Document {
	s.doc = &document.Document{ID: fmt.Sprintf("id-%06d", s.n), Time: s.r.Int64N(1000), SeqNo: int64(s.n), Version: 1}
	s.n++
	s.json.Reset()
	s.json.WriteByte('{')
	s.keyword("kw")
	var ip, date string
	if s.r.IntN(4) > 0 {
		s.numbers()
		date = s.dates()
	}
	if s.r.IntN(3) > 0 {
		ip = s.address()
		s.list()
	}
	s.keyword("other")
	s.member("line", strconv.Quote(fmt.Sprintf("%s %s [%s] %d: %s", s.pick("GET", "PUT"), ip, date, s.r.IntN(99), s.pick("ok", "ok", "", `quo"ted`))), document.Field{})
	s.json.WriteByte('}')
	s.doc.Source = []byte(s.json.String())
	if s.r.IntN(20) == 0 { // no JSON at all, or none that Scan takes apart
		s.doc.Source = []byte(s.pick("", "{", `[1]`, strings.Repeat(`{"a":`, 70)+"1"+strings.Repeat("}", 70)))
	}
	return s.doc
}

// TestSourcesComeBackByteForByte writes values in every spelling, merges the segments, and merges the merged one again.
func TestSourcesComeBackByteForByte(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 20 {
		s := &speller{r: r}
		var all []*document.Document
		var views []View
		for range 1 + r.IntN(4) {
			docs := make([]*document.Document, r.IntN(80))
			for i := range docs {
				docs[i] = s.next()
			}
			segment, err := Build(docs)
			if err != nil {
				t.Fatal(err)
			}
			sameSources(t, segment, docs)
			deleted := roaring.New()
			for _, d := range docs {
				if n, _ := segment.Lookup(d.ID); r.IntN(5) == 0 {
					deleted.Add(n)
				} else {
					all = append(all, d)
				}
			}
			views = append(views, View{segment, deleted})
		}
		merged := mergeInto(t, views)
		sameSources(t, merged, all)
		sameSources(t, mergeInto(t, []View{{Segment: merged}}), all)
	}
}

func sameSources(t *testing.T, s *Segment, docs []*document.Document) {
	t.Helper()
	sources := s.Sources()
	for _, d := range docs {
		n, ok := s.Lookup(d.ID)
		if !ok {
			t.Fatalf("%s is gone", d.ID)
		}
		if got, err := sources.Read(n); err != nil || !bytes.Equal(got, d.Source) {
			t.Fatalf("source of %s is\n%s, want\n%s (%v)", d.ID, got, d.Source, err)
		}
	}
}

// mergeInto merges into a file and opens it.
func mergeInto(t *testing.T, views []View) *Segment {
	t.Helper()
	var raw bytes.Buffer
	if _, err := merge(&raw, views, nil); err != nil {
		t.Fatal(err)
	}
	s, err := parse(raw.Bytes(), filepath.Join(t.TempDir(), "merged"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// flows makes documents as a shipper writes them, with the raw line beside the values in it.
func flows(r *rand.Rand, n int) []*document.Document {
	docs := make([]*document.Document, n)
	for i := range docs {
		at := time.Unix(1_782_691_147+int64(i), 0).UTC()
		src, dst := netip.AddrFrom4([4]byte{10, 0, byte(r.IntN(9)), byte(r.IntN(9))}), netip.AddrFrom4([4]byte{byte(r.IntN(200)), 1, 2, 3})
		port, packets := r.Int64N(60_000), 1+r.Int64N(9)
		size := packets * (40 + r.Int64N(1400))
		action, outcome := "ACCEPT", "success"
		if r.IntN(10) == 0 {
			action, outcome = "REJECT", "failure"
		}
		docs[i] = &document.Document{ID: fmt.Sprintf("flow-%08d", i), Time: at.UnixMilli(), SeqNo: int64(i), Version: 1,
			Source: fmt.Appendf(nil, `{"@timestamp":%q,"message":"2 123456789012 %s %s %d 443 6 %d %d %d %s OK","source":{"ip":%q,"port":%d,"bytes":%d,"packets":%d},"destination":{"ip":%q},"action":%q,"outcome":%q,"account":"123456789012"}`,
				at.Format(time.RFC3339), src, dst, port, packets, size, at.Unix(), action, src, port, size, packets, dst, action, outcome),
			Fields: []document.Field{
				{Name: "@timestamp", Kind: document.Date, Num: at.UnixMilli()}, {Name: "source.ip", Kind: document.IP, Str: document.IPKey(src)},
				{Name: "source.port", Kind: document.Long, Num: port}, {Name: "source.bytes", Kind: document.Long, Num: size}, {Name: "source.packets", Kind: document.Long, Num: packets},
				{Name: "destination.ip", Kind: document.IP, Str: document.IPKey(dst)}, {Name: "action", Kind: document.Keyword, Str: action},
				{Name: "outcome", Kind: document.Keyword, Str: outcome}, {Name: "account", Kind: document.Keyword, Str: "123456789012"},
			}}
	}
	return docs
}

// TestSourcesOfAStreamCostAlmostNothing is what the forms are for: values that columns have, and the line that is made of them, are not stored again.
func TestSourcesOfAStreamCostAlmostNothing(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	docs := flows(rand.New(rand.NewPCG(seed, 0)), 2000)
	segment, err := Build(docs)
	if err != nil {
		t.Fatal(err)
	}
	sameSources(t, segment, docs)
	stored := segment.dir.Source.Rest.Bytes.Len + segment.dir.Source.Recipes.Bytes.Len + segment.dir.Source.Skeletons.Bytes.Len
	if stored > 2000 {
		t.Errorf("the sources of 2000 flows take %d bytes beside the columns, %d forms", stored, segment.dir.Source.Recipes.N)
	}
}

// TestSourcesOfManySkeletonsAreKeptWhole goes over the limits of the tables.
func TestSourcesOfManySkeletonsAreKeptWhole(t *testing.T) {
	docs := make([]*document.Document, maxSkeletons+50)
	for i := range docs {
		docs[i] = &document.Document{ID: fmt.Sprint(i), SeqNo: int64(i), Source: fmt.Appendf(nil, `{"k%d":1}`, i)}
	}
	segment, err := Build(docs)
	if err != nil {
		t.Fatal(err)
	}
	sameSources(t, segment, docs)
	sameSources(t, mergeInto(t, []View{{Segment: segment}}), docs)
}

func BenchmarkBuildFlows(b *testing.B) {
	docs := flows(rand.New(rand.NewPCG(1, 0)), 16_000)
	b.ReportMetric(0, "ns/op")
	for b.Loop() {
		if _, err := Build(docs); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(docs)), "ns/doc")
}

func BenchmarkReadSources(b *testing.B) {
	docs := flows(rand.New(rand.NewPCG(1, 0)), 16_000)
	segment, err := Build(docs)
	if err != nil {
		b.Fatal(err)
	}
	sources := segment.Sources()
	n := uint32(0)
	for b.Loop() {
		if _, err := sources.Read(n); err != nil {
			b.Fatal(err)
		}
		n = (n + 1) % 16_000
	}
}

func TestATemplateThatDoesNotFitTakesNothingFromTheRest(t *testing.T) {
	parts := []part{{kind: partLiteral, text: "a "}, {kind: partRest}, {kind: partLiteral, text: " z"}}
	f := func(text, want string, fits bool) {
		t.Helper()
		rest, ok := matches(parts, []byte(text), &holeTexts{}, []byte("before"))
		if ok != fits || string(rest) != want {
			t.Errorf("%q: %v, rest %q, want %v, %q", text, ok, rest, fits, want)
		}
	}
	f("a middle z", "before\x06middle", true)
	f("a middle", "before", false)
	f("a middle z and more", "before", false)
	f("b", "before", false)
}

// TestADocumentOfManyValuesIsKeptWhole: the paths of its holes alone would take holes times names of memory.
func TestADocumentOfManyValuesIsKeptWhole(t *testing.T) {
	wide := fmt.Appendf(nil, `{"a":[0%s]}`, strings.Repeat(",0", maxHoles))
	deep := fmt.Appendf(nil, `{"a":{%q:[0%s]}}`, strings.Repeat("n", 30_000), strings.Repeat(",0", maxPathBytes/30_000))
	docs := []*document.Document{{ID: "1", Source: wide}, {ID: "2", Source: deep}, {ID: "3", Source: []byte(`{"a":[0]}`)}}
	s, err := Build(docs)
	if err != nil {
		t.Fatal(err)
	}
	sameSources(t, s, docs)
	if n := s.dir.Source.Skeletons.N; n != 1 {
		t.Errorf("%d skeletons are kept, want that of the small one", n)
	}
}

// TestLearningTemplatesIsBounded: it takes steps for each word and hole.
func TestLearningTemplatesIsBounded(t *testing.T) {
	var docs []*document.Document
	for i := range 200 {
		var words, tags []string
		d := &document.Document{ID: fmt.Sprint(i), SeqNo: int64(i)}
		for n := range 1000 {
			words, tags = append(words, fmt.Sprint("w", i, "x", n)), append(tags, fmt.Sprintf(`"t%d"`, n))
			d.Fields = append(d.Fields, document.Field{Name: "tags", Kind: document.Keyword, Str: fmt.Sprint("t", n)})
		}
		d.Source = fmt.Appendf(nil, `{"tags":[%s],"m":%q}`, strings.Join(tags, ","), strings.Join(words, " "))
		docs = append(docs, d)
	}
	b := NewBuilder(Sizes{})
	for _, d := range docs {
		if _, err := b.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	m := b.sources
	if most := maxLearning + maxTemplateText*1001; m.learning == 0 || m.learning > most {
		t.Errorf("%d steps were spent on learning, want at most %d", m.learning, most)
	}
}

// TestSourcesThatWereTakenApartBefore mixes documents whose shape is known with others, of several skeletons.
func TestSourcesThatWereTakenApartBefore(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	var docs []*document.Document
	for i := range 500 {
		n := r.IntN(4)
		d := &document.Document{ID: fmt.Sprint("id", i), SeqNo: int64(i), Version: 1, Source: []byte(`{`)}
		for field := range n + 1 {
			value := fmt.Sprint("v", r.IntN(5))
			d.Source = fmt.Appendf(d.Source, `"f%d":%q,`, field, value)
			d.Fields = append(d.Fields, document.Field{Name: fmt.Sprint("f", field), Kind: document.Keyword, Str: value})
		}
		d.Source[len(d.Source)-1] = '}'
		var shape document.Shape
		if r.IntN(2) == 0 && shape.Scan(d.Source) {
			d.Skeleton, d.Holes = string(shape.Skeleton), shape.Holes
		}
		docs = append(docs, d)
	}
	s, err := Build(docs)
	if err != nil {
		t.Fatal(err)
	}
	sameSources(t, s, docs)
	if s.dir.Source.Skeletons.N != 4 || s.dir.Source.Recipes.N != 4 {
		t.Errorf("%d skeletons and %d forms, want 4", s.dir.Source.Skeletons.N, s.dir.Source.Recipes.N)
	}
}
