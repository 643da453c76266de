package esapi

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// What is kept of tasks that have finished: so many answers, and so many bytes of them; the oldest go first. Elasticsearch keeps them in an index.
const (
	maxFinished      = 1000
	maxFinishedBytes = 16 << 20
)

// maxDetached is how many requests that nobody waits for may run at a time.
const maxDetached = 100

// A task is a request that is being answered, or one that runs on while nobody waits for it.
type task struct {
	id          int64
	action      string // Elasticsearch's name of it
	description string
	opaqueID    string
	begin       time.Time
	cancellable bool
	cancel      context.CancelCauseFunc
	cancelled   atomic.Bool
	work        *byQuery // of which the status is told; nil for others

	done     chan struct{} // closed when it has ended; the fields below do not change afterwards
	ran      time.Duration
	response json.RawMessage // of a task that nobody waited for
	err      error
}

// tasks are those of a server.
type tasks struct {
	mu       sync.Mutex
	last     int64
	running  map[int64]*task
	finished []*task // of which the answer is kept, oldest first
	bytes    int     // of their answers
	detached sync.WaitGroup
	alone    int // tasks that nobody waits for
	closed   bool
}

// errCancelled is what a cancelled request answers.
var errCancelled = eserr.BadRequest("task_cancelled_exception", "task cancelled [by user request]")

// add registers a task, whose context it returns.
func (ts *tasks) add(ctx context.Context, t *task) context.Context {
	t.done = make(chan struct{})
	ctx, t.cancel = context.WithCancelCause(ctx)
	ts.mu.Lock()
	defer ts.mu.Unlock()
	ts.last++
	t.id = ts.last
	if ts.running == nil {
		ts.running = map[int64]*task{}
	}
	ts.running[t.id] = t
	return ctx
}

// end takes a task out, and keeps its answer if it has one.
func (ts *tasks) end(t *task, now time.Time) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	delete(ts.running, t.id)
	t.ran = now.Sub(t.begin)
	if t.response != nil || t.err != nil {
		ts.keep(t)
	}
	t.cancel(nil)
	close(t.done)
}

func (ts *tasks) keep(t *task) {
	ts.finished = append(ts.finished, t)
	ts.bytes += len(t.response)
	for len(ts.finished) > maxFinished || ts.bytes > maxFinishedBytes && len(ts.finished) > 1 {
		ts.bytes -= len(ts.finished[0].response)
		ts.finished = slices.Delete(ts.finished, 0, 1)
	}
}

// find returns a task that runs or whose answer is kept, or nil.
func (ts *tasks) find(id int64) *task {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t := ts.running[id]; t != nil {
		return t
	}
	if i := slices.IndexFunc(ts.finished, func(t *task) bool { return t.id == id }); i >= 0 {
		return ts.finished[i]
	}
	return nil
}

// list are the running tasks that are wanted, in the order of their beginning.
func (ts *tasks) list(wanted func(*task) bool) []*task {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	var out []*task
	for _, id := range slices.Sorted(maps.Keys(ts.running)) {
		if t := ts.running[id]; wanted(t) {
			out = append(out, t)
		}
	}
	return out
}

// stop cancels a task by a client's wish.
func (t *task) stop() {
	t.cancelled.Store(true)
	t.cancel(errCancelled)
}

// actionOf is Elasticsearch's name of what a route does, or empty for requests that are not worth to be listed.
func actionOf(method, path string) (action string, cancellable bool) {
	switch last := path[strings.LastIndexByte(path, '/')+1:]; last {
	case "_search", "_count":
		return "indices:data/read/search", true
	case "_msearch":
		return "indices:data/read/msearch", true
	case "_bulk":
		return "indices:data/write/bulk", false
	case "_forcemerge":
		return "indices:admin/forcemerge", false
	case "_tasks", "tasks":
		return "cluster:monitor/tasks/lists", false
	}
	return "", false
}

// track lists the request as a task until the returned function is called.
func (c *call) track(path string) func() {
	action, cancellable := actionOf(c.r.Method, path)
	if action == "" {
		return func() {}
	}
	t := c.newTask(action, "indices["+c.path["index"]+"]")
	t.cancellable = cancellable
	c.r = c.r.WithContext(c.s.tasks.add(c.ctx(), t))
	return func() { c.s.tasks.end(t, c.s.o.Now()) }
}

func (c *call) newTask(action, description string) *task {
	return &task{action: action, description: description, opaqueID: c.w.Header().Get("X-Opaque-Id"), begin: c.s.o.Now()}
}

// detach runs work that nobody waits for, and answers with the task's id.
func (c *call) detach(t *task, run func(ctx context.Context) (any, error)) error {
	ctx := c.s.tasks.add(context.WithoutCancel(c.ctx()), t)
	if err := c.s.tasks.enter(); err != nil {
		c.s.tasks.end(t, c.s.o.Now())
		return err
	}
	go func() {
		defer c.s.tasks.leave()
		defer func() {
			if r := recover(); r != nil {
				c.s.o.Log.Error("task failed", "task", t.id, "action", t.action, "err", r)
				t.err = errTaskPanic
			}
			c.s.tasks.end(t, c.s.o.Now())
		}()
		answer, err := run(ctx)
		if err == nil {
			t.response, err = encode(answer)
		}
		if _, known := refusal(err); err != nil && !known {
			c.s.o.Log.Error("task failed", "task", t.id, "action", t.action, "err", err)
		}
		t.err = err
	}()
	return c.send(http.StatusOK, map[string]string{"task": c.s.taskID(t.id)})
}

var errTaskPanic = eserr.Errorf(http.StatusInternalServerError, "exception", "an internal error occurred; the server's log has it")

// enter counts a task that nobody waits for, or refuses it.
func (ts *tasks) enter() error {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	switch {
	case ts.closed:
		return eserr.Errorf(http.StatusServiceUnavailable, "node_closed_exception", "the server is being stopped")
	case ts.alone >= maxDetached:
		return eserr.Errorf(http.StatusTooManyRequests, "es_rejected_execution_exception", "[%d] tasks run already that nobody waits for: wait for some of them", maxDetached)
	}
	ts.alone++
	ts.detached.Add(1)
	return nil
}

func (ts *tasks) leave() {
	ts.mu.Lock()
	ts.alone--
	ts.mu.Unlock()
	ts.detached.Done()
}

// Close cancels what runs and waits for the tasks that no request waits for. The Backend may be closed after it.
func (s *Server) Close() error {
	s.tasks.mu.Lock()
	s.tasks.closed = true
	for _, t := range s.tasks.running {
		t.cancel(eserr.Errorf(http.StatusServiceUnavailable, "node_closed_exception", "the server is being stopped"))
	}
	s.tasks.mu.Unlock()
	s.tasks.detached.Wait()
	return nil
}

func (s *Server) taskID(n int64) string { return s.o.Node + ":" + strconv.FormatInt(n, 10) }

// cause is why a context has ended, if that is one that clients are told.
func cause(ctx context.Context, err error) error {
	if told, ok := context.Cause(ctx).(*engine.Error); ok && ctx.Err() != nil {
		return told
	}
	return err
}
