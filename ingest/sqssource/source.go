// Package sqssource reads the queue that S3, SNS, EventBridge or CloudTrail tell of new objects, and lists those as an ingest.Source that never ends by itself. A message is deleted
// after all its objects are durable and checkpointed, and stays invisible to others until then. What cannot be read comes back, and is parked after a few times (Park), so that
// no message is ever dropped without a word. Back-pressure is that no more is received while objects wait for a worker.
package sqssource

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"golang.org/x/sync/errgroup"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
)

// API is what is asked of SQS; *sqs.Client is one.
type API interface {
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessageBatch(context.Context, *sqs.DeleteMessageBatchInput, ...func(*sqs.Options)) (*sqs.DeleteMessageBatchOutput, error)
	ChangeMessageVisibilityBatch(context.Context, *sqs.ChangeMessageVisibilityBatchInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error)
}

// An Opener opens the objects that messages name; *s3source.Client is one.
type Opener interface {
	Open(ctx context.Context, o *ingest.Object) (io.ReadCloser, error)
}

// A Letter is what could not be read: an object, or a message (Object is nil).
type Letter struct {
	Object          *ingest.Object
	MessageID, Body string
	Receives        int
	Reason          error
}

// Options of a Source. API, Objects, Queue and Park must be set.
type Options struct {
	API     API
	Objects Opener
	// Name of the source; empty means the queue's URL.
	Name string
	// Queue is the URL of the queue.
	Queue string
	// Format and FlowFormat are those of all objects; empty leaves them to detection.
	Format     ingest.Format
	FlowFormat string
	// Park keeps what could not be read. The message is deleted when it returns nil, so it is durable by then.
	Park func(context.Context, Letter) error
	// Settled is told what became of each object, before its message goes; nil tells nobody.
	Settled func(o *ingest.Object, outcome error)
	// Empty is told each time that no message waits; nil tells nobody.
	Empty func()
	// Visibility is how long a message stays invisible unless that is extended, every half of it; 0 is 5 minutes. Whole seconds.
	Visibility time.Duration
	// Wait is how long one call waits for messages; 0 is 20 s, which is SQS's most. Whole seconds.
	Wait time.Duration
	// RetryAfter is when a message that failed comes back for the first time; each time later it takes twice as long. 0 is 30 s; negative is at once. Whole seconds.
	RetryAfter time.Duration
	// Receives is how often a message may come before what fails in it is parked; 0 is 5.
	Receives int
}

// A Source implements ingest.Source and ingest.Settler. It is used by one run at a time.
type Source struct {
	o Options

	mu     sync.Mutex // guards flight
	flight map[*message]bool
	over   chan change // messages that are done with
}

var (
	_ ingest.Source  = (*Source)(nil)
	_ ingest.Settler = (*Source)(nil)
)

// New makes a source. It asks nobody.
func New(o Options) (*Source, error) {
	if o.API == nil || o.Objects == nil || o.Park == nil || o.Queue == "" {
		return nil, errors.New("SQS source: a queue's URL, clients and a place for what cannot be read are needed")
	}
	if o.Name == "" {
		o.Name = o.Queue
	}
	for field, value := range map[*time.Duration]time.Duration{&o.Visibility: 5 * time.Minute, &o.Wait: 20 * time.Second, &o.RetryAfter: 30 * time.Second} {
		if *field == 0 {
			*field = value
		}
	}
	if o.Receives == 0 {
		o.Receives = 5
	}
	return &Source{o: o, flight: make(map[*message]bool), over: make(chan change, 100)}, nil
}

// Name implements ingest.Source.
func (s *Source) Name() string { return s.o.Name }

// Open implements ingest.Source.
func (s *Source) Open(ctx context.Context, o *ingest.Object) (io.ReadCloser, error) {
	if m, ok := o.Ticket.(*message); ok && o.Bucket == "" {
		return io.NopCloser(bytes.NewReader(m.event)), nil
	}
	return s.o.Objects.Open(ctx, o)
}

// Objects implements ingest.Source: it returns when ctx ends or SQS refuses.
func (s *Source) Objects(ctx context.Context, yield func(ingest.Object) error, _ func(ingest.Object, error)) error {
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() error { return s.receive(inner, yield) })
	group.Go(func() error { return s.extend(inner) })
	group.Go(func() error { return s.conclude(inner) })
	err := group.Wait()
	s.release(context.WithoutCancel(ctx))
	return err
}

