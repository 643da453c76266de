package dsl

import (
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/eserr"
)

func TestReaderNamesTokensAndPlaces(t *testing.T) {
	r := newReader([]byte("{\n  \"a\": [1, \"x\", true, null],\n  \"é\": {}, \"b\": 2}"), Place{3, 10})
	var got []string
	for {
		if err := r.next(); err != nil {
			t.Fatal(err)
		}
		if r.tok == endInput {
			break
		}
		got = append(got, string(r.tok))
	}
	want := "START_OBJECT FIELD_NAME START_ARRAY VALUE_NUMBER VALUE_STRING VALUE_BOOLEAN VALUE_NULL END_ARRAY " +
		"FIELD_NAME START_OBJECT END_OBJECT FIELD_NAME VALUE_NUMBER END_OBJECT"
	if strings.Join(got, " ") != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestReaderCountsLinesAndColumnsFromOne(t *testing.T) {
	f := func(body string, at int, start, want Place) {
		t.Helper()
		if got := newReader([]byte(body), start).placeOf(at); got != want {
			t.Errorf("%q at %d: got %v, want %v", body, at, got, want)
		}
	}
	f("abc", 0, Place{1, 1}, Place{1, 1})
	f("abc", 2, Place{1, 1}, Place{1, 3})
	f("abc", 2, Place{4, 7}, Place{4, 9})
	f("a\nbc", 3, Place{4, 7}, Place{5, 2})
	f("éa", 2, Place{1, 1}, Place{1, 3}) // bytes, as Elasticsearch's parser counts them
	f("abc", 99, Place{1, 1}, Place{1, 4})
}

func TestReaderRefusesWhatIsNotJSON(t *testing.T) {
	refuses(t,
		refusal{`{"match_all":`, eserr.XContentParse, "Unexpected end-of-input"},
		refusal{`{"match_all": {}} x`, eserr.XContentParse, "invalid character"},
		refusal{`{"match_all": {}} {}`, eserr.Parsing, "expected the end of the query but found [START_OBJECT]"},
		refusal{`{'match_all': {}}`, eserr.XContentParse, "invalid character"},
		refusal{"\x00\x01", eserr.XContentParse, "invalid character"},
	)
}

func TestReaderRefusesAKeyThatComesTwice(t *testing.T) {
	refuses(t,
		refusal{`{"term": {"a": 1, "a": 2}}`, eserr.XContentParse, "[1:19] Duplicate field 'a'"},
		refusal{`{"match_all": {}, "match_all": {}}`, eserr.XContentParse, "[1:19] Duplicate field 'match_all'"},
		refusal{`{"bool": {"must": [], "filter": [], "must": []}}`, eserr.XContentParse, "Duplicate field 'must'"},
	)
}

func TestKeySetFindsKeysAmongManyAndFew(t *testing.T) {
	var s keySet
	for i := range 100 {
		if !s.add(strings.Repeat("k", i)) {
			t.Fatalf("key %d is said to be there already", i)
		}
	}
	for i := range 100 {
		if s.add(strings.Repeat("k", i)) {
			t.Fatalf("key %d is said to be new", i)
		}
	}
}
