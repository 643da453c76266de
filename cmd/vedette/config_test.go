package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// setting is the line of a setting in what `vedette config print` wrote, as value and origin.
func setting(t *testing.T, r result, name string) (value, from string) {
	t.Helper()
	r.want(t, 0)
	for line := range strings.Lines(r.stdout) {
		if f := strings.Fields(line); f[0] == name {
			return f[1], strings.Join(f[2:], " ")
		}
	}
	t.Fatalf("no setting %s in:\n%s", name, r.stdout)
	return "", ""
}

func TestAFlagGoesBeforeTheEnvironmentBeforeTheFileBeforeTheDefault(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "vedette.yaml"), "listen: 127.0.0.1:3\ndashboard: 127.0.0.1:4\nallowed-host: [siem.example, logs.example]\ndata:\n")
	check := func(name, value, from string, args ...string) {
		t.Helper()
		gotValue, gotFrom := setting(t, vedette(t, append([]string{"config", "print"}, args...)...), name)
		if gotValue != value || gotFrom != from {
			t.Errorf("%s is %q from %q, want %q from %q", name, gotValue, gotFrom, value, from)
		}
	}
	check("listen", "127.0.0.1:9200", "default")
	check("listen", "127.0.0.1:3", "file "+file, "--config", file)
	check("allowed-host", "siem.example,logs.example", "file "+file, "--config="+file)
	t.Setenv("VEDETTE_CONFIG", file)
	check("dashboard", "127.0.0.1:4", "file "+file)
	t.Setenv("VEDETTE_LISTEN", "127.0.0.1:2")
	check("listen", "127.0.0.1:2", "environment VEDETTE_LISTEN")
	check("listen", "127.0.0.1:1", "flag", "--listen", "127.0.0.1:1")
	check("config", file, "environment VEDETTE_CONFIG")
	if _, from := setting(t, vedette(t, "config", "print"), "data"); from != "default" {
		t.Errorf("a setting without a value in the file comes from %q, want the default", from)
	}
}

func TestABrokenConfigurationIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		says []string
	}{
		"a setting that does not exist": {"lisen: 127.0.0.1:1\n", []string{`unknown setting "lisen"`}},
		"two of them":                   {"lisen: 1\ndatta: x\n", []string{`"lisen"`, `"datta"`}},
		"the file naming a file":        {"config: other.yaml\n", []string{`"config"`}},
		"no YAML":                       {"data: [\n", []string{"line 1"}},
		"a list":                        {"- data\n- listen\n", []string{"settings by name", "data: /var/lib/vedette"}},
		"a setting twice":               {"data: a\ndata: b\n", []string{`"data"`}},
		"settings inside a setting":     {"data: {path: x}\n", []string{`"data"`, "one value or a list"}},
		"a value that is not allowed":   {"log-level: loud\n", []string{"log-level", "loud"}},
	} {
		t.Run(name, func(t *testing.T) {
			file := write(t, filepath.Join(t.TempDir(), "vedette.yaml"), c.text)
			vedette(t, "config", "print", "--config", file).want(t, 2, c.says...)
		})
	}
	absent := filepath.Join(t.TempDir(), "absent.yaml")
	vedette(t, "serve", "--config", absent).want(t, 2, absent, "no such file")
}
