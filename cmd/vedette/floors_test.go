package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/vedette-siem/vedette/"

// floors lists the packages from the ground up. A package may import only what stands above it in the list, so on a floor the order counts too.
var floors = []string{
	"storage/document", "storage/durable", "storage/boltfile", "storage/segment", "storage/wal", "storage/metadb", "storage",
	"engine/eserr", "engine/glob", "engine/privilege", "engine/dates", "engine/analysis", "engine/mapping", "engine/pipeline", "engine/dsl", "engine/aggs", "engine/suggest", "engine/search", "engine",
	"engine/security", "engine/esapi/jsonscan", "engine/esapi/mustache", "engine/esapi/edge", "engine/esapi", "engine/console",
	"ingest", "ingest/ecs", "ingest/carrier", "ingest/cloudtrail", "ingest/vpcflow", "ingest/elb", "ingest/s3access", "ingest/cloudfront", "ingest/waf", "ingest/resolver", "ingest/guardduty", "ingest/parquet", "ingest/digest", "ingest/unknown", "ingest/ingesttest", "ingest/ingesttest/moto", "ingest/awsaccess", "ingest/s3source", "ingest/sqssource", "ingest/filesource", "ingest/foldersource", "ingest/syslog", "ingest/forward",
	"ui", "cmd/vedette/demo", "cmd/vedette/collect", "cmd/vedette", "cmd/esdiff",
}

// pinned says which packages alone may import a library.
var pinned = map[string][]string{
	"github.com/blevesearch/bleve/v2/index":           {"storage/segment", "storage"},
	"go.etcd.io/bbolt":                                {"storage/boltfile", "storage/metadb", "storage"},
	"github.com/labstack/echo/v4":                     {"engine/esapi", "engine/console"},
	"github.com/alecthomas/kong":                      {"cmd/vedette"},
	"github.com/oschwald/maxminddb-golang/v2":         {"ingest/ecs"},
	"golang.org/x/net/publicsuffix":                   {"ingest/ecs"},
	"github.com/parquet-go/parquet-go":                {"ingest/parquet"},
	"github.com/maxmind/mmdbwriter":                   {"cmd/vedette/demo"},
	"github.com/ua-parser/uap-go/":                    {"engine/pipeline"},
	"github.com/DataDog/sketches-go":                  {"engine/aggs"},
	"github.com/axiomhq/hyperloglog":                  {"engine/aggs"},
	"github.com/blevesearch/scorch_segment_api":       {"storage/segment"},
	"github.com/aws/":                                 {"ingest/awsaccess", "ingest/s3source", "ingest/sqssource", "ingest/ingesttest/moto"},
	"github.com/prometheus/client_golang/prometheus/": {"engine/console", "cmd/vedette"},
}

func imports(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", module+"...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		names := strings.Fields(line)
		all[strings.TrimPrefix(names[0], module)] = names[1:]
	}
	return all
}

func TestImportsGoDownOnly(t *testing.T) {
	for pkg, list := range imports(t) {
		at := slices.Index(floors, pkg)
		if at < 0 {
			t.Errorf("%s stands on no floor: add it to the list", pkg)
			continue
		}
		for _, name := range list {
			below, ours := strings.CutPrefix(name, module)
			if !ours {
				continue
			}
			if slices.Index(floors, below) >= at {
				t.Errorf("%s imports %s, which is not below it", pkg, below)
			}
			if strings.HasPrefix(pkg, "ingest") && !strings.HasPrefix(below, "ingest") && below != "storage/document" {
				t.Errorf("%s imports %s: ingest knows storage/document alone", pkg, below)
			}
			if strings.HasPrefix(pkg, "engine") && strings.HasPrefix(below, "ingest") || below == "ui" && pkg != "cmd/vedette" {
				t.Errorf("%s imports %s: only cmd/vedette joins the two", pkg, below)
			}
		}
	}
}

func TestTheGroundFloorStandsOnTheStandardLibrary(t *testing.T) {
	for _, name := range imports(t)["storage/document"] {
		if strings.Contains(name, ".") {
			t.Errorf("storage/document imports %s", name)
		}
	}
}

func TestLibrariesStayInTheirPackages(t *testing.T) {
	for pkg, list := range imports(t) {
		for _, name := range list {
			for library, allowed := range pinned {
				if strings.HasPrefix(name, library) && !slices.Contains(allowed, pkg) {
					t.Errorf("%s imports %s, which belongs to %v", pkg, name, allowed)
				}
			}
		}
	}
}
