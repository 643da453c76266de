package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"

	"github.com/vedette-siem/vedette/storage/document"
)

// A worker reads one object after another and hands documents to the sink in batches, which may span small objects
// of one dataset.
type worker struct {
	pipeline *Pipeline
	source   Source
	run      *run
	log      *slog.Logger
	batch    batch
	fatal    error // what ends the run: of the sink, the checkpoints or the context
}

// batch is what the sink has not seen, and the objects that are done once it has.
type batch struct {
	dataset Dataset
	docs    []*document.Document
	bytes   int
	done    []finished
}

// finished is an object that was read, with what it held.
type finished struct {
	object Object
	counts Counts
	err    error
}

func (w *worker) work(ctx context.Context, objects <-chan Object) error {
	for {
		var o Object
		var more bool
		select {
		case o, more = <-objects:
		default: // nothing is ready: do not keep documents waiting for it
			if err := w.flush(ctx); err != nil {
				return err
			}
			o, more = <-objects
		}
		if !more {
			return w.flush(ctx)
		}
		if err := w.object(ctx, o); err != nil {
			return err
		}
	}
}

// object reads one object. Its error ends the run; what only concerns the object is counted.
func (w *worker) object(ctx context.Context, o Object) error {
	if checks := w.pipeline.options.Checkpoints; checks != nil {
		known, err := checks.Has(ctx, o.Identity())
		if err != nil {
			return fmt.Errorf("look up checkpoint of %s: %w", o.Name(), err)
		}
		if known {
			w.run.known(&o)
			return w.tell(ctx, &o, nil)
		}
	}
	counts, err := w.decode(ctx, &o)
	switch {
	case w.fatal != nil:
		return w.fatal
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errSkip):
		w.run.skipped(&o)
		if err := w.checkpoint(ctx, o.Identity()); err != nil {
			return err
		}
		return w.tell(ctx, &o, nil)
	case errors.Is(err, ErrFormatUnknown):
		w.run.unknown(&o, err, w.log)
		return w.tell(ctx, &o, err)
	}
	w.batch.done = append(w.batch.done, finished{o, counts, err})
	if len(w.batch.done) >= w.pipeline.options.BatchDocs { // many objects without documents
		return w.flush(ctx)
	}
	return nil
}

// errSkip is how decode says that an object holds nothing on purpose.
var errSkip = errors.New("nothing to read")

