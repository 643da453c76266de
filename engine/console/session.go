package console

import (
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// Sessions knows who has logged in. It is safe for concurrent use.
type Sessions interface {
	// Login checks a password and begins a session. The token stands in a cookie as it is: letters, digits, `-` and `_`. The error is an
	// *engine.Error: 401 for wrong credentials, without saying which of the two was wrong, and 429 after too many tries for that user or from
	// that address (an IP address without port).
	Login(ctx context.Context, user, password, address string) (token string, p engine.Principal, err error)
	// Session says whose session a token belongs to; false if it ended or never was.
	Session(token string) (engine.Principal, bool)
	// Logout ends a session for good; it does nothing to one that is not there.
	Logout(token string)
}

// The cookie has no age: it goes when the browser ends, and the session ends by the rules of Sessions. A browser takes a name with the prefix
// `__Host-` only over TLS and from this very host, so that no neighbour can plant a session of its own
// (https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#name-the-__host-prefix).
const (
	plainCookie  = "vedette-session"
	secureCookie = "__Host-vedette-session"
)

// maxLoginBytes bounds the body of a login, which anybody may send.
const maxLoginBytes = 16 << 10

// authenticate says on whose behalf a request is made: the session's, or else that of the credentials in the request's header. The session goes
// first, since a proxy before this server may put a header of its own on every request.
func (s *Server) authenticate(r *http.Request) (engine.Principal, error) {
	if s.o.Sessions != nil {
		for _, cookie := range r.CookiesNamed(cookieName(r)) {
			if p, ok := s.o.Sessions.Session(cookie.Value); ok {
				return p, nil
			}
		}
	}
	return s.o.Authenticate(r)
}

// whoAmI says whose session it is.
func (s *Server) whoAmI(c echo.Context) (any, error) {
	if s.o.Sessions == nil {
		return Session{Auth: AuthOff}, nil
	}
	p, err := s.authenticate(c.Request())
	if err != nil {
		return nil, err
	}
	return sessionOf(p), nil
}

// login begins a session, and ends the one that the browser had.
func (s *Server) login(c echo.Context) (any, error) {
	if s.o.Sessions == nil {
		return nil, eserr.Illegal("authentication is off, so that nobody can log in: start the server with --auth on")
	}
	in, err := readCredentials(c)
	if err != nil {
		return nil, err
	}
	r, address := c.Request(), addressOf(c.Request())
	token, p, err := s.o.Sessions.Login(r.Context(), in.Username, in.Password, address)
	if err != nil {
		var told *engine.Error
		if errors.As(err, &told) {
			s.o.Log.Info("login refused", "address", address, "status", told.Status)
		}
		return nil, err
	}
	s.end(r)
	setCookie(c, token)
	s.o.Log.Info("logged in", "user", p.Name, "address", address)
	return sessionOf(p), nil
}

// logout ends the session, if there is one.
func (s *Server) logout(c echo.Context) (any, error) {
	if s.o.Sessions == nil {
		return Session{Auth: AuthOff}, nil
	}
	s.end(c.Request())
	setCookie(c, "")
	return Session{Auth: AuthOn}, nil
}

// end ends the sessions that a request carries.
func (s *Server) end(r *http.Request) {
	for _, cookie := range r.CookiesNamed(cookieName(r)) {
		s.o.Sessions.Logout(cookie.Value)
	}
}

func sessionOf(p engine.Principal) Session {
	return Session{Auth: AuthOn, User: &User{Name: p.Name, Roles: notNil(p.Roles), Superuser: p.Superuser}}
}

func cookieName(r *http.Request) string {
	if r.TLS != nil {
		return secureCookie
	}
	return plainCookie
}

// setCookie hands the browser a token; an empty one takes it back.
func setCookie(c echo.Context, token string) {
	secure := c.Request().TLS != nil
	cookie := &http.Cookie{Name: cookieName(c.Request()), Value: token, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode}
	if token == "" {
		cookie.MaxAge = -1
	}
	c.SetCookie(cookie)
}

// addressOf is where a request comes from, without the port.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// credentials are what a person types.
type credentials struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// readCredentials reads the body of a login. Its errors repeat nothing of the body, which may hold a password.
func readCredentials(c echo.Context) (credentials, error) {
	var in credentials
	r := c.Request()
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return in, eserr.Errorf(http.StatusNotAcceptable, "media_type_header_exception", "a login must be sent as [application/json]")
	}
	d := json.NewDecoder(http.MaxBytesReader(c.Response(), r.Body, maxLoginBytes))
	d.DisallowUnknownFields()
	err := d.Decode(&in)
	var tooLong *http.MaxBytesError
	if errors.As(err, &tooLong) {
		return in, err
	}
	if err != nil || in.Username == "" || in.Password == "" || d.More() {
		return in, eserr.BadRequest(eserr.XContentParse, `a login must be {"username": "...", "password": "..."}`)
	}
	return in, nil
}
