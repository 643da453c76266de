package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/security"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// openUsers opens users and roles. The first start makes a password, and shows it to whoever started the program.
func openUsers(db *metadb.DB, log *slog.Logger, terminal io.Writer) (*security.Service, error) {
	o := security.Options{Log: log, AdminPassword: adminPassword(), ShowPassword: func(user, password string) {
		fmt.Fprintf(terminal, "\nThe password of the user %s (and elastic, which is the same) is\n\n    %s\n\n"+
			"It is shown this once. To set another one, start with VEDETTE_ADMIN_PASSWORD in the environment.\n\n", user, password)
	}}
	users, err := security.Open(db, o)
	if told := (*engine.Error)(nil); errors.As(err, &told) {
		return nil, wrongUse{fmt.Errorf("VEDETTE_ADMIN_PASSWORD or ELASTIC_PASSWORD: %w", err)}
	}
	return users, err
}

// adminPassword comes from the environment only: a command line can be read by every user of the machine.
func adminPassword() string {
	if password := os.Getenv("VEDETTE_ADMIN_PASSWORD"); password != "" {
		return password
	}
	return os.Getenv("ELASTIC_PASSWORD") // as Elasticsearch's container image
}

// accessFlags say who a command is to a server.
type accessFlags struct {
	User   string `help:"User of the server; the password is in the variable VEDETTE_PASSWORD." placeholder:"NAME"`
	APIKey string `name:"api-key" help:"API key of the server, as it was told when it was made (encoded); better in its variable than on the command line." placeholder:"KEY"`
	CACert string `name:"ca-cert" help:"Certificates (PEM) to trust for a server with HTTPS, beside the system's." placeholder:"FILE" type:"path"`
}

// authorization is the header by which a command says who it is; empty is none.
func (c *accessFlags) authorization() string {
	switch {
	case c.APIKey != "":
		return "ApiKey " + c.APIKey
	case c.User != "":
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(c.User+":"+os.Getenv("VEDETTE_PASSWORD")))
	}
	return ""
}

// client makes the requests of a command; nil is the usual one.
func (c *accessFlags) client() (*http.Client, error) {
	if c.User != "" && os.Getenv("VEDETTE_PASSWORD") == "" {
		return nil, wrongUse{errors.New("--user: its password must be in the variable VEDETTE_PASSWORD")}
	}
	if c.CACert == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(c.CACert)
	if err != nil {
		return nil, fmt.Errorf("--ca-cert: %w", err)
	}
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if !roots.AppendCertsFromPEM(pem) {
		return nil, wrongUse{fmt.Errorf("--ca-cert %s: holds no certificate in PEM", c.CACert)}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	return &http.Client{Transport: transport, Timeout: 2 * time.Minute}, nil
}
