package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/engine/pipeline"
	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

const trailRecord = `{"eventVersion":"1.08","eventTime":"2026-11-24T10:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","eventID":"e-1","awsRegion":"eu-central-1","sourceIPAddress":"198.51.100.7"}`

const albLine = `https 2026-07-01T22:22:48.364000Z app/my-lb/50dc6c495c0c9188 198.51.100.2:46532 10.0.0.66:9000 0.000 0.001 0.000 200 200 34 366 "GET https://example.com:443/ HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/t/73e2d6bc24d8a067 "Root=1-1" "-" "-" 1 2026-07-01T22:22:48.364000Z "forward" "-" "-" "10.0.0.66:9000" "200" "-" "-"`

// shipped is a bulk request of raw records, as a shipper sends them.
func shipped(index string, records ...string) string {
	var b strings.Builder
	for _, r := range records {
		fmt.Fprintf(&b, "{\"create\":{\"_index\":%q}}\n{\"@timestamp\":\"2001-01-01T00:00:00Z\",\"message\":%q,\"host\":\"web1\",\"agent\":{\"name\":\"shipper\"}}\n", index, r)
	}
	return b.String()
}

// shippedPlain is a bulk request of lines with nothing beside.
func shippedPlain(index string, lines ...string) string {
	var b strings.Builder
	for _, line := range lines {
		fmt.Fprintf(&b, "{\"create\":{\"_index\":%q}}\n{\"message\":%q}\n", index, line)
	}
	return b.String()
}

func TestShippersSendRawRecords(t *testing.T) {
	s := serve(t, t.TempDir())
	const trailIndex, flowIndex = "logs-aws.cloudtrail-default", "logs-aws.vpcflow-default"
	s.ok(t, "POST", "/_bulk?pipeline=vedette-cloudtrail", shipped(trailIndex, trailRecord))
	if a := s.ask(t, "POST", "/_bulk?pipeline=vedette-cloudtrail", shipped(trailIndex, trailRecord)); !strings.Contains(a.body, `"status":409`) {
		t.Errorf("sending a record again answers %s", a.body)
	}
	s.ok(t, "POST", "/_bulk?pipeline=vedette-vpcflow", shipped(flowIndex, strings.TrimSpace(flowLine), strings.TrimSpace(flowLine), "no flow at all", flowHeaderLine))
	s.ok(t, "POST", "/_bulk?pipeline=vedette-elb", shipped("logs-aws.elb_logs-default", albLine))
	s.ok(t, "POST", "/_bulk?pipeline=vedette-auto", shipped("logs-raw-default", albLine, strings.TrimSpace(flowLine), "what is this"))
	for query, want := range map[string]int{
		`event.id:"e-1" AND eventName:GetObject AND host.name:web1 AND agent.name:shipper AND source.ip:"198.51.100.7"`: 1,
		"_index:*vpcflow* AND event.kind:event": 3, `_index:*vpcflow* AND event.kind:pipeline_error`: 1,
		"_index:*elb_logs* AND http.response.status_code:200": 2, `_index:*unknown* AND message:what`: 1, `@timestamp:<2002`: 0,
	} {
		if n := s.count(t, allLogs, query); n != want {
			t.Errorf("%s: %d documents, want %d", query, n, want)
		}
	}
	a := s.ask(t, "POST", "/_bulk?pipeline=vedette-cloudtrail", shipped(trailIndex, `{"Records":[`+trailRecord+","+trailRecord+`]}`))
	if !strings.Contains(a.body, "more than one record") || !strings.Contains(a.body, `"status":400`) {
		t.Errorf("two records in a document: %s", a.body)
	}
	if a := s.ask(t, "POST", "/_bulk?pipeline=vedette-vpcflow", "{\"create\":{\"_index\":\""+flowIndex+"\"}}\n{\"text\":1}\n"); !strings.Contains(a.body, "field [message] not present") {
		t.Errorf("no message: %s", a.body)
	}
	if body := s.dashboard(t, "/metrics"); !strings.Contains(body, `vedette_pipeline_decode_errors_total{format="vpcflow"} 1`) || !strings.Contains(body, `vedette_ingest_pipeline_documents_total{pipeline="vedette-vpcflow"} 5`) {
		t.Errorf("metrics do not tell of it")
	}
}

const flowHeaderLine = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"

func TestBuiltInPipelinesAreThereAndCanBeReplaced(t *testing.T) {
	s := serve(t, t.TempDir())
	if body := s.ok(t, "GET", "/_ingest/pipeline/vedette-*", ""); !strings.Contains(body, `"vedette-s3access"`) || !strings.Contains(body, `"vedette_decode"`) {
		t.Errorf("%s", body)
	}
	s.ok(t, "PUT", "/flows", `{"settings":{"default_pipeline":"mine"}}`)
	s.ok(t, "PUT", "/_ingest/pipeline/mine", `{"processors":[{"pipeline":{"name":"vedette-vpcflow"}},{"set":{"field":"tags","value":"mine"}}]}`)
	if body := s.ok(t, "GET", "/_ingest/pipeline", ""); strings.Contains(body, `"vedette-elb"`) {
		t.Errorf("whoever lists all sees what nobody put: %s", body)
	}
	s.ok(t, "PUT", "/flows/_doc/1?refresh=true", `{"message":"`+strings.TrimSpace(flowLine)+`"}`)
	if body := s.ok(t, "GET", "/flows/_doc/1", ""); !strings.Contains(body, `"tags":"mine"`) || !strings.Contains(body, `"ip":"198.51.100.7"`) || strings.Contains(body, "data_stream") {
		t.Errorf("%s", body)
	}
	if a := s.ask(t, "PUT", "/_ingest/pipeline/bad", `{"processors":[{"vedette_decode":{"format":"csv"}}]}`); a.status != http.StatusBadRequest || !strings.Contains(a.body, "must be one of [auto, ") {
		t.Errorf("%d %s", a.status, a.body)
	}
	s.ok(t, "PUT", "/_ingest/pipeline/vedette-vpcflow", `{"processors":[]}`)
	s.ok(t, "PUT", "/flows/_doc/2?refresh=true", `{"message":"`+strings.TrimSpace(flowLine)+`"}`)
	if body := s.ok(t, "GET", "/flows/_doc/2", ""); strings.Contains(body, "source") && strings.Contains(body, `"ip"`) {
		t.Errorf("the pipeline that was put does not count: %s", body)
	}
	s.ok(t, "DELETE", "/_ingest/pipeline/vedette-vpcflow", "")
	s.ok(t, "GET", "/_ingest/pipeline/vedette-vpcflow", "")
}

func TestEachFormatOfPipelinesHasADecoder(t *testing.T) {
	r := newRawRecords(decoders(ecs.Options{}, ingest.Limits{}.WithDefaults()))
	for _, format := range pipeline.DecodeFormats() {
		if f := r.format(format, []byte("text")); r.decoders[f] == nil {
			t.Errorf("%s: there is no decoder of %s", format, f)
		}
	}
}

func BenchmarkRawFlow(b *testing.B) {
	r := newRawRecords(decoders(ecs.Options{}, ingest.Limits{}.WithDefaults()))
	for b.Loop() {
		if _, err := r.decode(b.Context(), "vpcflow", []byte(flowLine)); err != nil {
			b.Fatal(err)
		}
	}
}
