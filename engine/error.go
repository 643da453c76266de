package engine

import "github.com/vedette-siem/vedette/engine/eserr"

// Error is a refusal in Elasticsearch's terms.
type Error = eserr.Error
