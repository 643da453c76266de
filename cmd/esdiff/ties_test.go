package main

import "testing"

func TestTiesOfSignificantTerms(t *testing.T) {
	f := func(want, got string, differences int) {
		t.Helper()
		read := func(s string) answer {
			body, err := decode([]byte(s))
			if err != nil {
				t.Fatal(err)
			}
			return normalise(answer{status: 200, body: body})
		}
		if all := compare(read(want), read(got)); len(all) != differences {
			t.Errorf("%s and %s: %v, want %d differences", want, got, all, differences)
		}
	}
	const a, b, c, d = `{"key":"a","score":1.0,"bg_count":1}`, `{"key":"b","score":1.0,"bg_count":1}`, `{"key":"c","score":0.5,"bg_count":1}`, `{"key":"d","score":0.5,"bg_count":1}`
	f(`[`+b+`,`+a+`]`, `[`+a+`,`+b+`]`, 0)
	f(`[`+b+`,`+a+`,`+c+`]`, `[`+a+`,`+b+`,`+d+`]`, 0) // the cut
	f(`[`+a+`,`+c+`]`, `[`+b+`,`+c+`]`, 1)             // not the cut
	f(`[`+a+`]`, `[{"key":"a","score":1.0,"bg_count":2}]`, 1)
	f(`[{"key":"a"},{"key":"b"}]`, `[{"key":"b"},{"key":"a"}]`, 2)
}
