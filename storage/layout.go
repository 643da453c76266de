package storage

import "path/filepath"

// FormatVersion is the version of the data directory that this program writes, and the newest that it opens.
const FormatVersion = 1

// Names in a data directory. The files of a log are named in package wal; an unfinished file has the name that it will have, with .part or .new behind it.
const (
	formatFile  = "vedette-data.json" // {"format":1}: says that this is a data directory, and of which version
	lockFile    = "vedette.lock"      // locked while a process has the directory open; holds its process number and the address of its API
	metaFile    = "meta.db"
	indicesDir  = "indices"
	removedMark = ".removed" // suffix of an index folder that is being deleted

	// in the directory, and in the folder of an index
	quarantineDir = "quarantine" // what a repair has set aside

	// in the folder of an index
	scorchDir    = "scorch"
	walDir       = "wal"
	manifestFile = "manifest"

	// in the folder of segments
	rootFile      = "root.bolt" // scorch's, as the segments' suffix is
	segmentSuffix = ".zap"
)

func (d *Dir) indexPath(uuid string) string { return filepath.Join(d.path, indicesDir, uuid) }
