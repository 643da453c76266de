package segment

import (
	"slices"

	"github.com/vedette-siem/vedette/storage/durable"
)

// Config is what one index gives the plugin, through scorch's `segmentConfig`. The zero value will do.
type Config struct {
	// FS is where segments are written; nil is the operating system's.
	FS durable.FS
	// Held is told of a segment in memory: its bytes when it is made, and the same number negative when nobody refers to it any more. Nil is not told.
	Held func(bytes int)
	// Merging is asked before files are merged. It waits until that may begin and returns what is called at its end, or nil when stop is closed before.
	// Nil lets all merges begin.
	Merging func(stop <-chan struct{}) (done func())
	// Quarantined are the files that are known to be damaged, by path. Any other file that cannot be opened is an error. It is not changed any more.
	Quarantined map[string]Quarantined
	// OnDamage is told of damage that was met when something was read first, and again each time. It is called by many goroutines, under locks of scorch's.
	OnDamage func(*Damage)
}

const configKey = "vedette"

// Map is the `segmentConfig` of one index; nil is the zero value. Scorch writes to it, so each index needs its own.
func (c *Config) Map() map[string]any {
	if c == nil {
		c = &Config{}
	}
	return map[string]any{configKey: c}
}

func configOf(m map[string]any) *Config {
	if c, ok := m[configKey].(*Config); ok {
		return c
	}
	return &Config{}
}

// inMemory makes scorch's segment out of one that was built.
func (c *Config) inMemory(s *Segment) memSegment {
	s.fs = c.FS
	if held := c.Held; held != nil {
		bytes := len(s.data)
		held(bytes)
		s.release = func() error { held(-bytes); return nil }
	}
	return memSegment{scorchSegment{s}}
}

// merging waits until segments may be merged, and returns what is called at the end, or nil if the merge must not begin.
func (c *Config) merging(views []View, stop <-chan struct{}) (done func()) {
	if c.Merging == nil || !slices.ContainsFunc(views, func(v View) bool { return v.Persisted() }) {
		return func() {}
	}
	return c.Merging(stop)
}
