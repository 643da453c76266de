package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
)

func (h *harness) modify(verb, stream, index string) error {
	return h.ModifyDataStreams(context.Background(), root, json.RawMessage(fmt.Sprintf(`{"actions":[{%q:{"data_stream":%q,"index":%q}}]}`, verb, stream, index)))
}

func TestABackingIndexThatWasAddedStaysSoOverAStart(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("create", trail, "s", `{"@timestamp":"2026-06-01T11:00:00Z"}`), op("index", "old", "o", `{"@timestamp":"2009-06-01T11:00:00Z"}`))
	write := h.streams[trail].writeIndex()
	refusal(t, h.modify("remove_backing_index", trail, write), 400, "illegal_argument_exception",
		"cannot remove backing index ["+write+"] of data stream ["+trail+"] because it is the write index")
	h.must(h.modify("add_backing_index", trail, "old"))
	h.reopen()
	equal(t, h.streams[trail].Indices, []string{"old", write})
	equal(t, h.count(trail), 2)
	equal(t, h.bulk(op("create", trail, "o", `{"@timestamp":"2026-06-01T11:00:00Z"}`)), []string{"409 version_conflict_engine_exception"})
	h.must(h.modify("remove_backing_index", trail, "old"))
	h.reopen()
	equal(t, h.streams[trail].Indices, []string{write})
	equal(t, h.bulk(op("index", "old", "p", `{"@timestamp":"2009-06-01T11:00:00Z"}`)), []string{"201 created 1"})
	equal(t, h.count(trail), 1)
}

// TestBackingIndicesChangeWhileTheyAreWritten is for the race detector, too: writers read to which data stream an index belongs.
func TestBackingIndicesChangeWhileTheyAreWritten(t *testing.T) {
	h := newHarness(t)
	h.bulk(op("create", trail, "s", `{"@timestamp":"2026-06-01T11:00:00Z"}`), op("index", "old", "o", `{"@timestamp":"2009-06-01T11:00:00Z"}`))
	var wg sync.WaitGroup
	written := make([]int, 2)
	for w, index := range []string{trail, "old"} {
		wg.Go(func() {
			for i := range 200 {
				answer, err := h.Bulk(context.Background(), root, []BulkOp{op("create", index, fmt.Sprint(index, i), `{"@timestamp":"2026-06-01T11:00:00Z"}`)}, BulkOptions{})
				if err != nil {
					t.Error(err)
				} else if answer.Items[0].Error == nil {
					written[w]++
				}
			}
		})
	}
	for range 50 {
		h.must(h.modify("add_backing_index", trail, "old"))
		h.must(h.modify("remove_backing_index", trail, "old"))
	}
	wg.Wait()
	if written[0] != 200 {
		t.Errorf("the data stream took %d of 200 documents", written[0])
	}
	_, err := h.Refresh(context.Background(), root, Target{})
	h.must(err)
	equal(t, h.count("old"), written[1]+1)
}
