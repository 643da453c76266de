package esapi

import (
	"context"
	"encoding/json"

	"github.com/vedette-siem/vedette/engine"
)

func (f *fakeBackend) ClusterSettings(_ context.Context, p engine.Principal) (engine.ClusterSettings, error) {
	return engine.ClusterSettings{}, f.note(p)
}

func (f *fakeBackend) PutClusterSettings(_ context.Context, p engine.Principal, body json.RawMessage) (engine.ClusterSettings, error) {
	return engine.ClusterSettings{}, f.keep(p, "", body, engine.Target{})
}

func (f *fakeBackend) IngestStats(_ context.Context, p engine.Principal) (*engine.IngestStats, error) {
	return &engine.IngestStats{}, f.note(p)
}

func (f *fakeBackend) Usage(_ context.Context, p engine.Principal) (*engine.Usage, error) {
	return &engine.Usage{Path: "/data", DiskFree: 30, DiskTotal: 100}, f.note(p)
}

func (f *fakeBackend) GetLifecycles(_ context.Context, p engine.Principal, t engine.Target) ([]engine.StreamLifecycle, error) {
	return nil, f.keep(p, "", nil, t)
}

func (f *fakeBackend) PutLifecycle(_ context.Context, p engine.Principal, t engine.Target, body json.RawMessage) error {
	return f.keep(p, "", body, t)
}
