package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/vedette-siem/vedette/engine"
	"github.com/vedette-siem/vedette/storage/metadb"
)

// Where the plan of a demo stands in the metadata.
const (
	demoTable = "demo"
	demoKey   = "plan"
)

// demoPlan is what a data directory's demo was begun with. The same plan makes the same documents with the same ids, so that a demo that was
// interrupted is loaded again from its beginning and nothing is there twice.
type demoPlan struct {
	Anchor   time.Time `json:"anchor"` // end of the data
	Days     int       `json:"days"`
	Seed     uint64    `json:"seed"`
	Finished bool      `json:"finished"` // all of it is stored
}

// demoPlan is the plan that the data directory holds, or a new one, which it then holds. days and seed are what the user wants, nil for whatever is
// there; another plan than theirs and a directory that holds other data are refused.
func (a *app) demoPlan(ctx context.Context, days *int, seed *uint64) (demoPlan, error) {
	plan, err := readDemoPlan(a.dir.Meta())
	if errors.Is(err, metadb.ErrNotFound) {
		return a.newDemoPlan(ctx, days, seed)
	}
	if err != nil {
		return plan, fmt.Errorf("demo in %s: %w", a.dir.Path(), err)
	}
	if days != nil && *days != plan.Days || seed != nil && *seed != plan.Seed {
		return plan, wrongUse{fmt.Errorf("data directory %s holds a demo of --days %d --seed %d: leave these flags out, or choose another directory for another demo",
			a.dir.Path(), plan.Days, plan.Seed)}
	}
	if !plan.Finished {
		a.log.Info("the demo was interrupted and is loaded again", "data", a.dir.Path())
	}
	return plan, nil
}

func (a *app) newDemoPlan(ctx context.Context, days *int, seed *uint64) (demoPlan, error) {
	plan := demoPlan{Anchor: time.Now().UTC().Truncate(time.Second), Days: 1, Seed: 1}
	if days != nil {
		plan.Days = *days
	}
	if seed != nil {
		plan.Seed = *seed
	}
	there, err := a.backend.IndexStats(ctx, operator, engine.Target{ExpandWildcards: "all"})
	if err != nil {
		return plan, fmt.Errorf("demo in %s: %w", a.dir.Path(), err)
	}
	if len(there) > 0 {
		return plan, wrongUse{fmt.Errorf("data directory %s holds data that is no demo, such as the index %s: choose another directory for the demo", a.dir.Path(), there[0].Name)}
	}
	return plan, plan.save(a.dir.Meta())
}

func readDemoPlan(db *metadb.DB) (plan demoPlan, err error) {
	err = db.View(func(tx *metadb.Tx) error {
		raw, err := tx.Get(demoTable, demoKey)
		if err != nil {
			return err
		}
		return json.Unmarshal(raw, &plan)
	})
	return plan, err
}

func (p demoPlan) save(db *metadb.DB) error {
	raw, err := json.Marshal(p)
	if err == nil {
		err = db.Update(func(tx *metadb.Tx) error { return tx.Put(demoTable, demoKey, raw) })
	}
	if err != nil {
		return fmt.Errorf("keep the plan of the demo: %w", err)
	}
	return nil
}
