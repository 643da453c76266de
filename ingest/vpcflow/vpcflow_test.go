package vpcflow_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
	"github.com/vedette-siem/vedette/ingest/ingesttest"
	"github.com/vedette-siem/vedette/ingest/vpcflow"
	"github.com/vedette-siem/vedette/storage/document"
)

var update = ingesttest.UpdateFlag()

func decoder() *vpcflow.Decoder { return vpcflow.New(options()) }

func options() vpcflow.Options {
	return vpcflow.Options{ECS: ecs.Options{Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }}}
}

func object() ingest.Object {
	return ingest.Object{Bucket: "logs", Key: "AWSLogs/111122223333/vpcflowlogs/eu-central-1/2025/10/09/x.log.gz", ETag: "e"}
}

func TestGolden(t *testing.T) {
	for file, events := range map[string]int64{
		"v2_edge_cases_no_header.log": 6, "custom_order_header_double_space.log": 2, "all_fields_v11.log": 1, "cloudwatch_export_000000.txt": 1,
	} {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", file))
			if err != nil {
				t.Fatal(err)
			}
			if got := ingest.Content(text); got != ingest.VPCFlow {
				t.Errorf("content is detected as %q", got)
			}
			docs, counts, err := ingesttest.Decode(decoder(), object(), string(text))
			if err != nil || counts.Events != events || counts.Errors != 0 || len(counts.Extra) != 0 {
				t.Errorf("%+v, %v", counts, err)
			}
			ingesttest.Golden(t, *update, filepath.Join("testdata", file+".golden"), docs)
		})
	}
}

func TestOpenTelemetrySamples(t *testing.T) {
	for file, want := range map[string]map[string]string{
		"valid_vpc_flow_log_multi.log": {"source.ip": "172.31.16.139", "event.action": "accept"},
		"valid_vpc_flow_log_ecs.log":   {"orchestrator.cluster.name": "my-cluster", "aws.vpcflow.ecs_task_id": "abcdef1234567890", "container.id": "container-1"},
		"valid_tgw_flow_log.log":       {"aws.vpcflow.tgw_id": "tgw-0abc12345def67890", "network.direction": "ingress", "aws.vpcflow.packets_lost_blackhole": "2"},
	} {
		text := ingesttest.Read(t, ingesttest.Samples(t, "vpcflow", "open-telemetry-collector-contrib", file))
		docs, counts, err := ingesttest.Decode(decoder(), object(), text)
		if err != nil || counts.Errors != 0 || counts.Events == 0 || len(counts.Extra) != 0 {
			t.Errorf("%s: %+v, %v", file, counts, err)
			continue
		}
		fields := ingesttest.Fields(t, docs[0])
		for name, v := range want {
			if fmt.Sprint(fields[name]) != v {
				t.Errorf("%s: %s is %v, want %s", file, name, fields[name], v)
			}
		}
	}
}

func TestCloudWatchPayloadInAConfiguredFormat(t *testing.T) {
	text := ingesttest.Read(t, ingesttest.Samples(t, "vpcflow", "open-telemetry-collector-contrib", "valid_vpc_flow_cw_custom.json"))
	if got := ingest.Content([]byte(text)); got != ingest.VPCFlow {
		t.Errorf("detected as %s", got)
	}
	o := object()
	o.FlowFormat = "${version} ${interface-id} ${srcaddr} ${dstaddr}"
	docs, counts, err := ingesttest.Decode(decoder(), o, text)
	if err != nil || counts.Events != 2 || counts.Errors != 0 {
		t.Fatalf("%+v, %v", counts, err)
	}
	fields := ingesttest.Fields(t, docs[0])
	if fields["source.ip"] != "172.31.16.139" || fields["@timestamp"] != "2024-12-05T20:20:00.000Z" {
		t.Errorf("%s", docs[0].Source)
	}
	if fields["aws.cloudwatch.log_group"] != "/aws/vpc/flowlogs" || fields["aws.cloudwatch.log_stream"] != "eni-1234567890abcdef" {
		t.Errorf("where it comes from: %s", docs[0].Source)
	}
	if want := ingest.HashID("123456789012", "/aws/vpc/flowlogs", "eni-1234567890abcdef") + "-35601234567890123456789012345678901234567890123456789"; docs[0].ID != want {
		t.Errorf("id %q, want %q", docs[0].ID, want)
	}
	if docs, counts, _ := ingesttest.Decode(decoder(), object(), text); counts.Errors != 2 || !strings.Contains(string(docs[0].Source), "format unknown") {
		t.Errorf("without the format: %+v", counts)
	}
}

