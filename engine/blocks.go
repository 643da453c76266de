package engine

import (
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// operation is what a block of an index may forbid.
type operation uint8

const (
	opRead operation = iota
	opWrite
	opMetadata // changes of mappings, aliases and settings, but not of the blocks themselves
	opDelete   // of the whole index
)

// blocks are the settings that forbid something, in the order of Elasticsearch's messages.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/index-modules-blocks.html
var blocks = []struct {
	setting, message string
	status           int
	forbids          []operation
}{
	{"index.blocks.read_only", "FORBIDDEN/5/index read-only (api)", 403, []operation{opWrite, opMetadata}}, // Elasticsearch forbids to delete the index too
	{"index.blocks.read", "FORBIDDEN/7/index read (api)", 403, []operation{opRead}},
	{"index.blocks.write", "FORBIDDEN/8/index write (api)", 403, []operation{opWrite}},
	{"index.blocks.metadata", "FORBIDDEN/9/index metadata (api)", 403, []operation{opMetadata, opDelete}},
	{floodBlock, "TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block", 429, []operation{opWrite, opMetadata}},
}

// floodBlock is also set, on all indices, while the disk is full, as Elasticsearch's disk monitor sets it; here it is not kept and goes by itself.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/modules-cluster.html#disk-based-shard-allocation
const floodBlock = "index.blocks.read_only_allow_delete"

// diskIsFull reports whether the disk is below its watermark.
func (e *Embedded) diskIsFull() bool { return e.dir.Disk().Full }

// hasBlock reports whether a block is set. The caller holds Embedded.mu.
func (ix *index) hasBlock(setting string) bool {
	return ix.Settings.get(setting) == "true" || setting == floodBlock && ix.diskIsFull()
}

// refuseIfFull refuses to make an index while the disk is full. A shipper tries again after a 429; Elasticsearch's own 403 would make it drop what it has.
func (e *Embedded) refuseIfFull(name string) error {
	ix := &index{indexRecord: indexRecord{Name: name}, diskIsFull: e.diskIsFull}
	return ix.blocked(opWrite)
}

// blocked refuses an operation that a block of the index forbids. The caller holds Embedded.mu.
func (ix *index) blocked(op operation) error {
	var messages []string
	status := 0
	for _, b := range blocks {
		if slices.Contains(b.forbids, op) && ix.hasBlock(b.setting) {
			messages = append(messages, "["+b.message+"];")
			status = max(status, b.status)
		}
	}
	if messages == nil {
		return nil
	}
	err := eserr.Errorf(status, "cluster_block_exception", "index [%s] blocked by: %s", ix.Name, strings.Join(messages, ""))
	err.Index = ix.Name
	return err
}

// onlyBlocks reports whether a change of settings concerns blocks alone, which none of them forbids.
func (s settings) onlyBlocks() bool {
	for name := range s {
		if !strings.HasPrefix(name, "index.blocks.") {
			return false
		}
	}
	return true
}

// anyBlocked refuses an operation on several indices if one of them forbids it. The caller holds Embedded.mu.
func anyBlocked(found []resolved, op operation) error {
	for _, r := range found {
		if err := r.blocked(op); err != nil {
			return err
		}
	}
	return nil
}
