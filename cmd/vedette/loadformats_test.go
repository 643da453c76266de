package main

import (
	"path/filepath"
	"testing"
)

// TestEveryFormatIsTakenByItsMapping loads the testdata of decoders, whose fields must fit the built-in mapping, each into its data stream.
func TestEveryFormatIsTakenByItsMapping(t *testing.T) {
	for file, want := range map[string]string{
		"cloudtrail/testdata/special.json":         "aws.cloudtrail           4",
		"resolver/testdata/resolver.jsonl":         "aws.route53_resolver_logs 4",
		"resolver/testdata/public.log":             "aws.route53_public_logs  3",
		"guardduty/testdata/findings.jsonl":        "aws.guardduty            8",
		"parquet/testdata/vpcflow_v11.log.parquet": "aws.vpcflow              1",
		"guardduty/testdata/securityhub.json":      "aws.securityhub_findings 5",
	} {
		vedette(t, "load", filepath.Join(root, "ingest", filepath.FromSlash(file)), "--data", t.TempDir()).want(t, 0, "1 files", "0 records not readable", want)
	}
}
