package segment

import (
	"io"

	"github.com/vedette-siem/vedette/storage/document"
	"github.com/vedette-siem/vedette/storage/durable"
)

// Write makes a segment of documents, as Build does, in a file that is on disk when it returns.
func Write(path string, docs []*document.Document) error {
	s, err := Build(docs)
	if err != nil {
		return err
	}
	_, err = durable.Create(nil, path, func(w io.Writer) error { _, err := w.Write(s.data); return err })
	return err
}
