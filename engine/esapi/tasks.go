package esapi

import (
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/dates"
	"github.com/vedette-siem/vedette/engine/eserr"
)

func taskRoutes() []route {
	list := []string{"actions", "detailed", "group_by", "nodes", "parent_task_id", "timeout", "wait_for_completion"}
	return []route{
		{"GET", "/_tasks", list, (*call).listTasks},
		{"GET", "/_tasks/:task", []string{"timeout", "wait_for_completion"}, (*call).getTask},
		{"POST", "/_tasks/_cancel /_tasks/:task/_cancel", []string{"actions", "nodes", "parent_task_id", "wait_for_completion"}, (*call).cancelTasks},
		{"POST", "/_update_by_query/:task/_rethrottle /_delete_by_query/:task/_rethrottle /_reindex/:task/_rethrottle", []string{"requests_per_second", "group_by"}, (*call).rethrottle},
		{"GET", "/_cat/tasks", catParams("actions", "detailed", "nodes", "parent_task_id"), (*call).catTasks},
	}
}

// A taskInfo is a task as answers show it.
type taskInfo struct {
	Node        string            `json:"node"`
	ID          int64             `json:"id"`
	Type        string            `json:"type"`
	Action      string            `json:"action"`
	Status      any               `json:"status,omitempty"`
	Description string            `json:"description,omitempty"`
	Start       int64             `json:"start_time_in_millis"`
	Running     int64             `json:"running_time_in_nanos"`
	Cancellable bool              `json:"cancellable"`
	Cancelled   *bool             `json:"cancelled,omitempty"`
	Headers     map[string]string `json:"headers"`
}

func (c *call) taskInfo(t *task, detailed bool) taskInfo {
	info := taskInfo{Node: c.s.o.Node, ID: t.id, Type: "transport", Action: t.action, Start: t.begin.UnixMilli(), Cancellable: t.cancellable, Headers: map[string]string{}}
	if info.Running = c.s.o.Now().Sub(t.begin).Nanoseconds(); !t.running() {
		info.Running = t.ran.Nanoseconds()
	}
	if t.cancellable {
		cancelled := t.cancelled.Load()
		info.Cancelled = &cancelled
	}
	if t.opaqueID != "" {
		info.Headers["X-Opaque-Id"] = t.opaqueID
	}
	if detailed {
		info.Description = t.description
	}
	if t.work != nil {
		info.Status = t.work.status()
	}
	return info
}

func (t *task) running() bool {
	select {
	case <-t.done:
		return false
	default:
		return true
	}
}

// wantedTasks reads actions, nodes and parent_task_id. No task has a parent here.
func (c *call) wantedTasks() (func(*task) bool, error) {
	actions, nodes, parent := c.list("actions"), c.list("nodes"), c.query["parent_task_id"]
	if parent != "" {
		if _, err := c.s.parseTaskID(parent); err != nil {
			return nil, err
		}
	}
	return func(t *task) bool {
		here := len(nodes) == 0 || slices.ContainsFunc(nodes, func(n string) bool { return n == "_local" || anyGlobMatches([]string{n}, c.s.o.Node) })
		return here && (parent == "" || strings.HasSuffix(parent, ":-1")) && (len(actions) == 0 || anyGlobMatches(actions, t.action))
	}, nil
}

// parseTaskID reads NODE:NUMBER.
func (s *Server) parseTaskID(text string) (int64, error) {
	at := strings.LastIndexByte(text, ':')
	n, err := int64(0), error(nil)
	if at > 0 {
		n, err = strconv.ParseInt(text[at+1:], 10, 64)
	}
	if at <= 0 || err != nil {
		return 0, eserr.Illegal("malformed task id %s", clip(text))
	}
	if text[:at] != s.o.Node {
		return -1, nil
	}
	return n, nil
}

func (c *call) listTasks() error {
	if err := c.may("cluster:monitor/tasks/lists"); err != nil {
		return err
	}
	wanted, err := c.wantedTasks()
	if err != nil {
		return err
	}
	detailed, err := c.flag("detailed", false)
	if err != nil {
		return err
	}
	wait, err := c.flag("wait_for_completion", false)
	if err != nil {
		return err
	}
	found := c.s.tasks.list(wanted)
	if wait {
		for _, t := range found {
			if t.action == "cluster:monitor/tasks/lists" {
				continue // or it would wait for itself
			}
			if err := c.waitFor(t); err != nil {
				return err
			}
		}
	}
	return c.sendTasks(found, detailed, nil)
}

