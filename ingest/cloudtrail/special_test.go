package cloudtrail_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vedette-siem/vedette/ingest/ingesttest"
)

// TestSpecialRecords holds what the specification says of the kinds of records that are not calls, member by member.
func TestSpecialRecords(t *testing.T) {
	for _, test := range []struct {
		name, record string
		want         map[string]string // empty: the field is absent
	}{
		{
			"the start of an Insight", `{"eventVersion":"1.07","eventTime":"2026-01-02T03:04:05Z","eventID":"a","eventType":"AwsCloudTrailInsight","sharedEventID":"s","eventCategory":"Insight",` +
				`"insightDetails":{"state":"Start","eventSource":"iam.amazonaws.com","eventName":"CreateRole","insightType":"ApiErrorRateInsight","errorCode":"Throttling","insightContext":{"statistics":` +
				`{"baseline":{"average":0.5},"insight":{"average":6},"insightDuration":5,"baselineDuration":9810},"attributions":[{"attribute":"errorCode","insight":[{"value":"null","average":6}],"baseline":[]}]}}}`,
			map[string]string{
				"event.kind": "alert", "event.action": "CreateRole", "event.provider": "iam.amazonaws.com", "event.outcome": "", "error.code": "Throttling",
				"aws.cloudtrail.shared_event_id": "s", "aws.cloudtrail.insight_details.state": "Start", "aws.cloudtrail.insight_details.insight_type": "ApiErrorRateInsight",
				"aws.cloudtrail.insight_details.event_name": "CreateRole", "aws.cloudtrail.insight_details.event_source": "iam.amazonaws.com",
				"aws.cloudtrail.insight_details.error_code": "Throttling", "aws.cloudtrail.insight_details.baseline_average": "0.5", "aws.cloudtrail.insight_details.insight_average": "6",
				"aws.cloudtrail.insight_details.insight_duration": "5", "aws.cloudtrail.insight_details.baseline_duration": "9810", "aws.cloudtrail.flattened.insight_details.state": "Start",
			},
		},
		{
			"network activity", `{"eventVersion":"1.09","eventTime":"2026-01-02T03:04:05Z","eventID":"a","eventType":"AwsVpceEvents","eventCategory":"NetworkActivity","eventSource":"s3.amazonaws.com",` +
				`"eventName":"ListBuckets","errorCode":"VpceAccessDenied","errorMessage":"The request was denied due to a VPC endpoint policy","vpcEndpointId":"AWS Internal","vpcEndpointAccountId":"2","sourceIPAddress":"AWS Internal/#"}`,
			map[string]string{
				"event.kind": "event", "event.outcome": "failure", "error.code": "VpceAccessDenied", "error.message": "The request was denied due to a VPC endpoint policy",
				"aws.cloudtrail.vpc_endpoint_id": "AWS Internal", "aws.cloudtrail.vpc_endpoint_account_id": "2", "source.address": "AWS Internal/#", "source.ip": "",
			},
		},
		{
			"a summary", aggregated("a"),
			map[string]string{
				"event.kind": "metric", "event.outcome": "", "event.start": "2026-01-02T03:00:00.000Z", "event.end": "2026-01-02T03:05:00.000Z", "@timestamp": "2026-01-02T03:05:00.000Z",
				"aws.cloudtrail.time_window.size": "PT5M", "aws.cloudtrail.summary.dimension": "eventName", "cloud.account.id": "111122223333", "event.id": "a",
			},
		},
		{
			"an addendum", `{"eventVersion":"1.08","eventTime":"2026-01-02T03:04:05Z","eventID":"a","addendum":{"reason":"DELIVERY_DELAY","updatedFields":"eventID, eventName","originalRequestID":"r","originalEventID":"old","novel":1}}`,
			map[string]string{
				"aws.cloudtrail.addendum.reason": "DELIVERY_DELAY", "aws.cloudtrail.addendum.updated_fields": "eventID, eventName", "aws.cloudtrail.addendum.original_request_id": "r",
				"aws.cloudtrail.addendum.original_event_id": "old", "aws.cloudtrail.extra.addendum.novel": "1", "event.id": "a",
			},
		},
		{
			"an event of an event data store", `{"eventVersion":"1.11","eventTime":"2026-01-02T03:04:05Z","eventID":"a","omitted":["requestParameters","responseElements"],` +
				`"eventContext":{"requestContext":{"aws:PrincipalTag/team":"red"},"tagContext":{"resourceTags":[{"arn":"x"}]}},"edgeDeviceDetails":{"type":"snowball"},` +
				`"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_256_GCM_SHA384","clientProvidedHostHeader":"kms.us-east-1.amazonaws.com","keyExchange":"X25519MLKEM768"}}`,
			map[string]string{
				"aws.cloudtrail.omitted": "[requestParameters responseElements]", "aws.cloudtrail.flattened.event_context.requestContext.aws:PrincipalTag/team": "red",
				"aws.cloudtrail.flattened.edge_device_details.type": "snowball", "tls.curve": "X25519MLKEM768", "tls.version": "1.3", "tls.version_protocol": "tls",
			},
		},
		{
			"an omission that is none of a list", strings.Replace(minimal("a"), "{", `{"omitted":true,`, 1),
			map[string]string{"aws.cloudtrail.omitted": "true"},
		},
		{
			"a web identity", strings.Replace(minimal("a"), "{", `{"userIdentity":{"type":"WebIdentityUser","userName":"u","identityProvider":"p","onBehalfOf":{"userId":"1","novel":"n"},`+
				`"sessionContext":{"webIdFederationData":{"federatedProvider":"arn:p","attributes":{"aud":"x"}},"attributes":{"mfaAuthenticated":"false","novel":"m"}}},`, 1),
			map[string]string{
				"user.name": "u", "aws.cloudtrail.user_identity.identity_provider": "p", "aws.cloudtrail.user_identity.session_context.web_id_federation_data.federated_provider": "arn:p",
				"aws.cloudtrail.flattened.web_id_federation_attributes.aud": "x", "aws.cloudtrail.extra.onBehalfOf.novel": "n", "aws.cloudtrail.extra.attributes.novel": "m",
				"aws.cloudtrail.user_identity.session_context.mfa_authenticated": "false", "aws.cloudtrail.user_identity.on_behalf_of.user_id": "1",
			},
		},
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(), test.record)
		if err != nil || counts.Errors != 0 || len(docs) != 1 || docs[0].ID != "ct-a" {
			t.Fatalf("%s: %+v, %v", test.name, counts, err)
		}
		fields := ingesttest.Fields(t, docs[0])
		for name, want := range test.want {
			if got, ok := fields[name]; ok != (want != "") || ok && fmt.Sprint(got) != want {
				t.Errorf("%s: %s is %v, want %q", test.name, name, got, want)
			}
		}
	}
}

