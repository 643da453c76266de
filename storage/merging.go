package storage

import "runtime"

// mergeSlots are the places of merges that run at the same time, in all indices of a directory: each index has a merger of its own, and the memory of them all must
// have a bound. Segments in memory that become a file are not counted: writes wait for them, and the budget bounds them.
type mergeSlots chan struct{}

// defaultMerges is Options.Merges if that is 0: on two cores one merge more than keeps up with all that the other can take in.
func defaultMerges() int { return 1 + runtime.GOMAXPROCS(0)/4 }

// enter waits for a place and returns what gives it back, or nil when stop is closed before.
func (s mergeSlots) enter(stop <-chan struct{}) (leave func()) {
	select {
	case s <- struct{}{}:
		return func() { <-s }
	case <-stop:
		return nil
	}
}