// sendTasks answers with tasks, grouped as the parameter group_by says.
func (c *call) sendTasks(found []*task, detailed bool, failures []any) error {
	infos := make([]taskInfo, len(found))
	byID := map[string]taskInfo{}
	for i, t := range found {
		infos[i] = c.taskInfo(t, detailed)
		byID[c.s.taskID(t.id)] = infos[i]
	}
	out := map[string]any{}
	if len(failures) > 0 {
		out["node_failures"] = failures
	}
	switch by := c.query["group_by"]; by {
	case "none":
		out["tasks"] = infos
	case "parents":
		out["tasks"] = byID
	case "", "nodes":
		nodes := map[string]any{}
		if len(infos) > 0 {
			address := c.s.address()
			nodes[c.s.o.Node] = map[string]any{"name": c.s.o.Node, "transport_address": address, "host": host(address), "ip": address, "roles": nodeRoles(), "tasks": byID}
		}
		out["nodes"] = nodes
	default:
		return eserr.Illegal("[group_by] must be one of [nodes], [parents] or [none] but was [%.100s]", by)
	}
	return c.send(http.StatusOK, out)
}

func nodeRoles() []string { return []string{"data", "ingest", "master"} }

// address is where this server is reached.
func (s *Server) address() string {
	if s.o.PublishAddress == "" {
		return "127.0.0.1:9200"
	}
	return s.o.PublishAddress
}

// host is the host of HOST:PORT.
func host(address string) string {
	h, _, err := net.SplitHostPort(address)
	if err != nil || h == "" {
		return "127.0.0.1"
	}
	return h
}

// waitFor waits until a task has ended, for as long as `timeout` says (30 seconds).
func (c *call) waitFor(t *task) error {
	longest := 30 * time.Second
	if text := c.query["timeout"]; text != "" {
		ms, err := dates.ParseDuration(text, "timeout")
		if err != nil {
			return err
		}
		longest = time.Duration(ms) * time.Millisecond
	}
	timer := time.NewTimer(longest)
	defer timer.Stop()
	select {
	case <-t.done:
		return nil
	case <-c.ctx().Done():
		return c.ctx().Err()
	case <-timer.C:
		return eserr.Errorf(http.StatusTooManyRequests, "timeout_exception", "Timed out waiting for completion of task [%s]", c.s.taskID(t.id))
	}
}

func (c *call) getTask() error {
	if err := c.may("cluster:monitor/task/get"); err != nil {
		return err
	}
	t, err := c.pathTask()
	if err != nil {
		return err
	}
	wait, err := c.flag("wait_for_completion", false)
	if err != nil {
		return err
	}
	if wait {
		if err := c.waitFor(t); err != nil {
			return err
		}
	}
	answer := struct {
		Completed bool            `json:"completed"`
		Task      taskInfo        `json:"task"`
		Response  json.RawMessage `json:"response,omitempty"`
		Error     any             `json:"error,omitempty"`
	}{Completed: !t.running(), Task: c.taskInfo(t, true)}
	if answer.Completed {
		answer.Response = t.response
		if t.err != nil {
			e, _ := refusal(t.err)
			answer.Error = e
			if told, ok := e.(*engine.Error); ok {
				answer.Error = errorObject(told, c.s.o.Node)
			}
		}
	}
	return c.send(http.StatusOK, answer)
}

// pathTask is the task that the path names.
func (c *call) pathTask() (*task, error) {
	id, err := c.s.parseTaskID(c.path["task"])
	if err != nil {
		return nil, err
	}
	if t := c.s.tasks.find(id); t != nil {
		return t, nil
	}
	return nil, eserr.Errorf(http.StatusNotFound, "resource_not_found_exception", "task [%s] isn't running and hasn't stored its results", clip(c.path["task"]))
}

func (c *call) cancelTasks() error {
	if err := c.may("cluster:admin/tasks/cancel"); err != nil {
		return err
	}
	wait, err := c.flag("wait_for_completion", false)
	if err != nil {
		return err
	}
	found, failures, err := c.tasksToCancel()
	if err != nil {
		return err
	}
	for _, t := range found {
		t.stop()
	}
	for i := 0; wait && i < len(found); i++ {
		if err := c.waitFor(found[i]); err != nil {
			return err
		}
	}
	return c.sendTasks(found, true, failures)
}

