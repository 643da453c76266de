package search

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/vedette-siem/vedette/engine/dsl"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/suggest"
)

// SuggestsOnly reports whether a request wants suggestions and nothing of documents: Elasticsearch then answers no hits and a total of 0.
func (r *Request) SuggestsOnly() bool { return r.suggest != nil && r.query == nil && r.aggs == nil }

// suggestAll answers the suggestions of all indices. What does not fit an index is its refusal.
func (s *session) suggestAll(ctx context.Context) error {
	if s.request.suggest == nil {
		return nil
	}
	for _, run := range s.runs {
		err := guarded("suggestions of index "+run.index.Name, func() (err error) {
			run.suggested, err = s.request.suggest.Run(&suggest.Index{Mapping: run.index.Mapping, Views: run.index.Views, Stop: ctx.Err, Take: s.takeSuggestions, Fetch: run.fetchSuggested})
			return shardError(err)
		})()
		var e *eserr.Error
		switch {
		case errors.As(err, &e) && e.Phase != "" && e.Status < 429:
			run.refused = e
		case err != nil:
			return err
		}
	}
	return nil
}

// fetchSuggested prints the document of a completion as a hit, whose score is that of the suggestion.
func (run *indexRun) fetchSuggested(h *suggest.Hit) (json.RawMessage, error) {
	var from sources
	r := ranked{run: run, x: run.parts[h.View].exec, page: run.page, doc: h.Doc}
	hit, err := r.read(&from)
	if err != nil {
		return nil, fmt.Errorf("fetch suggested document %q of index %s: %w", hit.ID, run.index.Name, err)
	}
	score := Score(shortest(h.Score))
	hit.Score = &score
	return plainJSON(hit)
}

func (s *session) takeSuggestions(bytes int64) error {
	return s.options.Budget.Take("suggestions", bytes)
}

// suggested prints the suggestions of the indices that have answered.
func (s *session) suggested() (json.RawMessage, error) {
	if s.request.suggest == nil {
		return nil, nil
	}
	results := make([]*suggest.Result, len(s.runs))
	for i, run := range s.runs {
		results[i] = run.suggested
	}
	return s.request.suggest.Answer(results, s.options.TypedKeys)
}

// readSuggestParams reads the suggestion that the URL asks for, which goes before those of the body.
func (r *Request) readSuggestParams(params map[string]string) error {
	field, ok := params["suggest_field"]
	if !ok {
		return nil
	}
	term := map[string]any{"field": field}
	for name, param := range map[string]string{"size": "suggest_size", "suggest_mode": "suggest_mode"} {
		if value, ok := params[param]; ok {
			term[name] = value
		}
	}
	body, err := plainJSON(map[string]any{field: map[string]any{"text": cmp.Or(params["suggest_text"], params["q"]), "term": term}})
	if err != nil {
		return err
	}
	r.suggest, err = suggest.Parse(body, dsl.Place{Line: 1, Column: 1})
	return err
}
