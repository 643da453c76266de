package collect

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
	"github.com/vedette-siem/vedette/ingest/sqssource"
)

// retries reads the letters of a source that are marked: at once, each retryInterval, and when it is told to.
func (r *Runner) retries(ctx context.Context, d *Definition, o sqssource.Opener, now <-chan struct{}) error {
	for {
		again := &retrying{runner: r, d: d, open: o}
		if err := again.collect(); err != nil {
			return err
		}
		if len(again.letters) > 0 {
			if _, err := r.o.Pipeline.Run(ctx, again); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-now:
		case <-r.o.After(retryInterval):
		}
	}
}

// retrying is the ingest.Source of letters that are tried once more.
type retrying struct {
	runner  *Runner
	d       *Definition
	open    sqssource.Opener
	letters []Letter
}

// again is the ticket of an object: its letter, and the message itself where that is an event.
type again struct {
	letter Letter
	event  []byte
}

func (s *retrying) collect() error {
	parked, err := s.runner.letters.Parked(s.d.Name)
	for _, l := range parked {
		if l.Retry && !l.Next.After(s.runner.o.Now()) {
			s.letters = append(s.letters, l)
		}
	}
	return err
}

// Name implements ingest.Source.
func (s *retrying) Name() string { return s.d.Name }

// Objects implements ingest.Source. A message that still cannot be understood is parked again.
func (s *retrying) Objects(_ context.Context, yield func(ingest.Object) error, _ func(ingest.Object, error)) error {
	for _, l := range s.letters {
		if o, ok := l.Object(); ok {
			if err := s.yield(o, again{letter: l}, yield); err != nil {
				return err
			}
		} else if err := s.message(l, yield); err != nil {
			return err
		}
	}
	return nil
}

// message hands on what a message tells of.
func (s *retrying) message(l Letter, yield func(ingest.Object) error) error {
	n, err := sqssource.Parse([]byte(l.Body))
	if err != nil {
		return s.park(l, err)
	}
	if n.Event != nil {
		return s.yield(ingest.Object{Key: "sqs/" + l.Message + ".json", ETag: l.Message, Size: int64(len(n.Event))}, again{l, n.Event}, yield)
	}
	letters, err := s.runner.letters.Split(l, n.Objects)
	if err != nil {
		return err
	}
	for i, o := range n.Objects {
		if err := s.yield(o, again{letter: letters[i]}, yield); err != nil {
			return err
		}
	}
	return nil
}

func (s *retrying) yield(o ingest.Object, ticket again, yield func(ingest.Object) error) error {
	o.Format, o.FlowFormat, o.Ticket = s.d.Format, s.d.FlowFormat, ticket
	return yield(o)
}

// Open implements ingest.Source.
func (s *retrying) Open(ctx context.Context, o *ingest.Object) (io.ReadCloser, error) {
	if event := o.Ticket.(again).event; event != nil {
		return io.NopCloser(bytes.NewReader(event)), nil
	}
	return s.open.Open(ctx, o)
}

// Settled implements ingest.Settler. What AWS answers nobody at all for now keeps its mark and ends the run.
func (s *retrying) Settled(_ context.Context, o *ingest.Object, outcome error) error {
	l := o.Ticket.(again).letter
	switch {
	case outcome == nil:
		return s.runner.letters.Forget(l)
	case awsaccess.KindOf(outcome).Global():
		return fmt.Errorf("try %s again: %w", l.Name(), outcome)
	}
	return s.park(l, outcome)
}

func (s *retrying) park(l Letter, reason error) error {
	l.Attempts++
	l.failed(reason, s.runner.o.Now())
	return s.runner.letters.Park(l)
}
