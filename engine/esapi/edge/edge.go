// Package edge holds what both HTTP servers do around their handlers: the checks of Host and Origin, recovery from panics, compressed
// answers, metrics. It refuses to know any endpoint; how a refusal looks is up to the caller (Fail). Packages esapi and console call it.
package edge

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// Fail answers a request with an error. It is not called when an answer has begun.
type Fail func(w http.ResponseWriter, r *http.Request, err error)

// A Guard turns requests away that a browser was tricked into, and outlives panics of the handlers behind it.
type Guard struct {
	Hosts Hosts
	// Origin wants requests that may change something and come from a browser to come from a page of this server, or of an origin that it
	// trusts. Programs send neither Origin nor Sec-Fetch-Site and pass.
	Origin *http.CrossOriginProtection
	Fail   Fail
	Log    *slog.Logger
}

// Wrap puts the guard before next.
func (g Guard) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := &recorder{ResponseWriter: w}
		defer g.recover(begun, r)
		if err := g.check(r); err != nil {
			g.Fail(begun, r, err)
			return
		}
		next.ServeHTTP(begun, r)
	})
}

func (g Guard) check(r *http.Request) error {
	if err := g.Hosts.Check(r); err != nil {
		return err
	}
	if err := g.Origin.Check(r); err != nil {
		return eserr.Errorf(http.StatusForbidden, eserr.SecurityFault, "a page of another site may not do this: %v", err)
	}
	return nil
}

// recover answers a request whose handler panicked. http.ErrAbortHandler goes on: it is how a handler drops the connection.
func (g Guard) recover(w *recorder, r *http.Request) {
	fault := recover()
	if fault == nil {
		return
	}
	if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(fault)
	}
	g.Log.Error("handler panicked", "method", r.Method, "path", r.URL.Path, "panic", fmt.Sprint(fault), "stack", string(debug.Stack()))
	if w.status != 0 {
		panic(http.ErrAbortHandler) // the client must not take half an answer for a whole one
	}
	g.Fail(w, r, errPanic)
}

// errPanic is what a client learns of a panic, which is logged where it is caught.
var errPanic = &eserr.Error{Status: http.StatusInternalServerError, Type: "exception", Reason: "an internal error occurred; the server's log has it"}

// A recorder remembers the status of an answer; 0 until it has begun.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap serves http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
