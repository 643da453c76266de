package esapi

import (
	"context"
	"encoding/json"

	"github.com/vedette-siem/vedette/engine"
)

func (f *fakeBackend) Rollover(_ context.Context, p engine.Principal, r *engine.RolloverRequest) (*engine.RolloverAnswer, error) {
	return &engine.RolloverAnswer{OldIndex: r.Name}, f.keep(p, r.Name, r.Body, engine.Target{})
}

func (f *fakeBackend) CloseIndex(_ context.Context, p engine.Principal, t engine.Target) ([]string, error) {
	return nil, f.keep(p, "", nil, t)
}

func (f *fakeBackend) OpenIndex(_ context.Context, p engine.Principal, t engine.Target) error {
	return f.keep(p, "", nil, t)
}

func (f *fakeBackend) ForceMerge(_ context.Context, p engine.Principal, t engine.Target, _ engine.MergeOptions) (engine.Shards, error) {
	return engine.Shards{Total: 1, Successful: 1}, f.keep(p, "", nil, t)
}

func (f *fakeBackend) Analyze(_ context.Context, p engine.Principal, index string, body json.RawMessage) (*engine.AnalyzeAnswer, error) {
	return &engine.AnalyzeAnswer{}, f.keep(p, index, body, engine.Target{})
}

func (f *fakeBackend) Flush(_ context.Context, p engine.Principal, t engine.Target) (engine.Shards, error) {
	return engine.Shards{Total: 2, Successful: 2}, f.keep(p, "", nil, t)
}

func (f *fakeBackend) SimulateIndex(_ context.Context, p engine.Principal, index string, body json.RawMessage) (*engine.Simulation, error) {
	return &engine.Simulation{}, f.keep(p, index, body, engine.Target{})
}

func (f *fakeBackend) SimulateTemplate(_ context.Context, p engine.Principal, name string, body json.RawMessage) (*engine.Simulation, error) {
	return &engine.Simulation{}, f.keep(p, name, body, engine.Target{})
}

func (f *fakeBackend) Segments(_ context.Context, p engine.Principal, t engine.Target) ([]engine.IndexSegments, error) {
	return nil, f.keep(p, "", nil, t)
}

func (f *fakeBackend) DiskUsage(_ context.Context, p engine.Principal, t engine.Target, _ bool) ([]engine.IndexDiskUsage, error) {
	return nil, f.keep(p, "", nil, t)
}

func (f *fakeBackend) ModifyDataStreams(_ context.Context, p engine.Principal, body json.RawMessage) error {
	return f.keep(p, "", body, engine.Target{})
}
