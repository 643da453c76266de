// Package ingesttest holds what tests of ingest and its decoders share: sinks, sources and checkpoints in memory, and
// the way to the sample files. Only tests import it.
package ingesttest

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/storage/document"
)

// A Sink keeps documents in memory by index and id. The zero value is ready. Fail, if set, is asked before every write.
type Sink struct {
	Fail func() error

	mu   sync.Mutex
	docs map[string]*document.Document
	all  []*document.Document
}

// Write implements ingest.Sink.
func (s *Sink) Write(_ context.Context, docs []*document.Document) (written, duplicates int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Fail != nil {
		if err := s.Fail(); err != nil {
			return 0, 0, err
		}
	}
	if s.docs == nil {
		s.docs = make(map[string]*document.Document)
	}
	for _, d := range docs {
		key := d.Index + "/" + d.ID
		if s.docs[key] != nil {
			duplicates++
			continue
		}
		s.docs[key] = d
		s.all = append(s.all, d)
		written++
	}
	return written, duplicates, nil
}

// Documents returns what was written, in order of writing.
func (s *Sink) Documents() []*document.Document {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*document.Document(nil), s.all...)
}

// Checkpoints remember in memory. The zero value is ready.
type Checkpoints struct {
	mu   sync.Mutex
	done map[string]bool
}

// Has implements ingest.Checkpoints.
func (c *Checkpoints) Has(_ context.Context, identity string) (bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.done[identity], nil
}

// Done implements ingest.Checkpoints.
func (c *Checkpoints) Done(_ context.Context, identities ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(map[string]bool)
	}
	for _, identity := range identities {
		c.done[identity] = true
	}
	return nil
}

// Len is how many objects are done.
func (c *Checkpoints) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.done)
}

// A Source holds objects in memory, in the order given.
type Source struct{ Items []Item }

// Item is one object of a Source and how it reads: Body, or what Open returns if that is set.
type Item struct {
	Object ingest.Object
	Body   []byte
	Open   func() (io.ReadCloser, error)
}

// Add appends an object with a key and a body.
func (s *Source) Add(key string, body []byte) {
	s.Items = append(s.Items, Item{Object: ingest.Object{Key: key, Size: int64(len(body))}, Body: body})
}

// Name implements ingest.Source.
func (s *Source) Name() string { return "memory" }

// Objects implements ingest.Source.
func (s *Source) Objects(ctx context.Context, yield func(ingest.Object) error, _ func(ingest.Object, error)) error {
	for _, item := range s.Items {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := yield(item.Object); err != nil {
			return err
		}
	}
	return nil
}

// Measure implements ingest.Measurer.
func (s *Source) Measure(context.Context) (objects, size int64, err error) {
	for _, item := range s.Items {
		objects++
		size += item.Object.Size
	}
	return objects, size, nil
}

// Open implements ingest.Source.
func (s *Source) Open(_ context.Context, o *ingest.Object) (io.ReadCloser, error) {
	for _, item := range s.Items {
		if item.Object.Key == o.Key && item.Object.Bucket == o.Bucket {
			if item.Open != nil {
				return item.Open()
			}
			return io.NopCloser(bytes.NewReader(item.Body)), nil
		}
	}
	return nil, io.ErrUnexpectedEOF
}

// Decode runs a decoder over a text as an object of the given key and returns its documents.
func Decode(d ingest.Decoder, o ingest.Object, text string) ([]*document.Document, ingest.Counts, error) {
	if o.IDPrefix == "" {
		o.IDPrefix = ingest.IDPrefix(&o, []byte(text))
	}
	var docs []*document.Document
	counts, err := d.Decode(context.Background(), strings.NewReader(text), &o, func(d *document.Document) error {
		docs = append(docs, d)
		return nil
	})
	return docs, counts, err
}
