package security

import (
	"net"
	"sync"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// Wrong passwords of one user from one address: some are free, then each doubles the time until the next try, up to a minute. They are forgotten an hour after the last.
const (
	freeTries  = 10
	maxPause   = time.Minute
	triesKept  = time.Hour
	maxTriedBy = 10_000 // users and addresses that are remembered
)

type throttle struct {
	now func() time.Time
	mu  sync.Mutex
	all map[string]*tried // by user and address; guarded by mu
}

type tried struct {
	wrong int
	last  time.Time
}

// pause is how long to wait after the last wrong try.
func (t *tried) pause() time.Duration {
	if t.wrong < freeTries {
		return 0
	}
	return min(time.Second<<min(t.wrong-freeTries, 10), maxPause)
}

func triedBy(user, address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	return clip(user) + "\x00" + address
}

// admit refuses a try that comes too early, whatever its password is.
func (t *throttle) admit(user, address string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	by := t.all[triedBy(user, address)]
	if by == nil {
		return nil
	}
	if left := by.last.Add(by.pause()).Sub(t.now()); left > 0 {
		return eserr.Errorf(429, eserr.SecurityFault, "too many wrong passwords for user [%s] from this address: try again in [%d] seconds", clip(user), int((left+time.Second-1)/time.Second))
	}
	return nil
}

// wrong counts a wrong password, and says whether the user has to wait from now on.
func (t *throttle) wrong(user, address string) (waits bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := triedBy(user, address)
	by := t.all[name]
	if by == nil || t.now().Sub(by.last) > triesKept {
		t.makeRoom()
		by = &tried{}
		t.all[name] = by
	}
	by.wrong, by.last = by.wrong+1, t.now()
	return by.wrong == freeTries
}

// makeRoom forgets old tries, and, if that is not enough, any.
func (t *throttle) makeRoom() {
	if len(t.all) < maxTriedBy {
		return
	}
	for name, by := range t.all {
		if t.now().Sub(by.last) > triesKept {
			delete(t.all, name)
		}
	}
	for name := range t.all {
		if len(t.all) < maxTriedBy {
			return
		}
		delete(t.all, name)
	}
}

func (t *throttle) right(user, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.all, triedBy(user, address))
}
