package search

import (
	"encoding/json"
	"strconv"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// parseBoosts reads `indices_boost`: an array of objects with one name each, or the older single object.
func parseBoosts(m member) ([]IndexBoost, error) {
	parts := []json.RawMessage{m.raw}
	if eserr.TokenName(m.raw) == "START_ARRAY" {
		parts = nil
		if err := json.Unmarshal(m.raw, &parts); err != nil {
			return nil, unknownKey(m)
		}
	}
	var out []IndexBoost
	for _, part := range parts {
		if eserr.TokenName(part) != "START_OBJECT" {
			return nil, eserr.BadRequest(eserr.Parsing, "Expected [START_OBJECT] in [indices_boost] but found [%s]", eserr.TokenName(part))
		}
		entries, err := members(part)
		if err != nil {
			return nil, err
		}
		if len(parts) > 1 && len(entries) != 1 {
			return nil, eserr.BadRequest(eserr.Parsing, "Expected exactly one field in indices_boost, but found [%d]", len(entries))
		}
		for _, e := range entries {
			boost, err := boostOf(e)
			if err != nil {
				return nil, err
			}
			out = append(out, IndexBoost{Expression: e.name, Boost: boost})
		}
	}
	return out, nil
}

func boostOf(m member) (float32, error) {
	text, ok := scalar(m.raw)
	if !ok {
		return 0, unknownKey(m)
	}
	boost, err := strconv.ParseFloat(text, 32)
	switch {
	case err != nil:
		return 0, numberFormat(text)
	case boost < 0:
		return 0, eserr.Illegal("indices_boost must not be negative, got [%s] for [%s]", text, m.name)
	}
	return float32(boost), nil
}