// tasksToCancel are the running tasks that the request names, and what is wrong with the one that it names.
func (c *call) tasksToCancel() (found []*task, failures []any, err error) {
	if c.path["task"] == "" {
		wanted, err := c.wantedTasks()
		return c.s.tasks.list(func(t *task) bool { return t.cancellable && wanted(t) }), nil, err
	}
	id, err := c.s.parseTaskID(c.path["task"])
	if err != nil {
		return nil, nil, err
	}
	found = c.s.tasks.list(func(t *task) bool { return t.id == id })
	var why *engine.Error
	switch {
	case len(found) == 0:
		why = eserr.Errorf(http.StatusNotFound, "resource_not_found_exception", "task [%s] is not found", clip(c.path["task"]))
	case !found[0].cancellable:
		why = eserr.Illegal("task [%s] doesn't support cancellation", clip(c.path["task"]))
		found = nil
	default:
		return found, nil, nil
	}
	return found, []any{map[string]any{"type": "failed_node_exception", "reason": "Failed node [" + c.s.o.Node + "]", "node_id": c.s.o.Node, "caused_by": why}}, nil
}

// rethrottle changes how fast a by-query goes on.
func (c *call) rethrottle() error {
	if err := c.may("cluster:admin/reindex/rethrottle"); err != nil {
		return err
	}
	if !c.has("requests_per_second") {
		return eserr.Illegal("requests_per_second is a required parameter")
	}
	perSecond, err := c.perSecond()
	if err != nil {
		return err
	}
	t, err := c.pathTask()
	if err != nil {
		return err
	}
	if t.work == nil || !t.running() {
		return eserr.Errorf(http.StatusNotFound, "resource_not_found_exception", "task [%s] is missing", clip(c.path["task"]))
	}
	t.work.rethrottle(perSecond)
	return c.sendTasks([]*task{t}, true, nil)
}

func (c *call) catTasks() error {
	if err := c.may("cluster:monitor/tasks/lists"); err != nil {
		return err
	}
	detailed, err := c.flag("detailed", false)
	if err != nil {
		return err
	}
	wanted, err := c.wantedTasks()
	if err != nil {
		return err
	}
	columns := []column{
		{name: "id", about: "id of the task with the node", extra: true},
		{name: "action", aliases: "ac", about: "task action"},
		{name: "task_id", aliases: "ti", about: "unique task id"},
		{name: "parent_task_id", aliases: "pti", about: "parent task id"},
		{name: "type", aliases: "ty", about: "task type"},
		{name: "start_time", aliases: "start", about: "start time in ms", right: true},
		{name: "timestamp", aliases: "ts,hms,hhmmss", about: "start time in HH:MM:SS"},
		{name: "running_time_ns", aliases: "time", about: "running time ns", extra: true, right: true},
		{name: "running_time", aliases: "time", about: "running time"},
		{name: "node_id", aliases: "ni", about: "unique node id", extra: true},
		{name: "ip", aliases: "i", about: "ip address"},
		{name: "port", aliases: "po", about: "bound transport port", extra: true},
		{name: "node", aliases: "n", about: "node name"},
		{name: "version", aliases: "v", about: "es version", extra: true},
		{name: "x_opaque_id", aliases: "x", about: "X-Opaque-ID header", extra: true},
		{name: "description", aliases: "desc", about: "task action", extra: !detailed},
	}
	return c.sendTable(columns, func() ([][]cell, error) {
		var rows [][]cell
		for _, t := range c.s.tasks.list(wanted) {
			ran := c.s.o.Now().Sub(t.begin)
			id, address := c.s.taskID(t.id), c.s.address()
			_, port, _ := net.SplitHostPort(address)
			rows = append(rows, []cell{textCell(id), textCell(t.action), textCell(id), textCell("-"), textCell("transport"), numberCell(t.begin.UnixMilli()),
				textCell(t.begin.UTC().Format(time.TimeOnly)), numberCell(ran.Nanoseconds()), c.timeCell(ran), textCell(c.s.o.Node), textCell(host(address)), textCell(port),
				textCell(c.s.o.Node), textCell(engine.ElasticsearchVersion), textCell(orDash(t.opaqueID)), textCell(orDash(t.description))})
		}
		return rows, nil
	})
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// timeCell shows a duration in the unit of the parameter `time`, or in the one that suits it.
func (c *call) timeCell(d time.Duration) cell {
	out := cell{num: float64(d), isNum: true}
	units := []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond}, {"micros", time.Microsecond}, {"nanos", 1}}
	for _, u := range units {
		if c.query["time"] == u.name {
			out.text = strconv.FormatInt(int64(d/u.size), 10)
			return out
		}
	}
	for _, u := range units {
		if d >= u.size || u.size == 1 {
			tenths := int64(float64(d) / float64(u.size) * 10)
			out.text = strconv.FormatInt(tenths/10, 10)
			if tenths%10 != 0 && u.size > 1 {
				out.text += "." + strconv.FormatInt(tenths%10, 10)
			}
			out.text += u.name
			return out
		}
	}
	return out
}
