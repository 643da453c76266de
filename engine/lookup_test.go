package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestLookupsAreFoundWhereTheyMayStand(t *testing.T) {
	for body, want := range map[string]string{
		`{"query":{"terms":{"u":{"index":"i","id":1,"path":"f"}}}}`:                                               `[{"index":"i","id":1,"path":"f"}]`,
		`{"a":[{"terms":{"boost":2,"u":{"path":"f","id":"x","index":"i","routing":"r"}}},{"terms":{"v":["a"]}}]}`: `[{"path":"f","id":"x","index":"i","routing":"r"}]`,
		`{"aggs":{"terms":{"terms":{"field":"path","order":{"_key":"asc"}}}}}`:                                    `[]`,
		`{"terms":{"u":{"index":"i","id":"1"}}}`:                                                                  `[]`,
		`{"terms":{"u":{"index":"i","id":"1","path":"f","more":1}}}`:                                              `[]`,
		`{"terms":{"u":{"index":"i","id":"1","path":"f","more":{}}}}`:                                             `[]`,
		`{"term":{"u":{"index":"i","id":"1","path":"f"}}}`:                                                        `[]`,
		`{"terms":{"u":{"index":"i","id":"1","path":"f"}`:                                                         `[{"index":"i","id":"1","path":"f"}]`,
		`"terms"`: `[]`,
		`[[`:      `[]`,
	} {
		got := []string{}
		for _, l := range findLookups([]byte(body)) {
			got = append(got, body[l.from:l.to])
		}
		if text := fmt.Sprintf("[%s]", strings.Join(got, ",")); text != want {
			t.Errorf("%s: %s, want %s", body, text, want)
		}
	}
}

func TestSeveralLookupsOfOneBody(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("index", "lists", "bad", `{"ips":["10.0.0.1","10.0.0.2"],"who":{"name":"eve"}}`),
		op("index", "a", "1", `{"ip":"10.0.0.1","user":"eve"}`), op("index", "a", "2", `{"ip":"10.0.0.2","user":"bob"}`), op("index", "a", "3", `{"ip":"10.0.0.3","user":"eve"}`))
	body := `{"query":{"bool":{"must":[{"terms":{"ip.keyword":{"index":"lists","id":"bad","path":"ips"}}}],"filter":{"terms":{"user.keyword":{"index":"lists","id":"bad","path":"who.name"}}}}}}`
	answer, err := h.Count(context.Background(), root, &SearchRequest{Target: Target{Expression: "a"}, Body: json.RawMessage(body)})
	if err != nil || answer.Count != 1 {
		t.Errorf("%+v, %v", answer, err)
	}
	_, err = h.Search(context.Background(), Principal{Name: "nobody"}, &SearchRequest{Body: json.RawMessage(body)})
	refusal(t, err, 403, "security_exception", "unauthorized")
}

func FuzzLookups(f *testing.F) {
	f.Add(`{"query":{"terms":{"u":{"index":"i","id":1,"path":"f"}}}}`)
	f.Add(`[{"terms":{"a":{"index":"i"`)
	f.Fuzz(func(t *testing.T, body string) {
		for _, l := range findLookups([]byte(body)) {
			if l.from < 0 || l.to > len(body) || body[l.from] != '{' || body[l.to-1] != '}' {
				t.Fatalf("%q: a lookup from %d to %d", body, l.from, l.to)
			}
		}
	})
}

func TestTooManyLookupsAreRefused(t *testing.T) {
	h := newHarness(t)
	one := `{"terms":{"u":{"index":"i","id":"1","path":"f"}}}`
	body := `{"query":{"bool":{"should":[` + strings.Repeat(one+",", maxLookups) + one + `]}}}`
	_, err := h.Search(context.Background(), root, &SearchRequest{Body: json.RawMessage(body)})
	refusal(t, err, 400, "illegal_argument_exception", "at most [1024] documents, not [1025]")
}
