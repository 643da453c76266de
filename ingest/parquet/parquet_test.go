package parquet_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/cloudfront"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	vparquet "github.com/vedette-siem/vedette/ingest/parquet"
	"github.com/vedette-siem/vedette/ingest/vpcflow"
	"github.com/vedette-siem/vedette/storage/document"
)

var update = ingesttest.UpdateFlag()

var options = ecs.Options{Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }}

func flowLogs() *vparquet.Decoder {
	return vparquet.FlowLogs(vpcflow.New(vpcflow.Options{ECS: options}), ingest.Limits{})
}

func cloudFront() *vparquet.Decoder {
	return vparquet.CloudFront(cloudfront.New(cloudfront.Options{ECS: options}), ingest.Limits{})
}

func object() ingest.Object {
	return ingest.Object{Bucket: "logs", ETag: "e", Format: ingest.VPCFlowParquet,
		Key: "AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-central-1/year=2025/month=10/day=09/x.log.parquet"}
}

// fields are those of documents but for what the order of the columns changes.
func fields(t *testing.T, docs []*document.Document) (out []map[string]any) {
	t.Helper()
	for _, d := range docs {
		f := ingesttest.Fields(t, d)
		maps.DeleteFunc(f, func(name string, _ any) bool { return name == "event.original" || name == "log.offset" })
		f["_id"] = d.ID
		out = append(out, f)
	}
	return out
}

func TestAFileGivesTheDocumentsOfItsText(t *testing.T) {
	for _, file := range []string{"all_fields_v11.log", "custom_order_header_double_space.log", "v2_edge_cases_no_header.log"} {
		text := ingesttest.Read(t, sample("vpcflow", "testdata", file))
		header, lines := "", text
		if !strings.ContainsAny(text[:1], "0123456789") {
			header, lines, _ = strings.Cut(text, "\n")
		}
		text = header + "\n" + strings.Repeat(strings.TrimSpace(lines)+"\n", 50)
		want, counts, err := ingesttest.Decode(vpcflow.New(vpcflow.Options{ECS: options}), object(), text)
		if err != nil || counts.Errors != 0 {
			t.Fatal(counts, err)
		}
		for _, w := range ways() {
			got, counts, err := ingesttest.Decode(flowLogs(), object(), string(write(t, w, flows(text))))
			ingesttest.Check(t, got, counts, err)
			if err != nil || !reflect.DeepEqual(fields(t, got), fields(t, want)) {
				t.Errorf("%s, %s: %d documents instead of %d, %+v, %v", file, w.name, len(got), len(want), counts, err)
			}
		}
	}
}

func TestAFileOfCloudFrontGivesTheDocumentsOfItsJSON(t *testing.T) {
	text := ingesttest.Read(t, sample("cloudfront", "testdata", "v2.json"))
	o := object()
	want, _, err := ingesttest.Decode(cloudfront.New(cloudfront.Options{ECS: options}), o, text)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range ways() {
		got, counts, err := ingesttest.Decode(cloudFront(), o, string(write(t, w, edge(t, text))))
		ingesttest.Check(t, got, counts, err)
		a, b := fields(t, got), fields(t, want)
		for i := range b {
			maps.DeleteFunc(b[i], func(name string, _ any) bool { return strings.HasPrefix(name, "aws.cloudfront.extra.") })
			maps.DeleteFunc(a[i], func(name string, _ any) bool { return strings.HasPrefix(name, "aws.cloudfront.extra.") })
		}
		if err != nil || !reflect.DeepEqual(a, b) {
			t.Fatalf("%s: %+v, %v\n got %v\nwant %v", w.name, counts, err, a, b)
		}
	}
}

