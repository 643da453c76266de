package main

import (
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// planOf opens a data directory, asks it for the plan of a demo, marks that as finished if told to, and closes the directory.
func planOf(t *testing.T, data string, days *int, seed *uint64, finish bool) (demoPlan, error) {
	t.Helper()
	a, err := openApp(serverFlags{Listen: "127.0.0.1:0", Dashboard: "127.0.0.1:0"}, data, &environment{log: slog.New(slog.DiscardHandler), stderr: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := a.demoPlan(t.Context(), days, seed)
	if plan.Finished = plan.Finished || finish; finish && err == nil {
		err = plan.save(a.dir.Meta())
	}
	if closed := a.close(); closed != nil {
		t.Fatal(closed)
	}
	return plan, err
}

func TestADemoIsGoneOnWithAsItWasBegun(t *testing.T) {
	data, week, other := t.TempDir(), 7, uint64(2)
	first, err := planOf(t, data, &week, nil, false)
	if err != nil || first.Days != 7 || first.Seed != 1 || first.Finished || first.Anchor.IsZero() {
		t.Fatalf("a new plan is %+v, %v", first, err)
	}
	if again, err := planOf(t, data, nil, nil, false); err != nil || again != first {
		t.Errorf("the next start plans %+v, want %+v: %v", again, first, err)
	}
	if again, err := planOf(t, data, &week, &first.Seed, true); err != nil || !again.Finished {
		t.Errorf("the same wishes give %+v, %v", again, err)
	}
	if again, err := planOf(t, data, nil, nil, false); err != nil || !again.Finished || again.Anchor != first.Anchor {
		t.Errorf("a finished demo has the plan %+v, %v", again, err)
	}
	day := 1
	for name, wish := range map[string]func() (demoPlan, error){
		"other days": func() (demoPlan, error) { return planOf(t, data, &day, nil, false) },
		"other seed": func() (demoPlan, error) { return planOf(t, data, nil, &other, false) },
	} {
		if _, err := wish(); !errors.As(err, new(wrongUse)) || !strings.Contains(err.Error(), data+" holds a demo of --days 7 --seed 1") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestADemoIsNotWrittenIntoOtherData(t *testing.T) {
	data := t.TempDir()
	s := serve(t, data)
	s.ok(t, "POST", "/_bulk", bulk("my-events", 1))
	s.stop()
	vedette(t, "demo", "--data", data, "--listen", "127.0.0.1:0", "--dashboard", "127.0.0.1:0").want(t, 2, data, "my-events", "choose another directory")
}

func TestTheDirectoryOfRealDataIsNotTheDemos(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("VEDETTE_CONFIG", write(t, filepath.Join(dir, "vedette.yaml"), "data: "+filepath.Join(dir, "real")+"\n"))
	data := func(args ...string) string {
		t.Helper()
		c, src := &cli{}, &sources{}
		parser := commandLine(c, kong.Resolvers(src))
		if err := src.load(args); err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(args); err != nil {
			t.Fatal(err)
		}
		if args[0] == "serve" {
			return c.Serve.Data
		}
		return c.Demo.Data
	}
	if got := data("serve"); got != filepath.Join(dir, "real") {
		t.Errorf("the server has the data directory %q", got)
	}
	if got := data("demo"); got != "" {
		t.Errorf("the demo takes %q from the file", got)
	}
	t.Setenv("VEDETTE_DATA", filepath.Join(dir, "real"))
	if got := data("demo"); got != "" {
		t.Errorf("the demo takes %q from VEDETTE_DATA", got)
	}
	t.Setenv("VEDETTE_DEMO_DATA", filepath.Join(dir, "demo"))
	if got := data("demo"); got != filepath.Join(dir, "demo") {
		t.Errorf("the demo has %q, want what VEDETTE_DEMO_DATA says", got)
	}
	if got := data("demo", "--data", filepath.Join(dir, "said")); got != filepath.Join(dir, "said") {
		t.Errorf("the demo has %q, want what the command line says", got)
	}
}

// events is how many log events are searchable without waiting, 0 while there is no index of them.
func (s *server) events(t *testing.T) int {
	t.Helper()
	return into[struct{ Count int }](t, s.ask(t, "GET", "/"+allLogs+"/_count", "").body).Count
}

func TestAnInterruptedDemoIsCompletedAtTheNextStart(t *testing.T) {
	data := t.TempDir()
	_, s := serveChild(t, "demo", "--data", data)
	s.log.await(t, `msg="(writing demo data)"`)
	for s.events(t) == 0 { // the load takes seconds more
		s.ok(t, "POST", "/"+allLogs+"/_refresh", "")
	}
	if code := s.stop(); code != 0 || strings.Contains(s.log.String(), "searchable") {
		t.Fatalf("it was not stopped early: status %d\n%s", code, s.log)
	}
	_, s = serveChild(t, "demo", "--data", data)
	s.log.await(t, `(interrupted and is loaded again)`)
	loaded, err := strconv.Atoi(s.log.await(t, `demo data is searchable.* events=(\d+)`))
	if n := s.events(t); err != nil || n != loaded || n < 150_000 {
		t.Errorf("%d events are there, want each of the demo's %d once", n, loaded)
	}
	s.stop()
	_, s = serveChild(t, "demo", "--data", data)
	if again := s.log.await(t, `demo data is searchable.* events=(\d+)`); again != strconv.Itoa(loaded) || strings.Contains(s.log.String(), "writing demo data") {
		t.Errorf("a third start has %s events, want the same %d and no loading:\n%s", again, loaded, s.log)
	}
}
