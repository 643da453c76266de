package segment

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	"github.com/blevesearch/mmap-go"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"github.com/vedette-siem/vedette/storage/durable"
)

// The type and version under which scorch knows the plugin. A stored index names them, so they stay the same for ever; the
// format is told by the file's own header.
const (
	PluginType    = "vedette"
	PluginVersion = 1
)

// Register makes scorch know the plugin. Call it once, before the first index is opened: scorch keeps plugins in an unlocked global map.
func Register() { scorch.RegisterSegmentPlugin(plugin{}, false) }

// Of returns the column segment behind one of scorch's, or nil if it is of another plugin.
func Of(s segment.Segment) *Segment {
	switch s := s.(type) {
	case memSegment:
		return s.Segment
	case fileSegment:
		return s.Segment
	}
	return nil
}

type plugin struct{}

// Type implements scorch.SegmentPlugin.
func (plugin) Type() string { return PluginType }

// Version implements scorch.SegmentPlugin.
func (plugin) Version() uint32 { return PluginVersion }

// New implements scorch.SegmentPlugin.
func (p plugin) New(docs []index.Document) (segment.Segment, uint64, error) {
	return p.NewUsing(docs, nil)
}

// NewUsing implements scorch.SegmentPlugin: it takes the documents of Builder.Wrap.
func (plugin) NewUsing(docs []index.Document, config map[string]any) (segment.Segment, uint64, error) {
	var p *prepared
	for _, d := range docs {
		w, ok := d.(wrapped)
		if !ok || p != nil && w.prepared != p {
			return nil, 0, fmt.Errorf("segment: BUG: scorch handed over a %T of another batch", d)
		}
		p = w.prepared
	}
	if p == nil || len(p.rows) != len(docs) {
		return nil, 0, fmt.Errorf("segment: BUG: scorch handed over %d documents of a batch of others", len(docs))
	}
	s, err := p.builder.Build(p.rows)
	if err != nil {
		return nil, 0, err
	}
	return configOf(config).inMemory(s), uint64(len(s.data)), nil
}

// Open implements scorch.SegmentPlugin.
func (p plugin) Open(path string) (segment.Segment, error) { return p.OpenUsing(path, nil) }

// OpenUsing implements scorch.SegmentPlugin. A file that the index's Config has in quarantine opens as a segment without content.
func (plugin) OpenUsing(path string, config map[string]any) (segment.Segment, error) {
	return openUsing(path, config)
}

// Merge implements scorch.SegmentPlugin.
func (p plugin) Merge(segments []segment.Segment, drops []*roaring.Bitmap, path string, closeCh chan struct{}, r segment.StatsReporter) ([][]uint64, uint64, error) {
	return p.MergeUsing(segments, drops, path, closeCh, r, nil)
}

// MergeUsing implements scorch.SegmentPlugin. The file is on disk, synced with its folder, when it returns.
func (plugin) MergeUsing(segments []segment.Segment, drops []*roaring.Bitmap, path string, closeCh chan struct{}, _ segment.StatsReporter, config map[string]any) ([][]uint64, uint64, error) {
	views := make([]View, len(segments))
	for i, s := range segments {
		views[i].Segment = Of(s)
		if views[i].Segment == nil {
			return nil, 0, fmt.Errorf("segment: BUG: scorch merges a %T", s)
		}
		if i < len(drops) {
			views[i].Deleted = drops[i]
		}
	}
	done := configOf(config).merging(views, closeCh)
	if done == nil {
		return nil, 0, segment.ErrClosed
	}
	defer done()
	var newDocs [][]uint64
	size, err := durable.Create(configOf(config).FS, path, func(w io.Writer) error {
		return Guard(func() (err error) {
			newDocs, err = merge(w, views, closeCh)
			return err
		})
	})
	if err != nil && !errors.Is(err, segment.ErrClosed) {
		err = spoiled(views, err)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("merge %d segments: %w", len(segments), err)
	}
	return newDocs, uint64(size), nil
}

// openFile maps a segment's file into memory.
func openFile(path string) (*Segment, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open segment: %w", err)
	}
	data, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("map segment %s: %w", path, err), f.Close())
	}
	s, err := parse(data, path)
	if err != nil {
		return nil, errors.Join(err, data.Unmap(), f.Close())
	}
	s.release = func() error { return errors.Join(data.Unmap(), f.Close()) }
	return s, nil
}
