package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// as makes a request with a user's name and password.
func (s *server) as(t *testing.T, user, password, method, path, body string) answer {
	t.Helper()
	r, err := http.NewRequest(method, "http://x", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(user, password)
	return s.ask(t, method, path, body, "Authorization", r.Header.Get("Authorization"))
}

func TestTheFirstStartShowsAPasswordOnce(t *testing.T) {
	data := t.TempDir()
	s := serve(t, data, "--auth", "on")
	password := s.log.await(t, `The password of the user admin .*\n\n    (\S+)\n`)
	for line := range strings.Lines(s.log.String()) {
		if strings.Contains(line, "level=") && strings.Contains(line, password) {
			t.Errorf("the log has it: %s", line)
		}
	}
	for _, user := range []string{"admin", "elastic"} {
		if a := s.as(t, user, password, "GET", "/", ""); a.status != 200 {
			t.Errorf("%s: %+v", user, a)
		}
	}
	s.stop()
	s = serve(t, data, "--auth", "on")
	if strings.Contains(s.log.String(), "password") {
		t.Errorf("the second start says\n%s", s.log)
	}
	if a := s.as(t, "admin", password, "GET", "/", ""); a.status != 200 {
		t.Errorf("%+v", a)
	}
}

func TestNothingIsAnsweredWithoutCredentials(t *testing.T) {
	t.Setenv("ELASTIC_PASSWORD", "secret-elastic")
	s := serve(t, t.TempDir(), "--auth", "on")
	if strings.Contains(s.log.String(), "The password of") {
		t.Error("a password was made although one was given")
	}
	for _, path := range []string{"/", "/_search", "/_cat/indices", "/_security/_authenticate", "/none"} {
		if a := s.ask(t, "GET", path, ""); a.status != 401 {
			t.Errorf("%s: %+v", path, a)
		}
	}
	for path, want := range map[string]int{"/api/es/": 401, "/api/es/_search": 401, "/api/v1/status": 401, "/api/v1/storage": 401, "/api/v1/ingest": 401, "/livez": 200, "/readyz": 200} {
		resp, err := http.Get("http://" + s.board + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("dashboard, %s: %d", path, resp.StatusCode)
		}
	}
	if a := s.as(t, "elastic", "secret-elastic", "GET", "/_security/_authenticate", ""); a.status != 200 || !strings.Contains(a.body, "superuser") {
		t.Errorf("%+v", a)
	}
}

func TestAPasswordThatIsTooShortIsRefused(t *testing.T) {
	t.Setenv("VEDETTE_ADMIN_PASSWORD", "short")
	vedette(t, "serve", "--auth", "on", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--dashboard", "127.0.0.1:0").want(t, 2, "VEDETTE_ADMIN_PASSWORD", "at least [6] characters")
}

func TestWhoMayListenWhere(t *testing.T) {
	const everywhere, here = "0.0.0.0:9200", "127.0.0.1:9200"
	for _, c := range []struct {
		flags     serverFlags
		contained bool
		ok        bool
	}{
		{serverFlags{Auth: "on", Listen: here}, false, true},
		{serverFlags{Auth: "off", Listen: here}, false, true},
		{serverFlags{Auth: "on", Listen: everywhere}, true, false},
		{serverFlags{Auth: "on", Listen: everywhere, InsecureHTTP: true}, false, true},
		{serverFlags{Auth: "on", Listen: everywhere, TLSCert: "c", TLSKey: "k"}, false, true},
		{serverFlags{Auth: "on", Listen: everywhere, AuthOffAnywhere: true}, true, false},
		{serverFlags{Auth: "off", Listen: everywhere}, true, false},
		{serverFlags{Auth: "off", Listen: everywhere, InsecureHTTP: true, TLSCert: "c", TLSKey: "k"}, true, false},
		{serverFlags{Auth: "off", Listen: everywhere, AuthOffAnywhere: true}, false, false},
		{serverFlags{Auth: "off", Listen: everywhere, AuthOffAnywhere: true}, true, true},
	} {
		var err error
		if host, _, _ := net.SplitHostPort(c.flags.Listen); !loopback(host) {
			err = c.flags.checkOpen("--listen", c.flags.Listen, c.contained)
		}
		if (err == nil) != c.ok {
			t.Errorf("%+v in a container %v: %v", c.flags, c.contained, err)
		}
	}
}

// certificateFor writes a certificate for 127.0.0.1 and its key, and returns it.
func certificateFor(t *testing.T, dir string, serial int64) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	rawKey, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "cert.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})))
	write(t, filepath.Join(dir, "key.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: rawKey})))
	made, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// shown is the certificate that a server shows to a client which trusts one.
func shownBy(t *testing.T, address string, trusted *x509.Certificate) *x509.Certificate {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(trusted)
	conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: roots}}).DialContext(context.WithoutCancel(t.Context()), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.(*tls.Conn).ConnectionState().PeerCertificates[0]
}

func TestBothAddressesSpeakTLSWithTheNewestCertificate(t *testing.T) {
	dir := t.TempDir()
	first := certificateFor(t, dir, 1)
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	s := serve(t, t.TempDir(), "--auth", "on", "--tls-cert", cert, "--tls-key", key)
	for _, address := range []string{s.api, s.board} {
		shownBy(t, address, first)
		if _, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil {
			t.Error("TLS 1.1 was spoken")
		}
	}
	second := certificateFor(t, dir, 2)
	later := time.Now().Add(time.Minute) // a clock of files may be coarse
	if err := os.Chtimes(cert, later, later); err != nil {
		t.Fatal(err)
	}
	if got := shownBy(t, s.api, second); got.SerialNumber.Int64() != 2 {
		t.Errorf("serial number %d", got.SerialNumber)
	}
	write(t, cert, "rubbish")
	if got := shownBy(t, s.api, second); got.SerialNumber.Int64() != 2 {
		t.Errorf("serial number %d", got.SerialNumber)
	}
	s.log.await(t, `(the changed certificate cannot be used)`)
}

func TestALoadSaysWhoItIs(t *testing.T) {
	t.Setenv("VEDETTE_ADMIN_PASSWORD", "secret-admin")
	dir, data, folder := t.TempDir(), t.TempDir(), t.TempDir()
	certificateFor(t, dir, 1)
	cert := filepath.Join(dir, "cert.pem")
	write(t, filepath.Join(folder, "trail.json"), trail(1))
	s := serve(t, data, "--auth", "on", "--tls-cert", cert, "--tls-key", filepath.Join(dir, "key.pem"))
	t.Setenv("VEDETTE_PASSWORD", "secret-admin")
	vedette(t, "load", folder, "--data", data, "--ca-cert", cert).want(t, 1, "status 401", "give a user")
	vedette(t, "load", folder, "--data", data, "--user", "admin").want(t, 1, "certificate")
	vedette(t, "load", folder, "--data", data, "--ca-cert", cert, "--user", "admin").want(t, 0, " 1 events", "https://"+s.api)
	t.Setenv("VEDETTE_API_KEY", "wrong")
	vedette(t, "load", folder, "--url", "https://"+s.api, "--ca-cert", cert).want(t, 1, "status 401")
}

func TestALoadTakesAnAPIKey(t *testing.T) {
	t.Setenv("VEDETTE_ADMIN_PASSWORD", "secret-admin")
	folder := t.TempDir()
	write(t, filepath.Join(folder, "trail.json"), trail(1))
	s := serve(t, t.TempDir(), "--auth", "on")
	key := func(privileges string) string {
		a := s.as(t, "elastic", "secret-admin", "POST", "/_security/api_key", `{"name":"load","role_descriptors":{"load":{"indices":[{"names":["logs-*"],"privileges":[`+privileges+`]}]}}}`)
		return into[struct{ Encoded string }](t, a.body).Encoded
	}
	vedette(t, "load", folder, "--url", "http://"+s.api, "--api-key", key(`"read"`)).want(t, 1, "is unauthorized for API key id")
	t.Setenv("VEDETTE_API_KEY", key(`"create_doc","auto_configure"`))
	vedette(t, "load", folder, "--url", "http://"+s.api).want(t, 0, " 1 events")
}

func TestTheDemoNeedsNoPassword(t *testing.T) {
	if err := os.Unsetenv("VEDETTE_AUTH"); err != nil {
		t.Fatal(err)
	}
	defer os.Setenv("VEDETTE_AUTH", "off")
	for command, want := range map[string]string{"demo": "off", "serve": "on"} {
		for _, f := range flags(t, command) {
			if f.Name == "auth" && f.Default != want {
				t.Errorf("%s --auth is %s", command, f.Default)
			}
		}
	}
}
