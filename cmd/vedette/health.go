package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/vedette-siem/vedette/cmd/vedette/collect"
	"github.com/vedette-siem/vedette/storage/document"
)

// healthStream is where rules find what Vedette tells of itself.
const healthStream = "logs-vedette.health-default"

// healthEvent stores an event of a source's health.
func (a *app) healthEvent(ctx context.Context, h collect.HealthEvent) error {
	source, err := json.Marshal(healthFields(&h))
	if err != nil {
		return err
	}
	_, _, err = engineSink{backend: a.backend, log: a.log}.Write(ctx, []*document.Document{{Index: healthStream, ID: h.ID(), Time: h.At.UnixMilli(), Source: source}})
	if err != nil {
		return fmt.Errorf("store the health of source %q: %w", h.Definition.Name, err)
	}
	return nil
}

// healthFields are ECS (https://www.elastic.co/docs/reference/ecs/ecs-event), and below `vedette` what it has no names for.
func healthFields(h *collect.HealthEvent) map[string]any {
	const millis = "2006-01-02T15:04:05.000Z"
	state, outcome, kind := "open", "failure", "error"
	if h.Closed {
		state, outcome, kind = "closed", "success", "info"
	}
	event := map[string]any{
		"kind": "event", "module": "vedette", "dataset": "vedette.health", "action": "source_" + h.Condition, "type": []string{kind}, "outcome": outcome,
		"reason": h.Reason, "start": h.Since.UTC().Format(millis),
	}
	if h.Closed {
		event["end"] = h.At.UTC().Format(millis)
	}
	return map[string]any{
		"@timestamp": h.At.UTC().Format(millis), "ecs": map[string]any{"version": "8.11.0"}, "type": "health", "event": event,
		"data_stream": map[string]any{"type": "logs", "dataset": "vedette.health", "namespace": "default"},
		"message":     fmt.Sprintf("source %s: %s (%s): %s", h.Definition.Name, h.Condition, state, h.Reason),
		"vedette": map[string]any{
			"source": map[string]any{"name": h.Definition.Name, "kind": h.Definition.Kind, "where": h.Definition.Where()},
			"health": map[string]any{"condition": h.Condition, "state": state},
		},
	}
}
