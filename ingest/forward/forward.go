// Package forward is a Sink that writes documents to an Elasticsearch `_bulk` endpoint: another Vedette, Elasticsearch or OpenSearch.
//
// It keeps no queue: a batch that the server does not take is tried again until the context ends, and the pipeline waits meanwhile. Documents
// are created, never replaced, so that a batch whose outcome is unknown can be sent again.
package forward

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/storage/document"
)

// Options of a Sink. URL is required.
type Options struct {
	// URL is where the server answers, such as http://127.0.0.1:9200; a user and password in it are used.
	URL string
	// Authorization is the header of that name for each request; empty is none, or that of the user in the URL.
	Authorization string
	// Client makes the requests; nil is one with a time-out of two minutes.
	Client *http.Client
	// Log gets a warning for every attempt that failed; nil is silent.
	Log *slog.Logger
	// FirstPause is the pause before the second attempt; each later one is twice as long, up to a minute. 0 is half a second.
	FirstPause time.Duration
	// Attempts is how often a batch is tried; 0 is until the context ends.
	Attempts int
}

// Sink writes documents to a server. It is safe for concurrent use.
type Sink struct {
	o        Options
	url      string
	answered atomic.Bool // the server has answered once
}

var _ ingest.Sink = (*Sink)(nil)

// New checks the URL and makes a Sink. It does not connect.
func New(o Options) (*Sink, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("server URL %q: must be like http://127.0.0.1:9200", o.URL)
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 2 * time.Minute}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.FirstPause == 0 {
		o.FirstPause = 500 * time.Millisecond
	}
	return &Sink{o: o, url: strings.TrimRight(u.String(), "/") + "/_bulk"}, nil
}

const longestPause = time.Minute

// temporary is an error that another attempt may get over.
type temporary struct{ error }

// Write implements ingest.Sink. The server acknowledges a batch when it is durable there.
func (s *Sink) Write(ctx context.Context, docs []*document.Document) (written, duplicates int, err error) {
	pause := s.o.FirstPause
	for attempt := 1; len(docs) > 0; attempt++ {
		a, err := s.send(ctx, docs)
		written += a.written
		duplicates += a.duplicates
		var t temporary
		switch {
		case err != nil && !errors.As(err, &t):
			return written, duplicates, err
		case err == nil && len(a.again) == 0:
			return written, duplicates, nil
		case err == nil:
			docs = a.again
			err = temporary{fmt.Errorf("%d documents were refused for now", len(docs))}
		}
		if s.o.Attempts > 0 && attempt >= s.o.Attempts {
			return written, duplicates, fmt.Errorf("after %d attempts: %w", attempt, err)
		}
		s.o.Log.Warn("bulk request failed, trying again", "url", s.redacted(), "pause", pause, "err", err)
		select {
		case <-ctx.Done():
			return written, duplicates, ctx.Err()
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
	return written, duplicates, nil
}

// redacted is the URL without a password.
func (s *Sink) redacted() string {
	u, err := url.Parse(s.url)
	if err != nil {
		return ""
	}
	return u.Redacted()
}

// send makes one request.
func (s *Sink) send(ctx context.Context, docs []*document.Document) (answer, error) {
	body, err := render(docs)
	if err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, body)
	if err != nil {
		return answer{}, fmt.Errorf("bulk request: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-ndjson")
	req.Header.Set("Content-Encoding", "gzip")
	if s.o.Authorization != "" {
		req.Header.Set("Authorization", s.o.Authorization)
	}
	resp, err := s.o.Client.Do(req)
	if ctx.Err() != nil {
		return answer{}, ctx.Err()
	}
	if err != nil && (s.answered.Load() || !unreachable(err)) {
		return answer{}, temporary{fmt.Errorf("bulk request: %w", err)}
	}
	if err != nil { // nothing was ever there: waiting is unlikely to help
		return answer{}, fmt.Errorf("no server answers at %s: %w", s.redacted(), err)
	}
	s.answered.Store(true)
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 256<<20))
	switch {
	case err != nil:
		return answer{}, temporary{fmt.Errorf("bulk request: read answer: %w", err)}
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode >= 500:
		return answer{}, temporary{fmt.Errorf("bulk request to %s: status %d: %s", s.redacted(), resp.StatusCode, clip(raw))}
	case resp.StatusCode == http.StatusUnauthorized || resp.StatusCode == http.StatusForbidden:
		return answer{}, fmt.Errorf("bulk request to %s: status %d: %s: give a user with its password, or an API key, that may write", s.redacted(), resp.StatusCode, clip(raw))
	case resp.StatusCode != http.StatusOK:
		return answer{}, fmt.Errorf("bulk request to %s: status %d: %s", s.redacted(), resp.StatusCode, clip(raw))
	}
	return read(raw, docs)
}

// unreachable reports whether nobody listens at an address, or the name means nothing.
func unreachable(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.As(err, new(*net.DNSError))
}

func clip(b []byte) string { return strings.TrimSpace(string(b[:min(len(b), 500)])) }

// action is the line before each document.
type action struct {
	Create struct {
		Index string `json:"_index"`
		ID    string `json:"_id,omitempty"`
	} `json:"create"`
}

func render(docs []*document.Document) (*bytes.Buffer, error) {
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("bulk request: %w", err)
	}
	for _, d := range docs {
		var a action
		a.Create.Index, a.Create.ID = d.Index, d.ID
		line, err := json.Marshal(a)
		if err != nil {
			return nil, fmt.Errorf("bulk request: %w", err)
		}
		for _, part := range [][]byte{line, {'\n'}, d.Source, {'\n'}} {
			if _, err := z.Write(part); err != nil {
				return nil, fmt.Errorf("bulk request: %w", err)
			}
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("bulk request: %w", err)
	}
	return &buf, nil
}

// answer says what became of a batch.
type answer struct {
	written, duplicates int
	again               []*document.Document
}

// read sorts the items of an answer. A document that the server will never take ends the load: nothing may be lost unseen.
func read(raw []byte, docs []*document.Document) (a answer, err error) {
	var body struct {
		Items []map[string]struct {
			Status int             `json:"status"`
			Error  json.RawMessage `json:"error"`
		} `json:"items"`
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		return a, fmt.Errorf("bulk request: answer is not Elasticsearch's: %w", err)
	}
	if len(body.Items) != len(docs) {
		return a, fmt.Errorf("bulk request: %d items answered for %d documents", len(body.Items), len(docs))
	}
	for i, item := range body.Items {
		for _, one := range item {
			switch {
			case one.Status == http.StatusOK || one.Status == http.StatusCreated:
				a.written++
			case one.Status == http.StatusConflict:
				a.duplicates++
			case one.Status == http.StatusTooManyRequests || one.Status >= 500:
				a.again = append(a.again, docs[i])
			default:
				return a, fmt.Errorf("document %q of index %s was refused with status %d: %s", docs[i].ID, docs[i].Index, one.Status, clip(one.Error))
			}
		}
	}
	return a, nil
}