// receive hands on what messages tell of, until ctx ends.
func (s *Source) receive(ctx context.Context, yield func(ingest.Object) error) error {
	for {
		out, err := s.o.API.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &s.o.Queue, MaxNumberOfMessages: 10, WaitTimeSeconds: seconds(s.o.Wait), VisibilityTimeout: seconds(s.o.Visibility),
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameApproximateReceiveCount},
		})
		if err := awsaccess.Explain(ctx, "sqs:ReceiveMessage", s.o.Queue, err); err != nil {
			return err
		}
		if len(out.Messages) == 0 && s.o.Empty != nil {
			s.o.Empty()
		}
		all := make([]*message, len(out.Messages))
		for i := range out.Messages {
			all[i] = newMessage(&out.Messages[i])
			s.track(all[i], true) // before any of them waits for a worker
		}
		for _, m := range all {
			if err := s.message(ctx, m, yield); err != nil {
				return err
			}
		}
	}
}

// message hands on the objects of one message.
func (s *Source) message(ctx context.Context, m *message, yield func(ingest.Object) error) error {
	n, err := Parse([]byte(m.body))
	if err != nil {
		m.failed = append(m.failed, Letter{MessageID: m.id, Body: m.body, Receives: m.receives, Reason: err})
		return s.finish(ctx, m)
	}
	if n.Event != nil {
		m.event = n.Event
		n.Objects = []ingest.Object{{Key: "sqs/" + m.id + ".json", ETag: m.id, Size: int64(len(n.Event))}}
	}
	if len(n.Objects) == 0 {
		return s.finish(ctx, m)
	}
	m.left = len(n.Objects)
	for _, o := range n.Objects {
		o.Format, o.FlowFormat, o.Ticket = s.o.Format, s.o.FlowFormat, m
		if err := yield(o); err != nil {
			return err
		}
	}
	return nil
}

// Settled implements ingest.Settler. When AWS asks to slow down or the credentials have expired, nothing is wrong with the object, and the run ends.
func (s *Source) Settled(ctx context.Context, o *ingest.Object, outcome error) error {
	m, ok := o.Ticket.(*message)
	if !ok {
		return fmt.Errorf("BUG: object %s came from no message", o.Name())
	}
	if s.o.Settled != nil {
		s.o.Settled(o, outcome)
	}
	if awsaccess.KindOf(outcome).Global() {
		return outcome
	}
	if !m.settled(o, outcome) {
		return nil
	}
	return s.finish(ctx, m)
}

// finish deletes a message of which all is done, lets one come back of which something failed, and parks that when it has come too often.
func (s *Source) finish(ctx context.Context, m *message) error {
	end := change{m: m, remove: true}
	if len(m.failed) > 0 && !m.hopeless(s.o.Receives) {
		end = change{m: m, visible: s.retryAfter(m.receives)}
	} else {
		for _, l := range m.failed {
			if err := s.o.Park(ctx, l); err != nil {
				return fmt.Errorf("park what cannot be read: %w", err)
			}
		}
	}
	select {
	case s.over <- end:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter is how long a message that came for the n-th time stays away: at most SQS's twelve hours.
func (s *Source) retryAfter(n int) time.Duration {
	if s.o.RetryAfter < 0 {
		return 0
	}
	return min(s.o.RetryAfter<<min(max(n-1, 0), 12), 12*time.Hour)
}

func (s *Source) track(m *message, in bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in {
		s.flight[m] = true
	} else {
		delete(s.flight, m)
	}
}

func (s *Source) inFlight() []*message {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]*message, 0, len(s.flight))
	for m := range s.flight {
		all = append(all, m)
	}
	return all
}

func seconds(d time.Duration) int32 { return int32(d / time.Second) }

func receives(m *types.Message) int {
	n, err := strconv.Atoi(m.Attributes[string(types.MessageSystemAttributeNameApproximateReceiveCount)])
	if err != nil {
		return 1
	}
	return n
}

func newMessage(m *types.Message) *message {
	return &message{id: aws.ToString(m.MessageId), receipt: aws.ToString(m.ReceiptHandle), body: aws.ToString(m.Body), receives: receives(m)}
}
