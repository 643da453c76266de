package main

import (
	"context"
	_ "embed"
	"fmt"
	"regexp"
	"strings"
)

// errorsText are the requests of errors.txt: each is asked once, one after the other, whatever the seed is.
//
//go:embed errors.txt
var errorsText string

// errorsKind is the beginning of their kinds.
const errorsKind = "errors."

// errorWorld is the index that they are about; it is made anew after each request that may have changed something.
var errorWorld = []struct{ method, path, body string }{
	{"PUT", "/$I", `{"settings":{"number_of_shards":1,"number_of_replicas":0},"mappings":{"properties":{"t":{"type":"text"},"k":{"type":"keyword"},"n":{"type":"long"},
		"by":{"type":"byte"},"x":{"type":"double"},"b":{"type":"boolean"},"d":{"type":"date"},"ip":{"type":"ip"},"g":{"type":"geo_point"},"r":{"type":"long_range"},"o":{"properties":{"p":{"type":"long"}}}}}}`},
	{"PUT", "/$I/_doc/1", `{"t":"the quick brown fox","k":"a","n":1,"by":1,"x":0.5,"b":true,"d":"2026-01-01","ip":"10.0.0.1","g":[1,2],"r":{"gte":1,"lte":5},"o":{"p":1}}`},
	{"PUT", "/$I/_doc/2?refresh=true", `{"t":"jumps","k":"b","n":2}`},
}

// parseErrors reads errors.txt for an index of this name.
func parseErrors(text, index string) ([]question, error) {
	var list []question
	var kind, target, wrap string
	for number, line := range strings.Split(strings.ReplaceAll(text, "$I", index), "\n") {
		head, isHead := strings.CutPrefix(line, "== ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case isHead:
			kind, target, _ = strings.Cut(head, ": ")
			target, wrap = cutTwice(target)
		case strings.ContainsRune(`{["'`, rune(line[0])):
			list = append(list, errorQuestion(kind, target, strings.Replace(wrap, "%s", line, 1)))
		default:
			start, body := cutTwice(line)
			if !strings.Contains(start, " /") {
				return nil, fmt.Errorf("errors.txt:%d: no METHOD PATH: %s", number+1, line)
			}
			list = append(list, errorQuestion(kind, start, body))
		}
	}
	return list, nil
}

// cutTwice splits "METHOD PATH BODY" before the body.
func cutTwice(line string) (start, body string) {
	parts := strings.SplitN(line, " ", 3)
	return strings.Join(parts[:min(len(parts), 2)], " "), strings.Join(parts[min(len(parts), 2):], "")
}

func errorQuestion(kind, start, body string) question {
	method, path, _ := strings.Cut(start, " ")
	if contentType(path) == "application/x-ndjson" {
		body = strings.ReplaceAll(body, `\n`, "\n")
	}
	return question{kind: kind, method: method, path: path, raw: body}
}

// askErrors asks all whose kind begins with c.only.
func askErrors(ctx context.Context, all servers, c config, result *report) error {
	w := &world{index: c.prefix + "-errors"}
	list, err := parseErrors(errorsText, w.index)
	if err != nil {
		return err
	}
	defer func() { _ = w.empty(context.WithoutCancel(ctx), all) }()
	if err := w.fillForErrors(ctx, all); err != nil {
		return err
	}
	for _, q := range list {
		if !strings.HasPrefix(q.kind, c.only) {
			continue
		}
		changed, err := askError(ctx, all, w, q, result)
		if err == nil && changed {
			err = w.fillForErrors(ctx, all)
		}
		if err != nil {
			return fmt.Errorf("%s %s %s: %w", q.method, q.path, q.raw, err)
		}
	}
	return nil
}

// askError asks all servers, so that their indices stay alike, and says whether something may have changed.
func askError(ctx context.Context, all servers, w *world, q question, result *report) (changed bool, err error) {
	answers := map[*server]answer{}
	for _, s := range all.all() {
		if answers[s], err = s.send(ctx, q.verb(), q.path, q.payload()); err != nil {
			return false, err
		}
		changed = changed || answers[s].status < 400
	}
	by := all.elasticsearch
	if by == nil || all.opensearch != nil && unknown(answers[by]) && !unknown(answers[all.opensearch]) {
		by = all.opensearch
	}
	want, got := normalise(answers[by]), normalise(answers[all.vedette])
	if by == all.opensearch && want.status == got.status {
		want, got = loosen(want), loosen(got)
	}
	result.add(w, q, by, compare(sameIDs(want), sameIDs(got)))
	reads := strings.Contains(q.path, "_search") || q.verb() == "GET"
	return changed && !reads, nil
}

var madeIDs = regexp.MustCompile(`\b[A-Za-z0-9_-]{20}\b|\b[A-Za-z0-9_-]{22}\b`)

// sameIDs puts one word for ids that servers have made.
func sameIDs(a answer) answer {
	parsed, err := decode([]byte(madeIDs.ReplaceAllStringFunc(text(a.body), maskID)))
	if err != nil {
		return a
	}
	return answer{a.status, parsed}
}

// maskID leaves words, such as null_pointer_exception, as they are.
func maskID(id string) string {
	if strings.ToLower(id) == id && !strings.ContainsAny(id, "0123456789") {
		return id
	}
	return "MADE"
}

func (w *world) fillForErrors(ctx context.Context, all servers) error {
	if err := w.empty(ctx, all); err != nil {
		return err
	}
	for _, s := range all.all() {
		for _, one := range errorWorld {
			if _, err := s.must(ctx, one.method, strings.ReplaceAll(one.path, "$I", w.index), one.body); err != nil {
				return err
			}
		}
	}
	return nil
}

// empty deletes what requests of errors.txt may have made.
func (w *world) empty(ctx context.Context, all servers) error {
	for _, s := range all.all() {
		for _, path := range []string{"/", "/" + w.index + "-x", "/_index_template/", "/_component_template/", "/_template/"} {
			if strings.HasSuffix(path, "/") {
				path += w.index
			}
			if _, err := s.send(ctx, "DELETE", path, ""); err != nil {
				return err
			}
		}
	}
	return nil
}
