// Package collect runs the sources that are read for ever: it keeps what they have done (Checkpoints), what they are (Store) and what they could not read
// (DeadLetters) in the data directory's metadata, and starts, slows and restarts them (Runner). It decodes nothing and knows no index. Package cmd/vedette
// makes a Runner when it serves.
package collect

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/storage/metadb"
)

const (
	checkpointTable = "checkpoints"
	// CheckpointLife is how long a checkpoint is kept. Queues keep messages for 14 days at most, and polling looks back 30 days; an object that comes again later is
	// read again, which its documents' ids make harmless.
	CheckpointLife = 45 * 24 * time.Hour
	// sweepChunk is how many checkpoints one transaction removes, so that sweeping holds up nobody for long.
	sweepChunk = 1000
)

// Checkpoints are ingest.Checkpoints in the metadata: the hash of an object's identity, with the time it was done. Calls of Done that come together share a
// transaction, and so a write to disk.
type Checkpoints struct {
	db  *metadb.DB
	now func() time.Time

	mu      sync.Mutex // guards waiting
	waiting *commit    // what the next transaction will hold; nil for nothing
	turn    sync.Mutex // held by the one who writes
}

var _ ingest.Checkpoints = (*Checkpoints)(nil)

// commit is one transaction that several calls wait for.
type commit struct {
	keys []string
	done chan struct{}
	err  error // valid when done is closed
}

// NewCheckpoints keeps checkpoints in db, which stays the caller's. now nil is time.Now.
func NewCheckpoints(db *metadb.DB, now func() time.Time) *Checkpoints {
	if now == nil {
		now = time.Now
	}
	return &Checkpoints{db: db, now: now}
}

// Has implements ingest.Checkpoints. One that has expired counts until Sweep has removed it.
func (c *Checkpoints) Has(_ context.Context, identity string) (bool, error) {
	err := c.db.View(func(tx *metadb.Tx) error {
		_, err := tx.Get(checkpointTable, checkpointKey(identity))
		return err
	})
	if errors.Is(err, metadb.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Done implements ingest.Checkpoints.
func (c *Checkpoints) Done(_ context.Context, identities ...string) error {
	c.mu.Lock()
	mine := c.waiting
	first := mine == nil
	if first {
		mine = &commit{done: make(chan struct{})}
		c.waiting = mine
	}
	for _, identity := range identities {
		mine.keys = append(mine.keys, checkpointKey(identity))
	}
	c.mu.Unlock()
	if first {
		c.write(mine) // for all who come before it is its turn
	}
	<-mine.done
	return mine.err
}

// write waits for its turn, takes the commit away from those who come later, and writes it.
func (c *Checkpoints) write(w *commit) {
	c.turn.Lock()
	defer c.turn.Unlock()
	c.mu.Lock()
	c.waiting = nil
	c.mu.Unlock()
	defer close(w.done)
	at := c.now()
	w.err = c.db.Update(func(tx *metadb.Tx) error {
		for _, key := range w.keys {
			if err := putCheckpoint(tx, key, at); err != nil {
				return err
			}
		}
		return nil
	})
}

func putCheckpoint(tx *metadb.Tx, key string, at time.Time) error {
	return tx.Put(checkpointTable, key, binary.BigEndian.AppendUint64(nil, uint64(at.Unix())))
}

// Sweep removes checkpoints older than CheckpointLife and returns how many those were.
func (c *Checkpoints) Sweep(ctx context.Context) (removed int, err error) {
	oldest := uint64(c.now().Add(-CheckpointLife).Unix())
	var old []string
	err = c.db.View(func(tx *metadb.Tx) error {
		return tx.Each(checkpointTable, func(key string, at []byte) error {
			if len(at) != 8 || binary.BigEndian.Uint64(at) < oldest {
				old = append(old, key)
			}
			return nil
		})
	})
	for err == nil && removed < len(old) {
		if err = ctx.Err(); err != nil {
			break
		}
		chunk := old[removed:min(removed+sweepChunk, len(old))]
		err = c.db.Update(func(tx *metadb.Tx) error {
			for _, key := range chunk {
				if err := tx.Delete(checkpointTable, key); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			removed += len(chunk)
		}
	}
	if err != nil {
		return removed, fmt.Errorf("sweep checkpoints: %w", err)
	}
	return removed, nil
}

// checkpointKey is short whatever an identity holds: 128 bits of its hash.
func checkpointKey(identity string) string {
	sum := sha256.Sum256([]byte(identity))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