func TestFirehoseMessages(t *testing.T) {
	line := "2 111122223333 eni-0a1b2c3d4e5f60718 198.51.100.7 10.1.2.3 51034 22 6 12 2310 1760000000 1760000060 REJECT OK"
	docs, counts, err := ingesttest.Decode(decoder(), object(), `{"message":"`+line+`"}{"message":"`+line+`"}`+"\n"+`{"other":1}`)
	if err != nil || counts.Events != 2 || counts.Errors != 1 || docs[0].ID == docs[1].ID {
		t.Errorf("%+v, %v", counts, err)
	}
}

// TestEqualFieldsWhateverTheLayout is acceptance check 3.
func TestEqualFieldsWhateverTheLayout(t *testing.T) {
	names := strings.Fields("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags region flow-direction")
	values := strings.Fields("11 111122223333 eni-1 198.51.100.7 10.1.2.3 51034 22 6 12 2310 1760000000 1760000060 ACCEPT OK 19 eu-west-1 ingress")
	var want map[string]any
	for turn := range names {
		header := strings.Join(append(append([]string{}, names[turn:]...), names[:turn]...), " ")
		line := strings.Join(append(append([]string{}, values[turn:]...), values[:turn]...), " ")
		docs, counts, err := ingesttest.Decode(decoder(), object(), header+"\n"+line+"\n")
		if err != nil || len(docs) != 1 || counts.Errors != 0 {
			t.Fatalf("turned by %d: %+v, %v", turn, counts, err)
		}
		got := ingesttest.Fields(t, docs[0])
		delete(got, "event.original")
		delete(got, "log.offset")
		if want == nil {
			want = got
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("turned by %d:\n got %v\nwant %v", turn, got, want)
		}
	}
}

func TestCommunityIDOfADecodedFlow(t *testing.T) {
	docs, _, err := ingesttest.Decode(decoder(), object(), "2 123456789010 eni-1235b8ca123456789 172.31.16.139 172.31.16.21 20641 22 6 20 4249 1418530010 1418530070 ACCEPT OK")
	if err != nil || strings.Contains(string(docs[0].Source), "community_id") {
		t.Errorf("the id is computed when read, and not stored: %s, %v", docs[0].Source, err)
	}
}

func TestBadLines(t *testing.T) {
	good := "2 111122223333 eni-0a1b2c3d4e5f60718 198.51.100.7 10.1.2.3 51034 22 6 12 2310 1760000000 1760000060 REJECT OK"
	for name, bad := range map[string]string{
		"a field too few":         strings.TrimSuffix(good, " OK"),
		"a field too many":        good + " more",
		"another status":          strings.Replace(good, " OK", " KO", 1),
		"a port that is none":     strings.Replace(good, " 22 ", " ssh ", 1),
		"a start in milliseconds": strings.Replace(good, "1760000000", "1760000000000", 1),
		"no time at all":          strings.NewReplacer("1760000000", "-", "1760000060", "-").Replace(good),
		"binary rubbish":          "\x00\x80\xff",
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(), good+"\r\n"+bad+"\n\n"+good)
		if err != nil || counts.Records != 3 || counts.Errors != 1 || len(docs) != 3 {
			t.Errorf("%s: %d documents, %+v, %v", name, len(docs), counts, err)
			continue
		}
		if f := ingesttest.Fields(t, docs[1]); f["event.kind"] != "pipeline_error" || f["error.message"] == nil {
			t.Errorf("%s: %s", name, docs[1].Source)
		}
	}
}

func TestLongLinesAreSkippedToTheirEnd(t *testing.T) {
	good := "2 111122223333 eni-0a1b2c3d4e5f60718 198.51.100.7 10.1.2.3 51034 22 6 12 2310 1760000000 1760000060 REJECT OK\n"
	docs, counts, err := ingesttest.Decode(decoder(), object(), good+strings.Repeat("x", 3<<20)+"\n"+good)
	if err != nil || counts.Events != 2 || counts.Errors != 1 || len(docs[1].Source) > 2*ingest.OversizeKept {
		t.Errorf("%+v, %v", counts, err)
	}
}

func TestNoDataCanBeDropped(t *testing.T) {
	o := options()
	o.DropNoData = true
	text, err := os.ReadFile(filepath.Join("testdata", "v2_edge_cases_no_header.log"))
	if err != nil {
		t.Fatal(err)
	}
	docs, counts, err := ingesttest.Decode(vpcflow.New(o), object(), string(text))
	if err != nil || len(docs) != 4 || counts.Skipped != 2 || counts.Lost != 1 {
		t.Fatalf("%+v, %v", counts, err)
	}
	all, _, _ := ingesttest.Decode(decoder(), object(), string(text))
	if docs[3].ID != all[4].ID {
		t.Error("ids depend on the option")
	}
}

