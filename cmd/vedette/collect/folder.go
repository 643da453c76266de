package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/vedette-siem/vedette/ingest/foldersource"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// KindFolder is a folder that is watched.
const KindFolder = "folder"

const (
	// DefaultFolderInterval is how often a folder is listed, MinFolderInterval how often it may be.
	DefaultFolderInterval = 10 * time.Second
	MinFolderInterval     = time.Second

	fileTable = "sources.files"
)

// checkFolder says what of a folder's definition cannot be.
func (d *Definition) checkFolder(wrong func(string, ...any) error) error {
	switch {
	case d.Path == "":
		return wrong("kind folder needs a path")
	case d.Bucket != "" || d.Prefix != "" || d.Queue != "" || d.Account != "" || d.RequesterPays || d.Access.RoleARN != "":
		return wrong("kind folder takes a path, a format, a flow-format and an interval, and nothing of AWS")
	case d.Interval != 0 && d.Interval < MinFolderInterval:
		return wrong("interval %v: must be %v or more", d.Interval, MinFolderInterval)
	}
	return nil
}

// watchFolder lists a folder each interval, and at once again while there is more.
func (r *Runner) watchFolder(ctx context.Context, d *Definition) error {
	src, err := foldersource.New(foldersource.Options{
		Name: d.Name, Path: d.Path, State: folderState{r.o.DB, d.Name}, Format: d.Format, FlowFormat: d.FlowFormat, Now: r.o.Now,
	})
	if err != nil {
		return err
	}
	for {
		r.set(d.Name, StateLoading, nil, time.Time{})
		_, err := r.o.Pipeline.Run(ctx, src)
		more, finish := src.Finish()
		if err := errors.Join(err, finish); err != nil {
			return err
		}
		if more {
			continue
		}
		pause := d.Interval
		if pause == 0 {
			pause = DefaultFolderInterval
		}
		r.set(d.Name, StateIdle, nil, r.o.Now().Add(pause))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.o.After(pause):
		}
	}
}

// folderState keeps the records of a folder's files in the metadata, below the source's name.
type folderState struct {
	db   *metadb.DB
	name string
}

// Files implements foldersource.State.
func (s folderState) Files() (all []foldersource.Record, err error) {
	err = s.db.View(func(tx *metadb.Tx) error {
		return tx.Each(fileTable, func(key string, value []byte) error {
			if !strings.HasPrefix(key, s.name+"/") {
				return nil
			}
			var r foldersource.Record
			if err := json.Unmarshal(value, &r); err != nil {
				return fmt.Errorf("file %s: %w", key, err)
			}
			all = append(all, r)
			return nil
		})
	})
	return all, err
}

// Save implements foldersource.State.
func (s folderState) Save(put []foldersource.Record, remove []string) error {
	return s.db.Update(func(tx *metadb.Tx) error {
		for _, r := range put {
			value, err := json.Marshal(r)
			if err != nil {
				return err
			}
			if err := tx.Put(fileTable, s.name+"/"+r.Key, value); err != nil {
				return err
			}
		}
		for _, key := range remove {
			if err := tx.Delete(fileTable, s.name+"/"+key); err != nil {
				return err
			}
		}
		return nil
	})
}
