package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections live in memory, so that their time can be a test's.
type pipes chan net.Conn

// Accept implements net.Listener.
func (p pipes) Accept() (net.Conn, error) {
	if conn, ok := <-p; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}

// Close implements net.Listener.
func (p pipes) Close() error { close(p); return nil }

// Addr implements net.Listener.
func (pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory"} }

// exchange sends a text to a server with that handler, and returns all that it answers until it hangs up.
func exchange(t *testing.T, h http.HandlerFunc, text string) string {
	t.Helper()
	server, listener := newServer(h, slog.New(slog.DiscardHandler)), make(pipes)
	ended := make(chan error)
	go func() { ended <- server.Serve(listener) }()
	here, there := net.Pipe()
	listener <- there
	go func() {
		_, _ = here.Write([]byte(text)) // a server that hangs up shows in its answer
	}()
	answer, err := io.ReadAll(here)
	if err := errors.Join(err, here.Close(), server.Close()); err != nil {
		t.Error(err)
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
	return string(answer)
}

func TestABodyThatNeverComesIsNotWaitedForWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		exchange(t, func(_ http.ResponseWriter, r *http.Request) {
			if got, err := io.ReadAll(r.Body); string(got) != "half" || !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("the handler got %q and %v", got, err)
			}
		}, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nhalf")
		if waited := time.Since(begin); waited < bodyTimeout || waited > bodyTimeout+time.Second {
			t.Errorf("it waited %v", waited)
		}
	})
}

func TestARequestMayTakeLongerThanItsBody(t *testing.T) {
	for name, head := range map[string]string{
		"with a body":    "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody",
		"in chunks":      "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
		"without a body": "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				answer := exchange(t, func(w http.ResponseWriter, r *http.Request) {
					body, err := io.ReadAll(r.Body)
					if err != nil {
						t.Error(err)
					}
					select {
					case <-r.Context().Done():
						t.Error("the request was given up")
					case <-time.After(2 * bodyTimeout):
					}
					fmt.Fprintf(w, "done with %q", body)
				}, head)
				if !strings.HasPrefix(answer, "HTTP/1.1 200") || !strings.Contains(answer, "done with") {
					t.Errorf("it answered %q", answer)
				}
			})
		})
	}
}

func TestAConnectionThatIsKeptIsTimedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		answer := exchange(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		if waited := time.Since(begin); !strings.Contains(answer, "hello") || waited < idleTimeout || waited > idleTimeout+time.Second {
			t.Errorf("after %v it had answered %q", waited, answer)
		}
	})
}
