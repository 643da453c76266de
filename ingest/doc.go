// Package ingest carries log objects from where they lie to a sink: it lists them, inflates them, finds out their
// format, has a decoder turn them into Documents and hands those on in batches, counting everything it sees.
//
// What it promises: a record becomes a document, or a document of `event.kind: pipeline_error`, or a number in the
// counts, never nothing; ids are a function of the input, so that reading the same object again adds nothing; an
// object is checkpointed only after the sink has acknowledged every document of it; memory is bounded whatever
// the input holds (Limits). DESIGN.md says it at length.
//
// What it refuses: it knows no format (decoders are packages of their own, given to New), no storage and no engine
// (a Sink is an interface), and it repeats nothing by itself.
//
// The command wires it: a Source, the decoders by Format, a Sink, perhaps Checkpoints.
package ingest
