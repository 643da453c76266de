package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// server is one that answers questions. Safe for concurrent use.
type server struct {
	name, url string
	client    http.Client
}

// answer is what a server said. Body is an *object, a list, a string, a json.Number, a bool or nil.
type answer struct {
	status int
	body   any
}

func newServer(name, url string) *server {
	return &server{name: name, url: strings.TrimRight(url, "/"), client: http.Client{Timeout: time.Minute}}
}

// send makes one request. The body is JSON, NDJSON if the path ends in _bulk or _msearch, or nothing if it is empty.
func (s *server) send(ctx context.Context, method, path, body string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, strings.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("ask %s: %w", s.name, err)
	}
	if body != "" {
		req.Header.Set("Content-Type", contentType(path))
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return answer{}, fmt.Errorf("ask %s: %w", s.name, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, fmt.Errorf("read the answer of %s: %w", s.name, err)
	}
	parsed, err := decode(raw)
	if err != nil {
		parsed = string(raw)
	}
	return answer{status: resp.StatusCode, body: parsed}, nil
}

func contentType(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if strings.HasSuffix(path, "_bulk") || strings.HasSuffix(path, "_msearch") {
		return "application/x-ndjson"
	}
	return "application/json"
}

// must makes a request that has to succeed.
func (s *server) must(ctx context.Context, method, path, body string) (answer, error) {
	a, err := s.send(ctx, method, path, body)
	if err == nil && a.status >= 300 {
		err = fmt.Errorf("%s answers %s %s with %d: %s", s.name, method, path, a.status, short(a.body))
	}
	return a, err
}

// object is a JSON object that remembers the order of its keys.
type object struct {
	keys   []string
	values map[string]any
}

func (o *object) get(key string) any {
	if o == nil {
		return nil
	}
	return o.values[key]
}

func (o *object) set(key string, value any) {
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
}

// MarshalJSON keeps the order of the keys.
func (o *object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	for i, key := range o.keys {
		b.WriteByte("{,"[min(i, 1)])
		b.WriteString(text(key))
		b.WriteByte(':')
		b.WriteString(text(o.values[key]))
	}
	if len(o.keys) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// text is the JSON of a value.
func text(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic(fmt.Sprintf("BUG: cannot write %T as JSON: %v", value, err))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// short is the JSON of a value, cut to what fits on a few lines.
func short(value any) string {
	const most = 600
	s := text(value)
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// decode reads one JSON value and keeps the order of keys and the spelling of numbers.
func decode(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	value, err := decodeValue(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return value, nil
}

func decodeValue(d *json.Decoder) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return decodeObject(d)
	case json.Delim('['):
		return decodeList(d)
	}
	return token, nil
}

func decodeObject(d *json.Decoder) (any, error) {
	o := &object{values: map[string]any{}}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		value, err := decodeValue(d)
		if err != nil {
			return nil, err
		}
		o.set(key.(string), value)
	}
	_, err := d.Token()
	return o, err
}

func decodeList(d *json.Decoder) (any, error) {
	list := []any{}
	for d.More() {
		value, err := decodeValue(d)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := d.Token()
	return list, err
}
