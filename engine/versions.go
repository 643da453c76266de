package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// Numbers that stand for "not given" where clients send them.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/common/lucene/uid/Versions.java
const (
	anyVersion     = -3
	deletedVersion = -4
	noSeqNo        = -2
)

// Check finds what is wrong with an operation before any of its request is carried out: an error if it cannot be read, or what a validation would list.
func (op *BulkOp) Check() (problems []string, err error) {
	if problems, err = op.versionsWrong(); err != nil || op.Action != "update" {
		return problems, err
	}
	body, err := decodeUpdate(op.Source)
	if err != nil {
		return nil, err
	}
	return append(problems, body.problems()...), nil
}

// checkVersions refuses an operation whose version, sequence number and action do not go together: a condition that cannot be kept must never be written without it.
func (op *BulkOp) checkVersions() error {
	problems, err := op.versionsWrong()
	if err != nil {
		return err
	}
	if problems != nil {
		return invalid(problems)
	}
	op.normalizeVersions(orElse(op.IfSeqNo, noSeqNo), orElse(op.IfPrimaryTerm, 0))
	return nil
}

// versionsWrong finds what does not go together.
// https://github.com/elastic/elasticsearch/blob/v8.19.0/server/src/main/java/org/elasticsearch/action/DocWriteRequest.java
func (op *BulkOp) versionsWrong() (problems []string, err error) {
	if op.Version == nil && op.VersionType == "" && op.IfSeqNo == nil && op.IfPrimaryTerm == nil {
		return nil, nil
	}
	if err := checkVersionType(op.VersionType); err != nil {
		return nil, err
	}
	if op.Action == "update" && (op.Version != nil || op.VersionType != "") {
		return nil, eserr.Illegal("Update requests do not support versioning. Please use `if_seq_no` and `if_primary_term` instead")
	}
	seqNo, term := orElse(op.IfSeqNo, noSeqNo), orElse(op.IfPrimaryTerm, 0)
	switch {
	case seqNo < 0 && seqNo != noSeqNo:
		return nil, eserr.Illegal("sequence numbers must be non negative. got [%d].", seqNo)
	case term < 0:
		return nil, eserr.Illegal("primary term must be non negative. got [%d]", term)
	}
	return op.versionProblems(seqNo, term), nil
}

// normalizeVersions takes off what says nothing.
func (op *BulkOp) normalizeVersions(seqNo, term int64) {
	if seqNo == noSeqNo {
		op.IfSeqNo = nil
	}
	if term == 0 {
		op.IfPrimaryTerm = nil
	}
	if op.VersionType == "external_gt" {
		op.VersionType = "external"
	}
	if op.VersionType == "internal" {
		op.VersionType = ""
	}
}

func (op *BulkOp) versionProblems(seqNo, term int64) (problems []string) {
	version := orElse(op.Version, anyVersion)
	internal, given := op.VersionType == "" || op.VersionType == "internal", version != anyVersion
	compares := seqNo != noSeqNo || term != 0
	if op.Action == "create" {
		switch {
		case !internal:
			return []string{"create operations only support internal versioning. use index instead"}
		case given && version != deletedVersion:
			return []string{"create operations do not support explicit versions. use index instead"}
		case compares:
			return []string{"create operations do not support compare and set. use index instead"}
		}
		return nil
	}
	if op.Action == "index" && op.ID == "" && (!internal || given) {
		problems = append(problems, "an id must be provided if version type or value are set")
	}
	if !validVersion(version, internal) {
		problems = append(problems, fmt.Sprintf("illegal version value [%d] for version type [%s]", version, strings.ToUpper(orName(op.VersionType))))
	}
	if internal && given && version != deletedVersion {
		problems = append(problems, "internal versioning can not be used for optimistic concurrency control. Please use `if_seq_no` and `if_primary_term` instead")
	}
	if seqNo != noSeqNo && (!internal || given) {
		problems = append(problems, "compare and write operations can not use versioning")
	}
	return append(problems, casProblems(op, seqNo, term)...)
}

func casProblems(op *BulkOp, seqNo, term int64) (problems []string) {
	if term == 0 && seqNo != noSeqNo {
		problems = append(problems, "ifSeqNo is set, but primary term is [0]")
	}
	if term != 0 && seqNo == noSeqNo {
		problems = append(problems, fmt.Sprintf("ifSeqNo is unassigned, but primary term is [%d]", term))
	}
	if op.Action == "update" && seqNo != noSeqNo && op.RetryOnConflict > 0 {
		problems = append(problems, "compare and write operations can not be retried")
	}
	return problems
}

// validVersion says whether a document may be written, or asked for, by that version.
func validVersion(version int64, internal bool) bool {
	if internal {
		return version > 0 || version == anyVersion || version == deletedVersion
	}
	return version >= 0
}

// checkVersionType refuses types that Elasticsearch does not have; "" is internal.
func checkVersionType(name string) error {
	if slices.Contains([]string{"", "internal", "external", "external_gt", "external_gte"}, name) {
		return nil
	}
	return eserr.Illegal("No version type match [%s]", clip(name))
}

// checkReadVersion refuses to look for a version that no document can have.
func checkReadVersion(version *int64, kind string) error {
	if err := checkVersionType(kind); err != nil || version == nil {
		return err
	}
	internal := kind == "" || kind == "internal"
	if *version == anyVersion || validVersion(*version, internal) && *version != deletedVersion {
		return nil
	}
	return invalid([]string{fmt.Sprintf("illegal version value [%d] for version type [%s]", *version, strings.ToUpper(orName(kind)))})
}

func orName(kind string) string {
	if kind == "" {
		return "internal"
	}
	return kind
}

func orElse(n *int64, absent int64) int64 {
	if n == nil {
		return absent
	}
	return *n
}

// invalid is Elasticsearch's answer to a request that lacks something or says too much.
func invalid(problems []string) *Error {
	var text strings.Builder
	text.WriteString("Validation Failed: ")
	for i, problem := range problems {
		fmt.Fprintf(&text, "%d: %s;", i+1, problem)
	}
	return eserr.BadRequest("action_request_validation_exception", "%s", text.String())
}