func TestMessagesThatHoldNoFlow(t *testing.T) {
	for text, skipped := range map[string]int64{
		`{"messageType":"CONTROL_MESSAGE"}`: 1, `{"logEvents":[{"message":"CWL CONTROL MESSAGE: x"}]}`: 1,
		`{"message":nope}`: 0, `{"message":"` + strings.Repeat("x", 2<<20) + `"}`: 0, `{"message":{}}`: 0, `{"message":" "}`: 0,
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(), text)
		ingesttest.Check(t, docs, counts, err)
		if err != nil || counts.Skipped != skipped || counts.Errors != 1-skipped {
			t.Errorf("%.60s: %+v, %v", text, counts, err)
		}
	}
}

func TestProtocols(t *testing.T) {
	line := "2 1 eni-1 10.0.0.1 10.0.0.2 1 2 %s 12 2310 1760000000 1760000060 ACCEPT OK"
	for number, want := range map[string]any{"1": "icmp", "6": "tcp", "17": "udp", "47": "gre", "58": "ipv6-icmp", "132": "sctp", "253": nil} {
		docs, _, err := ingesttest.Decode(decoder(), object(), fmt.Sprintf(line, number))
		if err != nil {
			t.Fatal(err)
		}
		if f := ingesttest.Fields(t, docs[0]); f["network.transport"] != want || f["network.iana_number"] != number {
			t.Errorf("%s: %v", number, f["network.transport"])
		}
	}
}

func TestDecodeEndsWithItsContextAndItsTaker(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	o := object()
	for _, text := range []string{"2 1 eni-1 - - - - - - - 1760000000 1760000060 - NODATA", `{"message":"2 1 eni-1 - - - - - - - 1760000000 1760000060 - NODATA"}`} {
		if _, err := decoder().Decode(ctx, strings.NewReader(text), &o, func(*document.Document) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
		full := errors.New("full")
		if _, err := decoder().Decode(context.Background(), strings.NewReader(text), &o, func(*document.Document) error { return full }); !errors.Is(err, full) {
			t.Errorf("%v", err)
		}
	}
}

func TestUnknownColumnsAreKept(t *testing.T) {
	docs, counts, err := ingesttest.Decode(decoder(), object(), "version start brand-new end\n12 1760000000 x%20y 1760000060\n12 1760000000 - 1760000060\n")
	if err != nil || counts.Events != 2 || counts.Extra["brand-new"] != 2 || ingesttest.Fields(t, docs[0])["aws.vpcflow.extra.brand-new"] != "x%20y" {
		t.Errorf("%+v, %v", counts, err)
	}
}

func TestHopelessObjects(t *testing.T) {
	_, counts, err := ingesttest.Decode(decoder(), object(), strings.Repeat("rubbish\n", 100))
	if !errors.Is(err, ingest.ErrMalformed) || counts.Records != 20 {
		t.Errorf("%+v, %v", counts, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, file := range []string{"v2_edge_cases_no_header.log", "custom_order_header_double_space.log", "all_fields_v11.log", "cloudwatch_export_000000.txt"} {
		text, err := os.ReadFile(filepath.Join("testdata", file))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text), "")
	}
	f.Add(`{"messageType":"DATA_MESSAGE","owner":"1","logGroup":"g","logStream":"s","logEvents":[{"id":"1","timestamp":1733430000000,"message":"2 eni 10.0.0.1 10.0.0.2"}]}`, "${version} ${interface-id} ${srcaddr} ${dstaddr}")
	d := decoder()
	f.Fuzz(func(t *testing.T, text, format string) {
		o := object()
		o.FlowFormat = format
		docs, counts, err := ingesttest.Decode(d, o, text)
		ingesttest.Check(t, docs, counts, err)
	})
}

func BenchmarkDecode(b *testing.B) {
	var text strings.Builder
	text.WriteString("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n")
	for i := range 10000 {
		fmt.Fprintf(&text, "2 111122223333 eni-0a1b2c3d4e5f60718 198.51.%d.%d 10.1.2.3 %d 443 6 %d %d 1760000000 1760000060 ACCEPT OK\n", i%250, i%199, 1024+i, i%90, i*17)
	}
	d, o := decoder(), object()
	b.ReportAllocs()
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		counts, err := d.Decode(context.Background(), strings.NewReader(text.String()), &o, func(*document.Document) error { return nil })
		if err != nil || counts.Events != 10000 {
			b.Fatal(counts, err)
		}
	}
	b.ReportMetric(10000*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