// aggregated is a five-minute summary with an id.
func aggregated(id string) string {
	return `{"eventVersion":"1.0","accountId":"111122223333","eventId":"` + id + `","eventCategory":"Aggregated","eventType":"AwsAggregatedEvent","awsRegion":"eu-central-1","eventSource":"s3.amazonaws.com",` +
		`"timeWindow":{"windowStart":"2026-01-02T03:00:00Z","windowEnd":"2026-01-02T03:05:00Z","windowSize":"PT5M"},` +
		`"summary":{"primaryDimension":{"dimension":"eventName","statistics":[{"name":"GetObject","value":12}]},"details":[]}}`
}

func TestCarriersOfSummaries(t *testing.T) {
	a, b := aggregated("a"), aggregated("b")
	for name, text := range map[string]string{
		"an object of S3": `{"Records":[` + a + `,` + b + `]}`, "a list": `[` + a + `,` + b + `]`, "one a line": a + "\n" + b + "\n",
	} {
		docs, counts, err := ingesttest.Decode(decoder(), object(), text)
		if err != nil || counts.Errors != 0 || len(docs) != 2 || docs[0].ID != "ct-a" || docs[1].ID != "ct-b" || len(counts.Extra) != 0 {
			t.Errorf("%s: %d documents, %+v, %v", name, len(docs), counts, err)
		}
	}
}