func TestGolden(t *testing.T) {
	for name, d := range map[string]*vparquet.Decoder{"vpcflow_v11.log.parquet": flowLogs(), "cloudfront_v2.parquet": cloudFront()} {
		path := filepath.Join("testdata", name)
		if *update {
			rows := flows(ingesttest.Read(t, sample("vpcflow", "testdata", "all_fields_v11.log")))
			if strings.HasPrefix(name, "cloudfront") {
				rows = edge(t, ingesttest.Read(t, sample("cloudfront", "testdata", "v2.json")))
			}
			if err := os.WriteFile(path, write(t, way{"", &parquet.Gzip, 1, true}, rows), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		docs, counts, err := ingesttest.Decode(d, object(), string(text))
		if err != nil || counts.Errors != 0 || counts.Events == 0 {
			t.Errorf("%s: %+v, %v", name, counts, err)
		}
		ingesttest.Golden(t, *update, path+".golden", docs)
	}
}

// small is a small file.
func small(t testing.TB, w way) []byte {
	t.Helper()
	return write(t, w, flows("2 111122223333 eni-1 10.0.0.1 10.0.0.2 1 443 6 1 40 1760000000 1760000060 ACCEPT OK\n2 111122223333 eni-1 - - - - - - - 1760000000 1760000060 - NODATA"))
}

func TestWhatIsDamagedIsAnErrorAndNothingWorse(t *testing.T) {
	for i, w := range ways() {
		whole := small(t, w)
		for n := i; n < len(whole); n += len(ways()) / 2 {
			docs, counts, err := ingesttest.Decode(flowLogs(), object(), string(whole[:n]))
			ingesttest.Check(t, docs, counts, err)
			if err == nil {
				t.Fatalf("%s: %d of %d bytes are taken for a file", w.name, n, len(whole))
			}
			for _, bits := range []byte{0x01, 0x80, 0xff} {
				bad := bytes.Clone(whole)
				bad[n] ^= bits
				docs, counts, err := ingesttest.Decode(flowLogs(), object(), string(bad))
				ingesttest.Check(t, docs, counts, err)
			}
		}
	}
}

func TestAValueCannotBecomeTwoRecordsOrTwoFields(t *testing.T) {
	row := flows("2 111122223333 eni-1 10.0.0.1 10.0.0.2 1 443 6 1 40 1760000000 1760000060 ACCEPT OK")[0]
	row["instance_tag"] = "a b\n2 c"
	docs, counts, err := ingesttest.Decode(flowLogs(), object(), string(write(t, ways()[0], []map[string]string{row})))
	if err != nil || counts.Events != 1 || counts.Records != 1 || ingesttest.Fields(t, docs[0])["aws.vpcflow.instance_tag"] != "a b\n2 c" {
		t.Errorf("%+v, %v", counts, err)
	}
}

func TestBombsAreRefused(t *testing.T) {
	// 3 million rows of which nothing is stored but their number.
	rows := make([]map[string]string, 3_000_000)
	rows[0] = map[string]string{"srcaddr": "10.0.0.1"}
	schema := parquet.NewSchema("log", parquet.Group{"srcaddr": parquet.Optional(parquet.String())})
	var out bytes.Buffer
	w := parquet.NewWriter(&out, schema, parquet.PageBufferSize(16<<20), parquet.DataPageVersion(2))
	batch := make([]parquet.Row, 10_000)
	for i := range batch {
		batch[i] = parquet.Row{parquet.NullValue().Level(0, 0, 0)}
	}
	for range len(rows) / len(batch) {
		if _, err := w.WriteRows(batch); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, counts, err := ingesttest.Decode(cloudFront(), object(), out.String())
	if err == nil || counts.Records > 1_000_000 {
		t.Errorf("%d bytes: %+v, %v", out.Len(), counts, err)
	}
	// A footer that is longer than the file.
	file := small(t, ways()[0])
	binary.LittleEndian.PutUint32(file[len(file)-8:], 1<<31)
	if _, _, err := ingesttest.Decode(flowLogs(), object(), string(file)); err == nil || !strings.Contains(err.Error(), "longer than the file") {
		t.Error(err)
	}
}

func TestWhatIsNotReadSaysSo(t *testing.T) {
	for name, test := range map[string]struct {
		file []byte
		want string
	}{
		"Brotli":       {small(t, way{"", &parquet.Brotli, 1, false}), "gzip, Snappy and Zstandard"},
		"another log":  {write(t, ways()[0], []map[string]string{{"cs_method": "GET"}}), "no column of a flow log"},
		"an encrypted": {append(bytes.Clone(small(t, ways()[0])[:50]), "PARE"...), "encrypted"},
		"a text":       {[]byte("PAR1 and nothing of the kind"), "has no end"},
	} {
		_, _, err := ingesttest.Decode(flowLogs(), object(), string(test.file))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := ingesttest.Decode(flowLogs(), object(), "PAR1"); !errors.Is(err, ingest.ErrTruncated) {
		t.Error(err)
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	for _, text := range []string{string(small(t, ways()[0])), "PAR1"} {
		_, _, _ = ingesttest.Decode(flowLogs(), object(), text)
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("%v, %v", left, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, w := range ways() {
		f.Add(string(small(f, w)))
	}
	flow, edge := flowLogs(), cloudFront()
	f.Fuzz(func(t *testing.T, text string) {
		for _, d := range []*vparquet.Decoder{flow, edge} {
			docs, counts, err := ingesttest.Decode(d, object(), text)
			ingesttest.Check(t, docs, counts, err)
		}
	})
}
