package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/engine/console"
	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/ingest"
)

// uploaderOf reads files that are sent to the console.
type uploaderOf struct{ *app }

// Upload implements console.Uploader. The events have the ids that `vedette load` gives them, so that sending a file again adds nothing.
func (a uploaderOf) Upload(ctx context.Context, p engine.Principal, u console.Upload) (console.UploadAnswer, error) {
	out := console.UploadAnswer{Datasets: []console.Dataset{}, Problems: []console.SourceError{}}
	if known := formats(); u.Format != "" && !slices.Contains(known, u.Format) {
		return out, eserr.Illegal("parameter [format] must be one of [%s] but was [%.64s]", strings.Join(known, ", "), u.Format)
	}
	o := ingest.Object{Key: u.Name, Size: -1, ModTime: time.Now(), Format: ingest.Format(u.Format), FlowFormat: u.FlowFormat, Ticket: u.Body}
	status, err := a.take(ctx, p, &pushed{sourceUpload, []ingest.Object{o}})
	if told := (*engine.Error)(nil); errors.As(err, &told) { // the store refuses: no right, no room
		return out, told
	}
	if err != nil {
		return out, err
	}
	out.Counts = countsOf(status.Counts)
	out.Datasets = append(out.Datasets, a.source(status).Datasets...)
	for _, p := range status.Problems {
		out.Problems = append(out.Problems, console.SourceError{At: console.Time{Time: p.At}, Message: p.Message, Object: console.Text(p.Object)})
	}
	return out, nil
}
