package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAWrongCommandLineIsNamedAndHelpIsOffered(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		says string
	}{
		"unknown flag":                {[]string{"serve", "--lissten", "127.0.0.1:0"}, "--lissten"},
		"unknown command":             {[]string{"sreve"}, "sreve"},
		"no command":                  {nil, `"serve"`},
		"no path to load":             {[]string{"load"}, "<path>"},
		"a level that does not exist": {[]string{"version", "--log-level", "loud"}, `"loud"`},
		"days that are no number":     {[]string{"demo", "--days", "many"}, "--days"},
		"a flag without its value":    {[]string{"serve", "--data"}, "--data"},
	} {
		t.Run(name, func(t *testing.T) {
			vedette(t, c.args...).want(t, 2, c.says, "Try 'vedette --help'")
		})
	}
}

func TestHelpAndVersionEndWell(t *testing.T) {
	vedette(t, "--help").want(t, 0, "serve", "demo", "load", "config", "version")
	vedette(t, "serve", "--help").want(t, 0, "--data", "$VEDETTE_DATA", "127.0.0.1:9200")
	vedette(t, "version").want(t, 0, "vedette "+version)
}

func TestValuesThatAreNotSafeAreRefusedWithTheReason(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		says []string
	}{
		"all addresses":           {[]string{"serve", "--auth", "off", "--listen", "0.0.0.0:9200"}, []string{`--listen "0.0.0.0:9200"`, "loopback", "use --auth on"}},
		"no host":                 {[]string{"serve", "--dashboard", ":5601"}, []string{`--dashboard ":5601"`, "loopback"}},
		"plain HTTP":              {[]string{"serve", "--auth", "on", "--listen", "0.0.0.0:9200"}, []string{`--listen "0.0.0.0:9200"`, "--tls-cert", "--insecure-http"}},
		"plain HTTP for a page":   {[]string{"serve", "--auth", "on", "--dashboard", "[::]:5601"}, []string{`--dashboard "[::]:5601"`, "--tls-cert", "--insecure-http"}},
		"half a certificate":      {[]string{"serve", "--tls-cert", "cert.pem"}, []string{"--tls-key", "both or neither"}},
		"a user and no password":  {[]string{"load", "--url", "http://127.0.0.1:1", "--user", "elastic", "."}, []string{"VEDETTE_PASSWORD"}},
		"an address of a network": {[]string{"serve", "--listen", "192.0.2.1:9200"}, []string{"192.0.2.1", "loopback"}},
		"no port":                 {[]string{"serve", "--listen", "127.0.0.1"}, []string{`"127.0.0.1"`, "HOST:PORT"}},
		"the demo too":            {[]string{"demo", "--listen", "[::]:9200"}, []string{"[::]", "loopback"}},
		"too many days":           {[]string{"demo", "--days", "400"}, []string{"--days 400", "31"}},
	} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			vedette(t, append(c.args, "--data", data)...).want(t, 2, c.says...)
		})
	}
}

func TestFilesThatCannotBeReadAreNamed(t *testing.T) {
	dir := t.TempDir()
	rubbish := write(t, filepath.Join(dir, "rubbish.mmdb"), "no database")
	for name, args := range map[string][]string{
		"a path to load":      {"load", filepath.Join(dir, "absent"), "--data", filepath.Join(dir, "data")},
		"a database":          {"serve", "--geoip", filepath.Join(dir, "absent"), "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0", "--dashboard", "127.0.0.1:0"},
		"a data directory":    {"serve", "--data", filepath.Join(rubbish, "absent"), "--listen", "127.0.0.1:0", "--dashboard", "127.0.0.1:0"},
		"a server to load to": {"load", dir, "--url", "absent://host"},
	} {
		t.Run(name, func(t *testing.T) { vedette(t, args...).want(t, 1, "absent") })
	}
	vedette(t, "load", dir, "--geoip", rubbish, "--data", filepath.Join(dir, "data")).want(t, 1, rubbish)
}

func TestAnOccupiedPortIsNamed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	vedette(t, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--dashboard", l.Addr().String()).
		want(t, 1, "--dashboard "+l.Addr().String(), "address already in use", "choose another")
}

func TestADataDirectoryHasOneServer(t *testing.T) {
	data := t.TempDir()
	serve(t, data)
	vedette(t, "serve", "--data", data, "--listen", "127.0.0.1:0", "--dashboard", "127.0.0.1:0").
		want(t, 1, data, "in use by another process", "choose another directory")
}

func TestAFolderOfOtherThingsIsNotTakenForADataDirectory(t *testing.T) {
	data := t.TempDir()
	write(t, filepath.Join(data, "letter.txt"), "dear")
	vedette(t, "serve", "--data", data, "--listen", "127.0.0.1:0", "--dashboard", "127.0.0.1:0").
		want(t, 1, data, "letter.txt", "not a Vedette data directory")
	newer := t.TempDir()
	serve(t, newer).stop()
	formats, err := filepath.Glob(filepath.Join(newer, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range formats {
		if raw, err := os.ReadFile(path); err == nil && strings.HasPrefix(string(raw), `{"format":`) {
			write(t, path, `{"format":9999}`)
		}
	}
	vedette(t, "serve", "--data", newer, "--listen", "127.0.0.1:0", "--dashboard", "127.0.0.1:0").
		want(t, 1, newer, "newer version", "9999")
}
