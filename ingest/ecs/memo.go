package ecs

// memo remembers what was told from texts that come again and again, such as agents and domain names. The zero value is ready.
type memo[V any] struct{ known map[string]V }

// The limits of a memo: about 1 MB of texts. When it is full it begins anew.
const (
	memoTexts = 2048
	memoBytes = 512
)

// of returns what tell tells of a text, which it asks once.
func (m *memo[V]) of(text []byte, tell func([]byte) V) V {
	if v, ok := m.known[string(text)]; ok {
		return v
	}
	v := tell(text)
	if len(text) > memoBytes {
		return v
	}
	if m.known == nil || len(m.known) >= memoTexts {
		m.known = make(map[string]V)
	}
	m.known[string(text)] = v
	return v
}
