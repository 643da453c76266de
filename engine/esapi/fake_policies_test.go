package esapi

import (
	"context"
	"encoding/json"

	"github.com/vedette-siem/vedette/engine"
)

func (f *fakeBackend) PutPolicy(_ context.Context, p engine.Principal, name string, body json.RawMessage) error {
	return f.keep(p, name, body, engine.Target{})
}

func (f *fakeBackend) GetPolicies(_ context.Context, p engine.Principal, names string) (map[string]engine.Policy, error) {
	return nil, f.keep(p, names, nil, engine.Target{})
}

func (f *fakeBackend) DeletePolicy(_ context.Context, p engine.Principal, name string) error {
	return f.keep(p, name, nil, engine.Target{})
}

func (f *fakeBackend) RunPolicies(_ context.Context, p engine.Principal, _ bool) error {
	return f.note(p)
}

func (f *fakeBackend) PoliciesRun(_ context.Context, p engine.Principal) (bool, error) {
	return true, f.note(p)
}

func (f *fakeBackend) ExplainPolicies(_ context.Context, p engine.Principal, t engine.Target) (map[string]engine.PolicyState, error) {
	return nil, f.keep(p, "", nil, t)
}
