package eserr

import (
	"encoding/json"
	"errors"
	"testing"
)

func TestAnErrorMarshalsAsElasticsearchs(t *testing.T) {
	e := Errorf(404, IndexNotFound, "no such index [%s]", "x")
	e.Index, e.IndexUUID, e.ResourceType, e.ResourceID = "x", "_na_", "index_or_alias", "x"
	e.CausedBy = Illegal("because")
	got, err := json.Marshal(e)
	want := `{"type":"index_not_found_exception","reason":"no such index [x]","resource.type":"index_or_alias","resource.id":"x","index_uuid":"_na_","index":"x",` +
		`"caused_by":{"type":"illegal_argument_exception","reason":"because"}}`
	if err != nil || string(got) != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
}

func TestAnErrorTellsItsCause(t *testing.T) {
	cause := Illegal("because")
	e := Shard(QueryShard, "no")
	if errors.Unwrap(e) != nil || e.Phase != PhaseQuery || e.Status != 400 {
		t.Errorf("%+v", e)
	}
	e.CausedBy = cause
	if !errors.Is(e, cause) || e.Error() != "query_shard_exception: no: illegal_argument_exception: because" {
		t.Error(e)
	}
}
