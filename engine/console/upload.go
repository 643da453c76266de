package console

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/eserr"
)

// An Uploader reads files that people send.
type Uploader interface {
	// Upload reads a file to its end, or as far as it can be read, and returns when what was read is durable. Its *engine.Error answers the request.
	Upload(ctx context.Context, p engine.Principal, u Upload) (UploadAnswer, error)
}

// Upload is a file that is sent.
type Upload struct {
	// Name is what the file is called, without folders.
	Name string
	// Format is one of those of `vedette load`; empty is to be found out. FlowFormat are the fields of flow logs without a header.
	Format, FlowFormat string
	Body               io.Reader
}

const (
	maxUploads    = 4 // at a time
	maxUploadName = 255
	// uploadPause is how long a client may send nothing.
	uploadPause = time.Minute
)

// upload streams the body of a request to the Uploader. What is wrong within the file stands in the answer, which is 200 then.
func (s *Server) upload(c echo.Context, p engine.Principal) (any, error) {
	u := Upload{Name: c.QueryParam("name"), Format: c.QueryParam("format"), FlowFormat: c.QueryParam("flow_format")}
	if u.Name == "" || len(u.Name) > maxUploadName {
		return nil, eserr.Illegal("parameter [name] must be the name of the file, of 1 to %d bytes", maxUploadName)
	}
	select {
	case s.uploads <- struct{}{}:
		defer func() { <-s.uploads }()
	default:
		return nil, eserr.Errorf(http.StatusTooManyRequests, "es_rejected_execution_exception", "%d files are being uploaded: try again when one is done", maxUploads)
	}
	u.Body = &patient{r: c.Request().Body, control: http.NewResponseController(c.Response())}
	return s.o.Uploader.Upload(c.Request().Context(), p, u)
}

// patient reads for as long as something comes.
type patient struct {
	r       io.Reader
	control *http.ResponseController
}

// Read implements io.Reader.
func (p *patient) Read(b []byte) (int, error) {
	if err := p.control.SetReadDeadline(time.Now().Add(uploadPause)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.r.Read(b)
}
