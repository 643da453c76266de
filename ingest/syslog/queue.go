package syslog

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

// What one call of the Writer is given at most.
const (
	batchLines = 1000
	batchBytes = 1 << 20
)

// lastPause is the longest pause between two attempts to write.
const lastPause = 30 * time.Second

// queue holds lines until they are stored, as many as its memory allows.
type queue struct {
	lines  chan Line
	memory *semaphore.Weighted
	prefix string // begins the ids
	made   atomic.Uint64
	writer Writer
	pause  time.Duration // after the first attempt; each later one is twice as long
	log    *slog.Logger
	counts *counters
}

func newQueue(bytes int64, prefix string, o *Options, counts *counters) *queue {
	return &queue{
		lines: make(chan Line, bytes/lineOverhead), memory: semaphore.NewWeighted(bytes), prefix: prefix,
		writer: o.Writer, pause: o.FirstPause, log: o.Log, counts: counts,
	}
}

// put waits for room. Its error is that of ctx.
func (q *queue) put(ctx context.Context, l Line) error {
	if err := q.memory.Acquire(ctx, l.bytes()); err != nil {
		return err
	}
	q.add(l)
	return nil
}

// offer says whether there was room.
func (q *queue) offer(l Line) bool {
	if !q.memory.TryAcquire(l.bytes()) {
		return false
	}
	q.add(l)
	return true
}

// add does not wait: there is place for as many lines as there is memory.
func (q *queue) add(l Line) {
	l.ID = q.prefix + strconv.FormatUint(q.made.Add(1), 10)
	q.lines <- l
}

// write stores lines until close was called and nothing is left, or ctx ends.
func (q *queue) write(ctx context.Context) error {
	var batch []Line
	for first := range q.lines {
		batch = q.more(append(batch[:0], first))
		if err := q.store(ctx, batch); err != nil {
			left := len(batch)
			for range q.lines { // until nobody adds any more
				left++
			}
			q.counts.lost.Add(int64(left))
			return fmt.Errorf("%d lines of syslog could not be stored before the end: %w", left, err)
		}
		var bytes int64
		for i := range batch {
			bytes += batch[i].bytes()
		}
		q.memory.Release(bytes)
		clear(batch)
	}
	return nil
}

// more adds what lies there already.
func (q *queue) more(batch []Line) []Line {
	for bytes := batch[0].bytes(); len(batch) < batchLines && bytes < batchBytes; {
		select {
		case l, open := <-q.lines:
			if !open {
				return batch
			}
			batch, bytes = append(batch, l), bytes+l.bytes()
		default:
			return batch
		}
	}
	return batch
}

// store writes a batch until that succeeds. Its error is that of ctx, with the last of the Writer.
func (q *queue) store(ctx context.Context, batch []Line) error {
	for pause := q.pause; ; pause = min(2*pause, lastPause) {
		err := guard(func() error { return q.writer.Write(ctx, batch) })
		if err == nil {
			q.counts.stored.Add(int64(len(batch)))
			q.counts.writing(nil)
			return nil
		}
		q.counts.writing(&Failure{time.Now(), err})
		q.log.Error("lines of syslog cannot be stored, trying again", "lines", len(batch), "pause", pause, "err", err)
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}
