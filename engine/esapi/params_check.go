package esapi

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// checkValues refuses values that a parameter cannot have where nothing else reads them: what means nothing to one process is still refused if it is wrong.
func checkValues(given map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		check := valueChecks[name]
		if check == nil {
			continue
		}
		if err := check(name, given[name]); err != nil {
			return err
		}
	}
	return nil
}

var valueChecks = map[string]func(name, value string) error{
	"allow_partial_search_results":  checkFlag,
	"batched_reduce_size":           atLeast(2, "batchedReduceSize must be >= 2"),
	"ccs_minimize_roundtrips":       checkFlag,
	"cluster_manager_timeout":       checkTime,
	"expand_wildcards":              checkExpand,
	"force_synthetic_source":        checkFlag,
	"ignore_throttled":              checkFlag,
	"include_named_queries_score":   checkFlag,
	"local":                         checkFlag,
	"master_timeout":                checkTime,
	"max_concurrent_searches":       atLeast(1, "maxConcurrentSearchRequests must be positive"),
	"max_concurrent_shard_requests": atLeast(1, "maxConcurrentShardRequests must be >= 1"),
	"pre_filter_shard_size":         atLeast(1, "preFilterShardSize must be >= 1"),
	"preference":                    checkPreference,
	"timeout":                       checkTime,
	"wait_for_active_shards":        checkActiveShards,
}

func checkFlag(_, value string) error {
	_, err := parseFlag(value)
	return err
}

// atLeast checks a whole number.
func atLeast(least int64, message string) func(name, value string) error {
	return func(name, value string) error {
		n, err := strconv.ParseInt(value, 10, 32)
		switch {
		case err != nil:
			return notInt(name, value)
		case n < least:
			return eserr.Illegal("%s", message)
		}
		return nil
	}
}

// notInt is the error of a parameter that is no whole number.
func notInt(name, value string) error {
	err := eserr.Illegal("Failed to parse int parameter [%s] with value [%s]", name, clip(value))
	err.CausedBy = notNumber(value)
	return err
}

// notNumber is Java's error of a text that is no number.
func notNumber(value string) *eserr.Error {
	if value == "" {
		return eserr.BadRequest("number_format_exception", `For input string: ""`)
	}
	return eserr.BadRequest("number_format_exception", `For input string: "%s"`, clip(value))
}

var timeUnits = []string{"nanos", "micros", "ms", "s", "m", "h", "d"}

// checkTime refuses what is no time value.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/libs/core/src/main/java/org/elasticsearch/core/TimeValue.java
func checkTime(name, value string) error {
	text := strings.ToLower(strings.TrimSpace(value))
	for _, unit := range timeUnits {
		if digits, ok := strings.CutSuffix(text, unit); ok {
			return checkDigits(name, value, strings.TrimSpace(digits))
		}
	}
	if digits := strings.TrimLeft(text, "-0"); digits == "1" && text[0] == '-' || digits == "" && text != "" && !strings.Contains(text, "-") {
		return nil
	}
	return eserr.Illegal("failed to parse setting [%s] with value [%s] as a time value: unit is missing or unrecognized", name, clip(value))
}

func checkDigits(name, value, digits string) error {
	n, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case err == nil && n < -1:
		return eserr.Illegal("failed to parse setting [%s] with value [%s] as a time value: negative durations are not supported", name, clip(value))
	case err == nil:
		return nil
	}
	e := eserr.Illegal("failed to parse [%s]", clip(value))
	if _, err := strconv.ParseFloat(digits, 64); err == nil && strings.Contains(digits, ".") {
		e.Reason += ", fractional time values are not supported"
	}
	e.CausedBy = notNumber(digits)
	return e
}

func checkExpand(_, value string) error {
	for _, part := range splitList(value) {
		if !slices.Contains([]string{"all", "closed", "hidden", "none", "open"}, part) {
			return eserr.Illegal("No valid expand wildcard value [%s]", clip(part))
		}
	}
	return nil
}

// checkPreference refuses words that Elasticsearch would take for one of its own.
func checkPreference(_, value string) error {
	if !strings.HasPrefix(value, "_") {
		return nil
	}
	word, _, _ := strings.Cut(value, ":")
	if slices.Contains([]string{"_local", "_only_local", "_only_nodes", "_prefer_nodes", "_shards", "_primary", "_primary_first", "_replica", "_replica_first"}, word) {
		return nil
	}
	return eserr.Illegal("no Preference for [%s]", clip(value))
}

func checkActiveShards(_, value string) error {
	n, err := strconv.ParseInt(value, 10, 32)
	switch {
	case value == "all" || err == nil && n >= 0:
		return nil
	case err == nil:
		return eserr.Illegal("shard count cannot be a negative value")
	}
	e := eserr.Illegal("cannot parse ActiveShardCount[%s]", clip(value))
	e.CausedBy = notNumber(value)
	return e
}
