package ingest

// Counts are what a decoder saw in one object.
type Counts struct {
	// Records is how many records there were, good and bad: Events + Errors + Skipped.
	Records int64
	// Events became documents, Errors became pipeline errors, Skipped are wanted by nobody (headers are none of these).
	Events, Errors, Skipped int64
	// Lost is how many of the Events say themselves that data was lost (SKIPDATA of flow logs).
	Lost int64
	// LastEventMs is the newest @timestamp of Events, in milliseconds since 1970 UTC; 0 for none.
	LastEventMs int64
	// LastError is the message of the newest of Errors.
	LastError string
	// Extra counts input fields that the decoder does not know, by name: at most MaxExtraNames of them.
	Extra map[string]int64
}

// MaxExtraNames bounds Counts.Extra.
const MaxExtraNames = 256

// Seen counts a decoded event with its time in milliseconds.
func (c *Counts) Seen(ms int64) {
	c.Records++
	c.Events++
	c.LastEventMs = max(c.LastEventMs, ms)
}

// Failed counts a record that could not be decoded.
func (c *Counts) Failed(message string) {
	c.Records++
	c.Errors++
	c.LastError = message
}

// Omitted counts a record that is left out on purpose.
func (c *Counts) Omitted() {
	c.Records++
	c.Skipped++
}

// ExtraField counts an unknown input field; names past MaxExtraNames are counted together as "…".
func (c *Counts) ExtraField(name []byte) {
	if c.Extra == nil {
		c.Extra = make(map[string]int64)
	}
	if n, ok := c.Extra[string(name)]; ok {
		c.Extra[string(name)] = n + 1
		return
	}
	if len(c.Extra) >= MaxExtraNames {
		c.Extra["…"]++
		return
	}
	c.Extra[string(name)] = 1
}

// Hopeless reports whether so much is malformed that reading on only makes rubbish searchable: more than half of at
// least twenty records.
func (c *Counts) Hopeless() bool { return c.Records >= 20 && c.Errors*2 > c.Records }
