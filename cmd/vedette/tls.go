package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// tls is what both servers speak; nil is plain HTTP. A certificate that cannot be read is found at the start.
func (f *serverFlags) tls(log *slog.Logger) (*tls.Config, error) {
	if f.TLSCert == "" {
		return nil, nil
	}
	c := &certificate{cert: f.TLSCert, key: f.TLSKey, log: log}
	if err := c.read(); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}, nil
}

// certificate is read again when its files change, as they do when it is renewed.
type certificate struct {
	cert, key string
	log       *slog.Logger
	mu        sync.Mutex
	now       *tls.Certificate // guarded by mu, as the rest
	from      [2]time.Time     // when the files were written that now comes from
}

// get implements tls.Config.GetCertificate. New files that cannot be read leave the old certificate in use.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if written, err := c.written(); err == nil && written != c.from {
		if err := c.read(); err != nil {
			c.log.Error("the changed certificate cannot be used, the old one stays", "err", err)
			c.from = written // told once a change
		} else {
			c.log.Info("certificate was read again", "file", c.cert)
		}
	}
	return c.now, nil
}

func (c *certificate) read() error {
	written, err := c.written()
	if err != nil {
		return fmt.Errorf("--tls-cert, --tls-key: %w", err)
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("--tls-cert %s, --tls-key %s: %w", c.cert, c.key, err)
	}
	c.now, c.from = &pair, written
	return nil
}

func (c *certificate) written() (at [2]time.Time, err error) {
	for i, file := range []string{c.cert, c.key} {
		info, err := os.Stat(file)
		if err != nil {
			return at, err
		}
		at[i] = info.ModTime()
	}
	return at, nil
}
