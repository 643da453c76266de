package security

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"sync/atomic"

	"golang.org/x/crypto/argon2"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// What a new password's hash costs: the least that OWASP recommends, 19 MiB and about 30 ms.
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
const (
	hashMemory  = 19 << 10 // KiB
	hashPasses  = 2
	hashThreads = 1
	hashBytes   = 32
	saltBytes   = 16
)

// What hashing may take at a time: two hashes with their memory, and so many requests that wait for their turn.
const (
	maxHashes  = 2
	maxWaiting = 512
)

// Lengths of a password.
const (
	minPassword = 6 // as Elasticsearch
	maxPassword = 1024
)

// A passwordRecord is a password's hash with what made it, so that new passwords can cost more without ending old ones.
type passwordRecord struct {
	Algorithm string `json:"algorithm"` // argon2id
	Memory    uint32 `json:"memory"`    // KiB
	Passes    uint32 `json:"passes"`
	Threads   uint8  `json:"threads"`
	Salt      []byte `json:"salt"`
	Hash      []byte `json:"hash"`
}

func newPassword(password string) passwordRecord {
	r := passwordRecord{Algorithm: "argon2id", Memory: hashMemory, Passes: hashPasses, Threads: hashThreads, Salt: make([]byte, saltBytes)}
	rand.Read(r.Salt)
	r.Hash = r.hash(password)
	return r
}

func (r passwordRecord) hash(password string) []byte {
	return argon2.IDKey([]byte(password), r.Salt, r.Passes, r.Memory, max(r.Threads, 1), hashBytes)
}

// matches takes as long for a wrong password as for the right one.
func (r passwordRecord) matches(password string) bool {
	if r.Algorithm != "argon2id" || len(r.Hash) != hashBytes || r.Passes == 0 {
		return false
	}
	return subtle.ConstantTimeCompare(r.hash(password), r.Hash) == 1
}

func checkPassword(password string) error {
	switch {
	case len(password) < minPassword:
		return invalid("passwords must be at least [%d] characters long", minPassword)
	case len(password) > maxPassword:
		return invalid("passwords must be at most [%d] bytes long", maxPassword)
	}
	return nil
}

// A hasher bounds how many hashes are made at a time.
type hasher struct {
	places  chan struct{}
	waiting *atomic.Int64
	// dummy is checked for users that are not there, so that they take as long as others.
	dummy passwordRecord
}

func newHasher() hasher {
	return hasher{make(chan struct{}, maxHashes), new(atomic.Int64), passwordRecord{
		Algorithm: "argon2id", Memory: hashMemory, Passes: hashPasses, Threads: hashThreads, Salt: make([]byte, saltBytes), Hash: make([]byte, hashBytes),
	}}
}

// take waits for a place; the caller gives it back by leave. With too many waiting already it is refused.
func (h hasher) take(ctx context.Context) error {
	defer h.waiting.Add(-1)
	if h.waiting.Add(1) > maxWaiting {
		return eserr.Errorf(429, "es_rejected_execution_exception", "too many logins at a time: [%d] wait for their passwords to be checked; try again later", maxWaiting)
	}
	select {
	case h.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h hasher) leave() { <-h.places }

// A proof remembers a password that was right, so that a client's next requests need no hash. It ends with the user that it belongs to, which a change replaces.
type proof struct {
	salt [saltBytes]byte
	sum  [sha256.Size]byte
	till int64 // Unix nanoseconds
}

func newProof(password string, till int64) *proof {
	p := &proof{till: till}
	rand.Read(p.salt[:])
	p.sum = p.of(password)
	return p
}

func (p *proof) of(password string) [sha256.Size]byte {
	return sha256.Sum256(append(p.salt[:len(p.salt):len(p.salt)], password...))
}

func (p *proof) matches(password string) bool {
	sum := p.of(password)
	return subtle.ConstantTimeCompare(sum[:], p.sum[:]) == 1
}
