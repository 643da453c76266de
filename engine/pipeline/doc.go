// Package pipeline compiles and runs Elasticsearch's ingest pipelines: a list of processors that change a document before it is mapped and written. One processor is one file
// (proc_set.go, ..); value.go and document.go hold what they work on, compile.go and config.go read what a client puts, run.go carries it out, condition*.go is the subset of Painless
// that `if` understands.
//
// It refuses by name what it cannot do, when the pipeline is put and never when a document comes: the processor `script`, processors that it does not know, conditions beyond the
// subset. It knows no index, no mapping and no store: package engine calls it. Compiled pipelines are not changed any more and may run in many goroutines; a Document belongs to one.
// What a document may cost is bounded: maxSteps processors, maxGrowth bytes of new values.
//
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/ingest.html
package pipeline
