package main

import "testing"

func TestIDsOfServersAreAlikeAndTypesAreNot(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		got := sameIDs(answer{body: map[string]any{"a": in}})
		if text(got.body) != `{"a":"`+want+`"}` {
			t.Errorf("%s became %s", in, text(got.body))
		}
	}
	f("[i/vcyRRuKPSJ--J1eG55f_1w]", "[i/MADE]")
	f("[i/497a872f3fa70083981a96]", "[i/MADE]")
	f("null_pointer_exception", "null_pointer_exception")
	f("class_cast_exception", "class_cast_exception")
}

func TestRequestsThatAreRefusedAreRead(t *testing.T) {
	list, err := parseErrors("# words\n== errors.a: POST /$I/_bulk %s\n{\"a\":1}\\n\nGET /$I/_doc/1?x=1\n== errors.b: POST /$I/_search {\"query\":%s}\n{\"a b\":1}\n", "i")
	want := []question{
		{kind: "errors.a", method: "POST", path: "/i/_bulk", raw: "{\"a\":1}\n"},
		{kind: "errors.a", method: "GET", path: "/i/_doc/1?x=1"},
		{kind: "errors.b", method: "POST", path: "/i/_search", raw: `{"query":{"a b":1}}`},
	}
	if err != nil || len(list) != len(want) {
		t.Fatal(list, err)
	}
	for i := range want {
		if list[i].kind != want[i].kind || list[i].method != want[i].method || list[i].path != want[i].path || list[i].raw != want[i].raw {
			t.Errorf("got %+v, want %+v", list[i], want[i])
		}
	}
	if all, err := parseErrors(errorsText, "i"); err != nil || len(all) < 400 {
		t.Errorf("%d requests, %v", len(all), err)
	}
	if _, err := parseErrors("== errors.a\nnonsense\n", "i"); err == nil {
		t.Error("a line that is no request was read")
	}
}
