package main

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// What a client may take: slow ones hold memory. Answers have no limit of their own, since a search or a deletion may take long.
const (
	headerTimeout = 10 * time.Second
	bodyTimeout   = 5 * time.Minute // for headers and body together
	idleTimeout   = 2 * time.Minute
)

// newServer makes the HTTP server around a handler.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: untimed(h), ReadHeaderTimeout: headerTimeout, ReadTimeout: bodyTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// untimed lifts the limit of reading once the body is there: net/http goes on reading, to notice a client that leaves, and would take the end of
// ReadTimeout for one, which ends the context of a request that is still worked on.
func untimed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lift := func() error { return http.NewResponseController(w).SetReadDeadline(time.Time{}) }
		if r.Body == nil || r.Body == http.NoBody {
			if err := lift(); err != nil && !errors.Is(err, http.ErrNotSupported) {
				panic(http.ErrAbortHandler) // the connection is gone
			}
		} else {
			r.Body = &timedBody{ReadCloser: r.Body, lift: lift}
		}
		next.ServeHTTP(w, r)
	})
}

// timedBody lifts the limit when it was read to its end.
type timedBody struct {
	io.ReadCloser
	lift func() error
}

// Read implements io.Reader.
func (b *timedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		if failed := b.lift(); failed != nil && !errors.Is(failed, http.ErrNotSupported) {
			return n, failed
		}
	}
	return n, err
}
