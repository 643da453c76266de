package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"sync"
)

const (
	// askedOfAWorld is how many questions are asked before the next world is made.
	askedOfAWorld = 500
	// askedAtOnce is how many questions are on their way at a time.
	askedAtOnce = 4
)

// servers are those that a run asks; elasticsearch and opensearch may be nil.
type servers struct{ vedette, elasticsearch, opensearch *server }

func connect(c config) servers {
	s := servers{vedette: newServer("Vedette", c.vedette)}
	if c.elasticsearch != "" {
		s.elasticsearch = newServer("Elasticsearch", c.elasticsearch)
	}
	if c.opensearch != "" {
		s.opensearch = newServer("OpenSearch", c.opensearch)
	}
	return s
}

func (s servers) all() []*server {
	var list []*server
	for _, one := range []*server{s.vedette, s.elasticsearch, s.opensearch} {
		if one != nil {
			list = append(list, one)
		}
	}
	return list
}

// askAll makes one world after the other and asks every kind of question about it.
func askAll(ctx context.Context, c config) (*report, error) {
	list := makers(c.only)
	all, result := connect(c), newReport()
	if strings.HasPrefix(c.only, strings.TrimSuffix(errorsKind, ".")) { // not by default: many still differ
		if err := askErrors(ctx, all, c, result); err != nil || len(list) == 0 {
			return result, err
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no kind begins with %q", c.only)
	}
	for number := 0; number < c.requests; number += askedOfAWorld {
		w := newWorld(c.prefix, c.seed+uint64(number/askedOfAWorld), all.opensearch != nil)
		if err := askWorld(ctx, all, w, list, number, min(askedOfAWorld, c.requests-number), result, c.keep); err != nil {
			return result, fmt.Errorf("world of seed %d: %w", w.seed, err)
		}
	}
	return result, nil
}

func askWorld(ctx context.Context, all servers, w *world, list []maker, first, count int, result *report, keep bool) (err error) {
	defer func() {
		if !keep {
			err = errors.Join(err, w.remove(context.WithoutCancel(ctx), all))
		}
	}()
	if err := w.put(ctx, all); err != nil {
		return err
	}
	numbers, failed := make(chan int), make(chan error, askedAtOnce)
	var workers sync.WaitGroup
	for range askedAtOnce {
		workers.Go(func() {
			for number := range numbers {
				q := makeQuestion(list, w, rand.New(rand.NewPCG(w.seed, uint64(number))), number)
				if err := askOne(ctx, all, w, q, result); err != nil {
					failed <- fmt.Errorf("%s: %w", q.kind, err)
					return
				}
			}
		})
	}
	err = feed(numbers, failed, first, count)
	close(numbers)
	workers.Wait()
	if err == nil && len(failed) > 0 { // of one of the last
		err = <-failed
	}
	return err
}

func feed(numbers chan<- int, failed <-chan error, first, count int) error {
	for number := first; number < first+count; number++ {
		select {
		case numbers <- number:
		case err := <-failed:
			return err
		}
	}
	return nil
}

func askOne(ctx context.Context, all servers, w *world, q question, result *report) error {
	got, err := all.vedette.send(ctx, q.verb(), q.path, q.payload())
	if err != nil {
		return err
	}
	want, by, err := all.decide(ctx, w, q)
	if errors.Is(err, io.EOF) { // perhaps the connection was idle for too long
		want, by, err = all.decide(ctx, w, q)
	}
	if errors.Is(err, io.EOF) { // Elasticsearch closes it where it cannot write an answer, such as a date beyond its calendar
		by, err = nil, nil
	}
	if err != nil {
		return err
	}
	if by == nil {
		result.undecided(q)
		return nil
	}
	if w.rich && unknown(want) && got.status == 200 { // Elasticsearch, which could tell, lacks the world's types
		result.undecided(q)
		return nil
	}
	want, got = normalise(want), normalise(got)
	if by == all.opensearch && want.status == got.status {
		want, got = loosen(want), loosen(got)
	}
	result.add(w, q, by, compare(want, got))
	return nil
}

// decide asks the server whose answer counts: OpenSearch where Elasticsearch does not know the thing and OpenSearch does. No server is returned where each lacks another part of the question.
func (s servers) decide(ctx context.Context, w *world, q question) (answer, *server, error) {
	if s.elasticsearch == nil || w.rich && s.opensearch != nil {
		a, err := s.opensearch.send(ctx, q.verb(), q.path, q.payload())
		if err == nil && lackedAgg(a) != "" {
			return answer{}, nil, nil // ip_prefix
		}
		return a, s.opensearch, err
	}
	a, err := s.elasticsearch.send(ctx, q.verb(), q.path, q.payload())
	if err != nil || s.opensearch == nil || !unknown(a) {
		return a, s.elasticsearch, err
	}
	other, err := s.opensearch.send(ctx, q.verb(), q.path, q.payload())
	switch {
	case err != nil || !unknown(other):
		return other, s.opensearch, err
	case lackedAgg(a) != "" || lackedAgg(other) != "" && lackedAgg(other) != lackedAgg(a):
		return answer{}, nil, nil
	}
	return a, s.elasticsearch, nil
}

var unknownAgg = regexp.MustCompile(`Unknown aggregation type \[(\w+)\]`)

// lackedAgg is the aggregation that a server refused though there is one of that name, "" if there is none.
func lackedAgg(a answer) string {
	if m := unknownAgg.FindStringSubmatch(reason(a)); m != nil && aggregations[m[1]] != nil {
		return m[1]
	}
	return ""
}

var unknownWords = regexp.MustCompile(`(?i)unknown query \[|no handler (found )?for|unknown aggregation type|incorrect http method|unknown suggestion|unknown field \[|unable to parse .* unknown|script_lang not supported`)

// unknown says whether a server refused a question because it lacks what was asked for.
func unknown(a answer) bool {
	return (a.status == 400 || a.status == 405) && unknownWords.MatchString(reason(a))
}

// reason is the text of an error, of its root cause where it has one; "" if the answer is none.
func reason(a answer) string {
	body, _ := a.body.(*object)
	switch e := body.get("error").(type) {
	case string:
		return e
	case *object:
		if roots, _ := e.get("root_cause").([]any); len(roots) > 0 {
			e, _ = roots[0].(*object)
		}
		s, _ := e.get("reason").(string)
		if cause, _ := e.get("caused_by").(*object); s == "" && cause != nil { // what is put together from shards fails without a reason of its own
			s, _ = cause.get("reason").(string)
		}
		return s
	}
	return ""
}
