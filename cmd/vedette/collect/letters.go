package collect

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
	"github.com/vedette-siem/vedette/storage/metadb"
)

const letterTable = "sources.letters"

// A Letter is an object or a message that could not be read.
type Letter struct {
	Source string `json:"source"`
	// Bucket, Key, ETag and Size are those of the object; Bucket is empty for a message.
	Bucket string `json:"bucket,omitempty"`
	Key    string `json:"key,omitempty"`
	ETag   string `json:"etag,omitempty"`
	Size   int64  `json:"size,omitempty"`
	// Message is the id of the message, and Body what it says where it names no object that could be read.
	Message string `json:"message,omitempty"`
	Body    string `json:"body,omitempty"`
	// Attempts is how often it was tried; Reason and At are those of the last one.
	Attempts int       `json:"attempts"`
	Reason   string    `json:"reason"`
	At       time.Time `json:"at"`
	// Parked letters are not tried again unless Retry is set, and then not before Next; zero is at once.
	Parked bool      `json:"parked"`
	Retry  bool      `json:"retry,omitempty"`
	Next   time.Time `json:"next,omitzero"`
}

func (l *Letter) of(o *ingest.Object) {
	if o != nil {
		l.Bucket, l.Key, l.ETag, l.Size = o.Bucket, o.Key, o.ETag, o.Size
	}
}

// failed notes why and when the last attempt failed. Where only the way to AWS was broken, the letter is tried again by itself, each time later.
func (l *Letter) failed(reason error, at time.Time) {
	l.Reason, l.At, l.Retry, l.Next = reason.Error(), at.UTC(), awsaccess.KindOf(reason) == awsaccess.Unavailable, time.Time{}
	if l.Retry {
		l.Next = l.At.Add(min(retryInterval<<min(max(l.Attempts-maxAttempts, 0), 10), maxRetryPause))
	}
}

// Object is the letter's object, or false for a message.
func (l *Letter) Object() (ingest.Object, bool) {
	return ingest.Object{Bucket: l.Bucket, Key: l.Key, ETag: l.ETag, Size: l.Size}, l.Bucket != ""
}

// Name is the URL of the object, or the message's id.
func (l *Letter) Name() string {
	if o, ok := l.Object(); ok {
		return o.Name()
	}
	return "message " + l.Message
}

// key is one for each object or message of a source, so that parking twice keeps one.
func (l *Letter) key() string {
	id := l.Message
	if l.Bucket != "" {
		id = l.Bucket + "/" + l.Key
	}
	return l.Source + "/" + checkpointKey(id)
}

// Letters are the dead letters and the failures on the way there, in the metadata. Only one in a process may be written to: it counts them.
type Letters struct {
	db *metadb.DB

	mu     sync.Mutex     // guards counts, and is held while letters change
	counts map[string]int // parked ones by source; nil before the first look
}

// NewLetters keeps letters in db, which stays the caller's.
func NewLetters(db *metadb.DB) *Letters { return &Letters{db: db} }

// Park keeps a letter until Retry or Forget. An object that is not to be tried again gets a checkpoint with it, so that listing it does not do so.
func (s *Letters) Park(l Letter) error {
	l.Parked = true
	return s.update(func(tx *letterTx) error {
		if o, ok := l.Object(); ok && !l.Retry {
			if err := putCheckpoint(tx.Tx, checkpointKey(o.Identity()), l.At); err != nil {
				return err
			}
		}
		return tx.put(l)
	})
}

// Fail notes one more attempt that failed, and parks the letter with the maxAttempts-th, or when it is hopeless.
func (s *Letters) Fail(l Letter, reason error, at time.Time, hopeless bool) error {
	err := s.db.View(func(tx *metadb.Tx) error {
		before, err := get(tx, l.key())
		if err == nil && before.ETag == l.ETag { // a new state of the object begins anew
			l.Attempts = before.Attempts
		}
		return ignoreAbsent(err)
	})
	if err != nil {
		return err
	}
	l.Attempts++
	l.failed(reason, at)
	if hopeless || l.Attempts >= maxAttempts {
		return s.Park(l)
	}
	return s.update(func(tx *letterTx) error { return tx.put(l) })
}

