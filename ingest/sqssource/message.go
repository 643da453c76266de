package sqssource

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
)

// message is one that was received and is not done with.
type message struct {
	id, receipt, body string
	receives          int
	event             []byte // the message itself as an object; nil for none

	mu     sync.Mutex // guards what follows, once its objects are handed on
	left   int
	failed []Letter
}

// settled notes what became of an object, and says whether it was the last.
func (m *message) settled(o *ingest.Object, outcome error) (last bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if outcome != nil {
		l := Letter{Object: o, MessageID: m.id, Receives: m.receives, Reason: outcome}
		if m.event != nil {
			l.Object, l.Body = nil, m.body
		}
		m.failed = append(m.failed, l)
	}
	m.left--
	return m.left == 0
}

// hopeless says that reading the message again leads nowhere: it has come often enough, or its objects are what they are.
func (m *message) hopeless(most int) bool {
	return m.receives >= most || !slices.ContainsFunc(m.failed, func(l Letter) bool {
		return !errors.Is(l.Reason, ingest.ErrFormatUnknown) && !errors.Is(l.Reason, ingest.ErrMalformed)
	})
}

// change is what is to become of a message: it is removed, or visible to others after a time.
type change struct {
	m       *message
	remove  bool
	visible time.Duration
}

// batchSize is how many messages one call may change.
const batchSize = 10

// lastCalls is how long a call may take that puts the queue in order, with its attempts, also when a run ends.
const lastCalls = 10 * time.Second

// conclude does what is to become of messages, several in one call, until ctx ends and then once more.
func (s *Source) conclude(ctx context.Context) error {
	for {
		var batch []change
		select {
		case c := <-s.over:
			batch = s.more([]change{c})
		case <-ctx.Done():
			for batch = s.more(nil); len(batch) > 0; batch = s.more(nil) {
				if err := s.applyNow(ctx, batch); err != nil {
					return errors.Join(ctx.Err(), err)
				}
			}
			return ctx.Err()
		}
		if err := s.applyNow(ctx, batch); err != nil {
			return err
		}
	}
}

// applyNow is apply, also when ctx has ended: what is durable need not come again.
func (s *Source) applyNow(ctx context.Context, batch []change) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastCalls)
	defer cancel()
	return s.apply(ctx, batch)
}

// more adds what is there already.
func (s *Source) more(batch []change) []change {
	for len(batch) < batchSize {
		select {
		case c := <-s.over:
			batch = append(batch, c)
		default:
			return batch
		}
	}
	return batch
}

// apply tells SQS. A message that it does not know any more comes back, which is harmless.
func (s *Source) apply(ctx context.Context, batch []change) error {
	var remove []types.DeleteMessageBatchRequestEntry
	var visible []types.ChangeMessageVisibilityBatchRequestEntry
	for i, c := range batch {
		id := aws.String(strconv.Itoa(i))
		if c.remove {
			remove = append(remove, types.DeleteMessageBatchRequestEntry{Id: id, ReceiptHandle: &c.m.receipt})
		} else {
			visible = append(visible, types.ChangeMessageVisibilityBatchRequestEntry{Id: id, ReceiptHandle: &c.m.receipt, VisibilityTimeout: seconds(c.visible)})
		}
		s.track(c.m, false)
	}
	if len(remove) > 0 {
		_, err := s.o.API.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &s.o.Queue, Entries: remove})
		if err := awsaccess.Explain(ctx, "sqs:DeleteMessageBatch", s.o.Queue, err); err != nil {
			return err
		}
	}
	return s.change(ctx, visible)
}

func (s *Source) change(ctx context.Context, entries []types.ChangeMessageVisibilityBatchRequestEntry) error {
	if len(entries) == 0 {
		return nil
	}
	_, err := s.o.API.ChangeMessageVisibilityBatch(ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &s.o.Queue, Entries: entries})
	return awsaccess.Explain(ctx, "sqs:ChangeMessageVisibilityBatch", s.o.Queue, err)
}

// extend keeps the messages that are worked on invisible, until ctx ends.
func (s *Source) extend(ctx context.Context) error {
	tick := time.NewTicker(s.o.Visibility / 2)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		if err := s.invisible(ctx, s.inFlight(), s.o.Visibility); err != nil {
			return err
		}
	}
}

// release lets messages that were not finished come back at once, as far as there is time; they come back anyway.
func (s *Source) release(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, lastCalls)
	defer cancel()
	all := s.inFlight()
	for _, m := range all {
		s.track(m, false)
	}
	_ = s.invisible(ctx, all, 0)
}

func (s *Source) invisible(ctx context.Context, all []*message, d time.Duration) error {
	for batch := range slices.Chunk(all, batchSize) {
		var entries []types.ChangeMessageVisibilityBatchRequestEntry
		for i, m := range batch {
			entries = append(entries, types.ChangeMessageVisibilityBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: &m.receipt, VisibilityTimeout: seconds(d)})
		}
		if err := s.change(ctx, entries); err != nil {
			return err
		}
	}
	return nil
}
