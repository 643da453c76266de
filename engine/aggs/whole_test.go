package aggs_test

import (
	"fmt"
	"testing"

	"github.com/vedette-siem/vedette/engine/aggs"
)

// TestWholeSegmentsAnswerAsBlocksDo has times that ascend, as those of a segment do.
func TestWholeSegmentsAnswerAsBlocksDo(t *testing.T) {
	var events []string
	for day, n := range []int{4, 3, 20} {
		for i := range n {
			events = append(events, fmt.Sprintf(`{"t":"2026-06-0%dT%02d:00:00Z","n":%d,"k":"%c"}`, day+1, i, i, 'a'+i%3))
		}
	}
	s := newShelf(t, "whole", testMapping, kinds(), events)
	for _, request := range []string{
		`{"a":{"date_histogram":{"field":"t","calendar_interval":"day","min_doc_count":1}}}`,
		`{"a":{"date_histogram":{"field":"t","calendar_interval":"day","min_doc_count":1,"hard_bounds":{"min":"2026-06-02T00:00:00Z","max":"2026-06-03T00:00:00Z"}}}}`,
		`{"a":{"date_histogram":{"field":"t","fixed_interval":"7h","time_zone":"Asia/Kolkata"}},"b":{"terms":{"field":"k"}},"c":{"stats":{"field":"n"}},"d":{"avg":{"field":"n"}}}`,
		`{"a":{"histogram":{"field":"n","interval":5,"min_doc_count":1}},"b":{"terms":{"field":"k","missing":"none"}},"c":{"value_count":{"field":"k"}},"d":{"cardinality":{"field":"k"}}}`,
	} {
		tree := parse(t, request)
		var answers []string
		for _, whole := range []bool{false, true} {
			s.whole = whole
			parts, err := s.partials(tree, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := tree.Result(aggs.Merge(parts), false)
			if err != nil {
				t.Fatal(err)
			}
			answers = append(answers, string(got))
		}
		if answers[0] != answers[1] {
			t.Errorf("%s\nwhole  %s\nblocks %s", request, answers[1], answers[0])
		}
	}
}