// Forget removes a letter, if there is one.
func (s *Letters) Forget(l Letter) error {
	return s.update(func(tx *letterTx) error { return tx.delete(l) })
}

// Succeed forgets the attempts that failed before. A letter that is parked stays: its object counts as done and was not read.
func (s *Letters) Succeed(l Letter) error {
	var before Letter
	err := s.db.View(func(tx *metadb.Tx) (err error) {
		before, err = get(tx, l.key())
		return err
	})
	if err != nil || before.Parked && !before.Retry { // the usual case, that there is none, costs no write
		return ignoreAbsent(err)
	}
	return s.Forget(l)
}

// Retry marks the parked letters of a source to be tried again, and returns how many there are. An empty name is all of them.
func (s *Letters) Retry(name string) (n int, err error) {
	parked, err := s.Parked(name)
	if err != nil || len(parked) == 0 {
		return 0, err
	}
	err = s.update(func(tx *letterTx) error {
		for _, l := range parked {
			l.Retry, l.Next = true, time.Time{}
			if err := tx.put(l); err != nil {
				return err
			}
			if o, ok := l.Object(); ok {
				if err := tx.Delete(checkpointTable, checkpointKey(o.Identity())); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return len(parked), err
}

// Split puts letters of the objects that a message names in the place of the message's, to be tried again, and returns them.
func (s *Letters) Split(message Letter, objects []ingest.Object) (all []Letter, err error) {
	for i := range objects {
		l := Letter{Source: message.Source, Attempts: message.Attempts, Reason: message.Reason, At: message.At, Parked: true, Retry: true}
		l.of(&objects[i])
		all = append(all, l)
	}
	return all, s.update(func(tx *letterTx) error {
		for _, l := range all {
			if err := tx.put(l); err != nil {
				return err
			}
		}
		return tx.delete(message)
	})
}

// Parked are the dead letters of a source, or of all if name is empty, in no order that means anything.
func (s *Letters) Parked(name string) (all []Letter, err error) {
	err = s.db.View(func(tx *metadb.Tx) error {
		return tx.Each(letterTable, func(key string, value []byte) error {
			var l Letter
			if err := json.Unmarshal(value, &l); err != nil {
				return fmt.Errorf("dead letter %s: %w", key, err)
			}
			if l.Parked && (name == "" || l.Source == name) {
				all = append(all, l)
			}
			return nil
		})
	})
	return all, err
}

// Counts is how many dead letters each source has. It reads the table once, and counts along after that.
func (s *Letters) Counts() (map[string]int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		parked, err := s.Parked("")
		if err != nil {
			return nil, err
		}
		s.counts = make(map[string]int)
		for _, l := range parked {
			s.counts[l.Source]++
		}
	}
	return maps.Clone(s.counts), nil
}

// update changes letters, and counts when the change is durable.
func (s *Letters) update(f func(*letterTx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var more map[string]int
	err := s.db.Update(func(tx *metadb.Tx) error {
		more = make(map[string]int)
		return f(&letterTx{tx, more})
	})
	if err != nil {
		return err
	}
	for source, n := range more {
		if s.counts != nil {
			s.counts[source] += n
		}
	}
	return nil
}

// letterTx is a transaction that notes how many more letters are parked in the end.
type letterTx struct {
	*metadb.Tx
	more map[string]int
}

func (tx *letterTx) put(l Letter) error {
	if err := tx.delete(l); err != nil {
		return err
	}
	if l.Parked {
		tx.more[l.Source]++
	}
	value, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return tx.Put(letterTable, l.key(), value)
}

func (tx *letterTx) delete(l Letter) error {
	before, err := get(tx.Tx, l.key())
	if err != nil {
		return ignoreAbsent(err)
	}
	if before.Parked {
		tx.more[before.Source]--
	}
	return tx.Delete(letterTable, l.key())
}

func get(tx *metadb.Tx, key string) (l Letter, err error) {
	value, err := tx.Get(letterTable, key)
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(value, &l)
}

func ignoreAbsent(err error) error {
	if errors.Is(err, metadb.ErrNotFound) {
		return nil
	}
	return err
}