// decode opens, inflates, detects and decodes one object. A panic of a decoder becomes the object's error.
func (w *worker) decode(ctx context.Context, o *Object) (counts Counts, err error) {
	defer func() {
		if r := recover(); r != nil {
			w.log.Error("decoder panicked", "object", o.Name(), "err", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("BUG: panic while decoding: %v", r)
		}
	}()
	file, err := w.source.Open(ctx, o)
	if err != nil {
		return counts, err
	}
	defer file.Close()
	stored := io.Reader(&counted{file, w.run})
	head := make([]byte, HeadBytes)
	n, err := io.ReadFull(stored, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return counts, fmt.Errorf("read: %w", err)
	}
	if o.IDPrefix == "" {
		o.IDPrefix = IDPrefix(o, head[:n])
	}
	plain, err := newInflater(io.MultiReader(bytes.NewReader(head[:n]), stored), w.pipeline.options.Limits)
	if err != nil {
		return counts, err
	}
	defer plain.Close()
	beginning, err := plain.Peek(DetectBytes)
	if err != nil {
		return counts, err
	}
	decoder, err := w.choose(ctx, o, beginning)
	if err != nil {
		return counts, err
	}
	return decoder.Decode(ctx, plain, o, func(d *document.Document) error { return w.emit(ctx, d) })
}

// choose finds the decoder for an object and makes its dataset that of the batch. What has no decoder is kept as lines of an unknown
// format, if there is a decoder for that and it is no binary content.
func (w *worker) choose(ctx context.Context, o *Object, head []byte) (Decoder, error) {
	o.Format = w.pipeline.detector.Detect(o, head)
	if o.Format == Skip {
		return nil, errSkip
	}
	decoder := w.pipeline.options.Decoders[o.Format]
	if o.Format == Unknown || decoder == nil {
		var err error
		if decoder, err = w.keep(o, head); err != nil {
			return nil, err
		}
	}
	if d := o.Format.Dataset(); d != w.batch.dataset {
		if err := w.flush(ctx); err != nil {
			return nil, err
		}
		w.batch.dataset = d
	}
	return decoder, nil
}

// keep makes an object of a format without a decoder one of the unknown format.
func (w *worker) keep(o *Object, head []byte) (Decoder, error) {
	decoder := w.pipeline.options.Decoders[Unknown]
	switch kept := decoder != nil && !isBinary(head); {
	case kept && o.Format == Unknown:
		return decoder, nil
	case kept:
		o.LooksLike, o.Format = o.Format, Unknown
		return decoder, nil
	case o.Format == Unknown:
		return nil, fmt.Errorf("%w: neither its name nor its content is of a format that is known here", ErrFormatUnknown)
	}
	return nil, fmt.Errorf("%w: it looks like %s, which cannot be read yet", ErrFormatUnknown, o.Format)
}

func (w *worker) emit(ctx context.Context, d *document.Document) error {
	w.batch.docs = append(w.batch.docs, d)
	w.batch.bytes += len(d.Source)
	if len(w.batch.docs) < w.pipeline.options.BatchDocs && w.batch.bytes < w.pipeline.options.BatchBytes {
		return nil
	}
	return w.flush(ctx)
}

// flush hands the batch to the sink, and then its objects to the checkpoints.
func (w *worker) flush(ctx context.Context) error {
	if w.fatal != nil {
		return w.fatal
	}
	if w.fatal = ctx.Err(); w.fatal != nil {
		return w.fatal
	}
	if len(w.batch.docs) > 0 {
		written, duplicates, err := w.pipeline.options.Sink.Write(ctx, w.batch.docs)
		if err != nil {
			w.fatal = fmt.Errorf("write %d documents of %s: %w", len(w.batch.docs), w.batch.dataset.Name, err)
			return w.fatal
		}
		w.run.wrote(w.batch.dataset, written, duplicates)
	}
	clear(w.batch.docs)
	w.batch.docs, w.batch.bytes = w.batch.docs[:0], 0
	w.fatal = w.settle(ctx)
	w.batch.done = w.batch.done[:0]
	return w.fatal
}

// settle counts the objects whose documents are all acknowledged, checkpoints those that did not fail, and tells the source.
func (w *worker) settle(ctx context.Context) error {
	var whole []string
	for i := range w.batch.done {
		f := &w.batch.done[i]
		w.run.read(f, w.log)
		if f.err == nil {
			whole = append(whole, f.object.Identity())
		}
	}
	if err := w.checkpoint(ctx, whole...); err != nil {
		return err
	}
	for i := range w.batch.done {
		f := &w.batch.done[i]
		if err := w.tell(ctx, &f.object, f.err); err != nil {
			return err
		}
	}
	return nil
}

func (w *worker) checkpoint(ctx context.Context, identities ...string) error {
	if w.pipeline.options.Checkpoints == nil || len(identities) == 0 {
		return nil
	}
	if err := w.pipeline.options.Checkpoints.Done(ctx, identities...); err != nil {
		return fmt.Errorf("checkpoint %d objects: %w", len(identities), err)
	}
	return nil
}

// tell says what became of an object to a source that wants to know.
func (w *worker) tell(ctx context.Context, o *Object, outcome error) error {
	s, ok := w.source.(Settler)
	if !ok {
		return nil
	}
	if err := s.Settled(ctx, o, outcome); err != nil {
		return fmt.Errorf("settle %s: %w", o.Name(), err)
	}
	return nil
}

// counted tells the run how many stored bytes were read.
type counted struct {
	r   io.Reader
	run *run
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.run.bytes(n)
	return n, err
}
