package main

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// lifecycleInterval is how often data streams are looked at.
const lifecycleInterval = time.Minute

// every runs f at once and then each interval until ctx ends. What fails is logged and does not keep it from running again, and neither does a panic.
func every(ctx context.Context, log *slog.Logger, interval time.Duration, what string, f func(context.Context) error) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		if err := guarded(ctx, f); err != nil && ctx.Err() == nil {
			log.Error("background work failed and is tried again", "work", what, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// guarded turns a panic into an error.
func guarded(ctx context.Context, f func(context.Context) error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("BUG: panic: %v\n%s", r, debug.Stack())
		}
	}()
	return f(ctx)
}
