package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/vedette-siem/vedette/engine/eserr"
)

var clock = time.Date(2026, 6, 1, 12, 0, 0, 123_000_000, time.UTC)

// send runs processors, as a JSON list, on a document.
func send(t *testing.T, env Env, processors, source string) (*Document, error) {
	t.Helper()
	p, err := Compile("p", []byte(`{"processors":`+processors+`}`))
	if err != nil {
		t.Fatalf("%s: %v", processors, err)
	}
	d, err := NewDocument(Meta{Index: "i", ID: "1"}, []byte(source), clock)
	if err != nil {
		t.Fatal(err)
	}
	env.Now = func() time.Time { return clock }
	return d, p.Run(context.Background(), &env, d, nil)
}

// gives checks what processors make of a document.
func gives(t *testing.T, processors, source, want string) {
	t.Helper()
	d, err := send(t, Env{}, processors, source)
	if err != nil {
		t.Errorf("%s on %s: %v", processors, source, err)
		return
	}
	if got, err := d.JSON(); err != nil || string(got) != want {
		t.Errorf("%s on %s:\ngot  %s, %v\nwant %s", processors, source, got, err, want)
	}
}

// fails checks the type and the reason of the error that processors give.
func fails(t *testing.T, processors, source, want string) {
	t.Helper()
	_, err := send(t, Env{}, processors, source)
	var e *eserr.Error
	if !errors.As(err, &e) || !strings.HasPrefix(e.Type+": "+message(err), want) {
		t.Errorf("%s on %s: got %v, want %s", processors, source, err, want)
	}
}

// refused checks that a pipeline cannot be put.
func refused(t *testing.T, processors, want string) {
	t.Helper()
	_, err := Compile("p", []byte(`{"processors":`+processors+`}`))
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: got %v, want %s", processors, err, want)
	}
}

func TestWhatAPipelineLeavesAloneStaysAsItCame(t *testing.T) {
	gives(t, `[{"set":{"field":"new","value":1}}]`, `{"z":1.50,"a":{"y":1e3,"b":[1,{"q":"\u00e4<\"\n"}]},"m":null}`, `{"z":1.50,"a":{"y":1e3,"b":[1,{"q":"ä<\"\n"}]},"m":null,"new":1}`)
}

func TestSet(t *testing.T) {
	gives(t, `[{"set":{"field":"a.b","value":"x"}}]`, `{}`, `{"a":{"b":"x"}}`)
	gives(t, `[{"set":{"field":"{{to}}","value":{"k":["{{{a.b}}}",true]}}}]`, `{"to":"t","a":{"b":"q\"q"}}`, `{"to":"t","a":{"b":"q\"q"},"t":{"k":["q\"q",true]}}`)
	gives(t, `[{"set":{"field":"b","value":"{{a}}"}}]`, `{"a":"q\"q"}`, `{"a":"q\"q","b":"q\\\"q"}`)
	gives(t, `[{"set":{"field":"b","copy_from":"a"}},{"set":{"field":"b.x","value":2}}]`, `{"a":{"x":1}}`, `{"a":{"x":1},"b":{"x":2}}`)
	gives(t, `[{"set":{"field":"a","value":2,"override":false}},{"set":{"field":"b","value":2,"override":false}}]`, `{"a":1,"b":null}`, `{"a":1,"b":2}`)
	gives(t, `[{"set":{"field":"a","value":"{{none}}","ignore_empty_value":true}}]`, `{"a":1}`, `{"a":1}`)
	gives(t, `[{"set":{"field":"l.1","value":9}}]`, `{"l":[1,2]}`, `{"l":[1,9]}`)
	gives(t, `[{"set":{"field":"at","value":"{{{_ingest.timestamp}}} {{_index}} {{_id}}"}}]`, `{}`, `{"at":"2026-06-01T12:00:00.123Z i 1"}`)
	fails(t, `[{"set":{"field":"a.b","value":1}}]`, `{"a":"s"}`, `illegal_argument_exception: cannot set [b] with parent object of type [java.lang.String] as part of path [a.b]`)
	fails(t, `[{"set":{"field":"l.7","value":1}}]`, `{"l":[]}`, `illegal_argument_exception: [7] is out of bounds for array with length [0] as part of path [l.7]`)
	refused(t, `[{"set":{"value":1}}]`, `[field] required property is missing`)
	refused(t, `[{"set":{"field":"a"}}]`, `[value] required property is missing`)
	refused(t, `[{"set":{"field":"a","value":1,"foo":1}}]`, `processor [set] doesn't support one or more provided configuration parameters [foo]`)
	refused(t, `[{"set":{"field":"a","value":"{{#x}}y{{/x}}"}}]`, `only fields are`)
}

func TestMetadata(t *testing.T) {
	d, err := send(t, Env{}, `[{"set":{"field":"_index","value":"logs-{{kind}}"}},{"set":{"field":"_routing","value":"r"}},{"remove":{"field":"_id"}}]`, `{"kind":"a"}`)
	if err != nil || d.Index != "logs-a" || d.Routing != "r" || d.ID != "" {
		t.Errorf("%+v %v", d.Meta, err)
	}
}

func TestRemoveAndRename(t *testing.T) {
	gives(t, `[{"remove":{"field":["a","b.c"]}}]`, `{"a":1,"b":{"c":1,"d":2}}`, `{"b":{"d":2}}`)
	gives(t, `[{"remove":{"keep":["a.b","c"]}}]`, `{"a":{"b":1,"x":2},"c":{"d":1},"e":1}`, `{"a":{"b":1},"c":{"d":1}}`)
	gives(t, `[{"remove":{"field":"x","ignore_missing":true}}]`, `{"a":1}`, `{"a":1}`)
	fails(t, `[{"remove":{"field":"x"}}]`, `{"a":1}`, `illegal_argument_exception: field [x] not present as part of path [x]`)
	gives(t, `[{"rename":{"field":"a","target_field":"b.c"}}]`, `{"a":1}`, `{"b":{"c":1}}`)
	fails(t, `[{"rename":{"field":"x","target_field":"b"}}]`, `{"a":1}`, `illegal_argument_exception: field [x] doesn't exist`)
	fails(t, `[{"rename":{"field":"a","target_field":"b"}}]`, `{"a":1,"b":2}`, `illegal_argument_exception: field [b] already exists`)
	gives(t, `[{"rename":{"field":"a","target_field":"b","override":true}}]`, `{"a":1,"b":2}`, `{"b":1}`)
	gives(t, `[{"dot_expander":{"field":"*"}}]`, `{"a.b":1,"a":{"c":2},"d":3}`, `{"a":{"c":2,"b":1},"d":3}`)
	gives(t, `[{"dot_expander":{"field":"a.b"}}]`, `{"a.b":1,"a":{"b":2}}`, `{"a":{"b":[2,1]}}`)
}

func TestConvert(t *testing.T) {
	f := func(typ, from, to string) {
		t.Helper()
		gives(t, `[{"convert":{"field":"v","type":"`+typ+`"}}]`, `{"v":`+from+`}`, `{"v":`+to+`}`)
	}
	f("integer", `"12"`, `12`)
	f("integer", `"0x1f"`, `31`)
	f("long", `["1","-2"]`, `[1,-2]`)
	f("double", `"1.50"`, `1.50`)
	f("float", `3`, `3.0`)
	f("boolean", `"TRUE"`, `true`)
	f("string", `[1,true,1.0]`, `["1","true","1.0"]`)
	f("ip", `"::1"`, `"::1"`)
	f("auto", `["1","x","true","1.5"]`, `[1,"x",true,1.5]`)
	fails(t, `[{"convert":{"field":"v","type":"integer"}}]`, `{"v":"x"}`, `illegal_argument_exception: unable to convert [x] to integer`)
	fails(t, `[{"convert":{"field":"v","type":"ip"}}]`, `{"v":"x"}`, `illegal_argument_exception: [x] is not a valid ipv4/ipv6 address`)
	refused(t, `[{"convert":{"field":"v","type":"thing"}}]`, `type [thing] not supported, cannot convert field.`)
}

func TestTexts(t *testing.T) {
	f := func(processor, from, to string) {
		t.Helper()
		gives(t, `[{`+processor+`}]`, `{"v":`+from+`}`, `{"v":`+to+`}`)
	}
	f(`"lowercase":{"field":"v"}`, `["AB","Ä"]`, `["ab","ä"]`)
	f(`"uppercase":{"field":"v"}`, `"ab"`, `"AB"`)
	f(`"trim":{"field":"v"}`, `" \t a b "`, `"a b"`)
	f(`"urldecode":{"field":"v"}`, `"a%20b+c"`, `"a b c"`)
	f(`"html_strip":{"field":"v"}`, `"<b>x &amp; y</b>"`, `"\nx & y\n"`)
	f(`"bytes":{"field":"v"}`, `"1.5kb"`, `1536`)
	f(`"gsub":{"field":"v","pattern":"(\\d)-(\\d)","replacement":"$2.$1\\$"}`, `"1-2"`, `"2.1$"`)
	f(`"split":{"field":"v","separator":","}`, `"a,b,,"`, `["a","b"]`)
	f(`"split":{"field":"v","separator":",","preserve_trailing":true}`, `"a,b,,"`, `["a","b","",""]`)
	f(`"join":{"field":"v","separator":"-"}`, `["a",1,true]`, `"a-1-true"`)
	f(`"sort":{"field":"v","order":"desc"}`, `[10,9,100]`, `[100,10,9]`)
	f(`"append":{"field":"v","value":["a","c"],"allow_duplicates":false}`, `["a","b"]`, `["a","b","c"]`)
	f(`"append":{"field":"v","value":"c"}`, `"a"`, `["a","c"]`)
	f(`"lowercase":{"field":"w","ignore_missing":true}`, `1`, `1`)
	fails(t, `[{"lowercase":{"field":"v"}}]`, `{"v":1}`, `illegal_argument_exception: field [v] of type [java.lang.Integer] cannot be cast to [java.lang.String]`)
	fails(t, `[{"lowercase":{"field":"v"}}]`, `{"v":null}`, `illegal_argument_exception: field [v] is null, cannot process it.`)
	refused(t, `[{"gsub":{"field":"v","pattern":"(?=x)","replacement":""}}]`, `[pattern] Invalid regex pattern [(?=x)]`)
}

func TestStructuredTexts(t *testing.T) {
	gives(t, `[{"json":{"field":"v"}}]`, `{"v":"{\"b\":1.0}"}`, `{"v":{"b":1.0}}`)
	gives(t, `[{"json":{"field":"v","add_to_root":true,"add_to_root_conflict_strategy":"merge"}}]`, `{"v":"{\"a\":{\"y\":2}}","a":{"x":1}}`, `{"v":"{\"a\":{\"y\":2}}","a":{"x":1,"y":2}}`)
	gives(t, `[{"json":{"field":"v","add_to_root":true}}]`, `{"v":"{\"a\":{\"y\":2}}","a":{"x":1}}`, `{"v":"{\"a\":{\"y\":2}}","a":{"y":2}}`)
	gives(t, `[{"kv":{"field":"v","field_split":" ","value_split":"="}}]`, `{"v":"a=1 b=2 a=3"}`, `{"v":"a=1 b=2 a=3","a":["1","3"],"b":"2"}`)
	gives(t, `[{"kv":{"field":"v","field_split":"&","value_split":"=","target_field":"q","prefix":"p_","exclude_keys":["b"],"strip_brackets":true}}]`, `{"v":"a=[1]&b=2"}`, `{"v":"a=[1]&b=2","q":{"p_a":"1"}}`)
	fails(t, `[{"kv":{"field":"v","field_split":" ","value_split":"="}}]`, `{"v":"a"}`, `illegal_argument_exception: field [v] does not contain value_split [=]`)
	gives(t, `[{"csv":{"field":"v","target_fields":["a","b","c","d"]}}]`, `{"v":"1,\"x, \"\"y\"\"\",,z"}`, `{"v":"1,\"x, \"\"y\"\"\",,z","a":"1","b":"x, \"y\"","d":"z"}`)
	gives(t, `[{"dissect":{"field":"v","pattern":"%{a} %{b->} %{+c/2} %{+c/1} %{?skip}:%{*k}=%{&k}","append_separator":"+"}}]`, `{"v":"1 2   x y no:key=val"}`,
		`{"v":"1 2   x y no:key=val","a":"1","b":"2","key":"val","c":"y+x"}`)
	fails(t, `[{"dissect":{"field":"v","pattern":"%{a},%{b}"}}]`, `{"v":"x"}`, `dissect_exception: Unable to find match for dissect pattern: %{a},%{b} against source: x`)
	gives(t, `[{"uri_parts":{"field":"v"}}]`, `{"v":"http://me:pw@x.org:80/a/b.gif?k=v#f"}`,
		`{"v":"http://me:pw@x.org:80/a/b.gif?k=v#f","url":{"domain":"x.org","fragment":"f","path":"/a/b.gif","extension":"gif","port":80,"query":"k=v","scheme":"http","password":"pw","username":"me","user_info":"me:pw","original":"http://me:pw@x.org:80/a/b.gif?k=v#f"}}`)
}

func TestDates(t *testing.T) {
	f := func(options, from, to string) {
		t.Helper()
		gives(t, `[{"date":{"field":"v","target_field":"v",`+options+`}}]`, `{"v":`+from+`}`, `{"v":`+to+`}`)
	}
	f(`"formats":["dd/MM/yyyy HH:mm:ss"],"timezone":"Europe/Amsterdam"`, `"12/06/2010 11:05:15"`, `"2010-06-12T11:05:15.000+02:00"`)
	f(`"formats":["ISO8601"]`, `"2026-01-02T03:04:05.678Z"`, `"2026-01-02T03:04:05.678Z"`)
	f(`"formats":["UNIX"]`, `"1000000000.5"`, `"2001-09-09T01:46:40.500Z"`)
	f(`"formats":["UNIX_MS"]`, `1000000000123`, `"2001-09-09T01:46:40.123Z"`)
	f(`"formats":["TAI64N"]`, `"@4000000050d506482dbdf024"`, `"2012-12-22T01:00:46.767Z"`)
	f(`"formats":["MMM d HH:mm:ss","MMM dd HH:mm:ss"]`, `"Mar 12 01:02:03"`, `"2026-03-12T01:02:03.000Z"`)
	f(`"formats":["yyyy"],"output_format":"yyyy-MM"`, `"2020"`, `"2020-01"`)
	fails(t, `[{"date":{"field":"v","formats":["yyyy"]}}]`, `{"v":"x"}`, `illegal_argument_exception: unable to parse date [x]`)
	refused(t, `[{"date":{"field":"v","formats":["yyyy"],"locale":"fr"}}]`, `[locale] [fr] is not supported`)
	d, err := send(t, Env{}, `[{"date_index_name":{"field":"v","index_name_prefix":"logs-","date_rounding":"M","date_formats":["ISO8601"]}}]`, `{"v":"2016-04-25T12:02:01.789Z"}`)
	if err != nil || d.Index != "logs-2016-04-01" {
		t.Errorf("%s %v", d.Index, err)
	}
}

func TestGrok(t *testing.T) {
	gives(t, `[{"grok":{"field":"m","patterns":["%{IP:client.ip} %{WORD:method} %{URIPATHPARAM:request} %{NUMBER:bytes:int} %{NUMBER:duration:double}"]}}]`, `{"m":"55.3.244.1 GET /index.html 15824 0.043"}`,
		`{"m":"55.3.244.1 GET /index.html 15824 0.043","client":{"ip":"55.3.244.1"},"method":"GET","request":"/index.html","bytes":15824,"duration":0.043}`)
	gives(t, `[{"grok":{"field":"m","patterns":["%{NO}","(?<a.b>\\d+)%{PET:pet}"],"pattern_definitions":{"NO":"^no$","PET":"cat|dog"},"trace_match":true}},{"set":{"field":"i","value":"{{_ingest._grok_match_index}}"}}]`, `{"m":"12dog"}`, `{"m":"12dog","a":{"b":"12"},"pet":"dog","i":"1"}`)
	gives(t, `[{"grok":{"field":"m","patterns":["%{COMBINEDAPACHELOG}"],"ecs_compatibility":"v1"}},{"remove":{"field":"m"}}]`,
		`{"m":"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \"GET /apache_pb.gif HTTP/1.0\" 200 2326 \"-\" \"Mozilla/4.08 [en]\""}`,
		`{"source":{"address":"127.0.0.1"},"user":{"name":"frank"},"timestamp":"10/Oct/2000:13:55:36 -0700","http":{"request":{"method":"GET"},"version":"1.0","response":{"status_code":200,"body":{"bytes":2326}}},"url":{"original":"/apache_pb.gif"},"user_agent":{"original":"Mozilla/4.08 [en]"}}`)
	gives(t, `[{"grok":{"field":"m","patterns":["%{SYSLOGLINE}"]}}]`, `{"m":"Mar 12 01:02:03 host sshd[42]: Failed password"}`,
		`{"m":"Mar 12 01:02:03 host sshd[42]: Failed password","timestamp":"Mar 12 01:02:03","logsource":"host","program":"sshd","pid":"42","message":"Failed password"}`)
	fails(t, `[{"grok":{"field":"m","patterns":["%{IP:x}"]}}]`, `{"m":"none"}`, `illegal_argument_exception: Provided Grok expressions do not match field value: [none]`)
	refused(t, `[{"grok":{"field":"m","patterns":["%{NOPE:x}"]}}]`, `Unable to find pattern [NOPE] in Grok's pattern dictionary`)
	refused(t, `[{"grok":{"field":"m","patterns":["%{A}"],"pattern_definitions":{"A":"%{B}","B":"%{A}"}}}]`, `circular reference in pattern`)
	for _, ecs := range []bool{false, true} {
		for name := range GrokPatterns(ecs) {
			if _, err := (grokBank{ecs: ecs}).compile("%{" + name + "}"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestNetworks(t *testing.T) {
	gives(t, `[{"community_id":{}}]`, `{"source":{"ip":"123.124.125.126","port":12345},"destination":{"ip":"55.56.57.58","port":80},"network":{"transport":"TCP"}}`,
		`{"source":{"ip":"123.124.125.126","port":12345},"destination":{"ip":"55.56.57.58","port":80},"network":{"transport":"TCP","community_id":"1:9qr9Z1LViXcNwtLVOHZ3CL8MlyM="}}`)
	gives(t, `[{"network_direction":{"internal_networks":["private"]}}]`, `{"source":{"ip":"10.0.0.1"},"destination":{"ip":"8.8.8.8"}}`, `{"source":{"ip":"10.0.0.1"},"destination":{"ip":"8.8.8.8"},"network":{"direction":"outbound"}}`)
	gives(t, `[{"geoip":{"field":"ip"}}]`, `{"ip":"8.8.8.8"}`, `{"ip":"8.8.8.8","tags":["_geoip_database_unavailable_GeoLite2-City.mmdb"]}`)
	env := Env{Locate: func(netip.Addr) (geo, as []byte) {
		return []byte(`{"country_iso_code":"DE","city_name":"Bonn"}`), []byte(`{"number":7,"organization":{"name":"x"}}`)
	}}
	d, err := send(t, env, `[{"geoip":{"field":"ip","target_field":"g","properties":["ip","city_name"]}},{"geoip":{"field":"ip","target_field":"n","database_file":"GeoLite2-ASN.mmdb"}}]`, `{"ip":"8.8.8.8"}`)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := d.JSON(); string(got) != `{"ip":"8.8.8.8","g":{"ip":"8.8.8.8","city_name":"Bonn"},"n":{"ip":"8.8.8.8","asn":7,"organization_name":"x"}}` {
		t.Errorf("%s", got)
	}
}

func TestFingerprint(t *testing.T) {
	// SHA-1 of 00 "a" 00 01000000
	gives(t, `[{"fingerprint":{"fields":["b","a"],"target_field":"f"}}]`, `{"a":"a","b":1}`, `{"a":"a","b":1,"f":"`+base64SHA1("\x00a\x00\x01\x00\x00\x00")+`"}`)
	fails(t, `[{"fingerprint":{"fields":["x"]}}]`, `{}`, `illegal_argument_exception: missing field [x] when calculating fingerprint`)
}

func TestUserAgent(t *testing.T) {
	gives(t, `[{"user_agent":{"field":"a"}},{"remove":{"field":"a"}}]`, `{"a":"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_10_5) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/51.0.2704.103 Safari/537.36"}`,
		`{"user_agent":{"name":"Chrome","os":{"name":"Mac OS X","version":"10.10.5","full":"Mac OS X 10.10.5"},"device":{"name":"Mac"},"original":"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_10_5) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/51.0.2704.103 Safari/537.36","version":"51.0.2704"}}`)
}

func TestForeach(t *testing.T) {
	gives(t, `[{"foreach":{"field":"v","processor":{"uppercase":{"field":"_ingest._value"}}}}]`, `{"v":["a","b"]}`, `{"v":["A","B"]}`)
	gives(t, `[{"foreach":{"field":"v","processor":{"remove":{"field":"_ingest._value.id"}}}}]`, `{"v":[{"id":1,"n":2}]}`, `{"v":[{"n":2}]}`)
	gives(t, `[{"foreach":{"field":"v","processor":{"foreach":{"field":"_ingest._value.w","processor":{"uppercase":{"field":"_ingest._value"}}}}}}]`, `{"v":[{"w":["a"]}]}`, `{"v":[{"w":["A"]}]}`)
	gives(t, `[{"foreach":{"field":"v","processor":{"uppercase":{"field":"_ingest._key"}}}}]`, `{"v":{"a":1}}`, `{"v":{"A":1}}`)
}

func TestFailures(t *testing.T) {
	fails(t, `[{"fail":{"message":"no {{a}}"}}]`, `{"a":"b"}`, `fail_processor_exception: no b`)
	gives(t, `[{"fail":{"message":"x","ignore_failure":true}}]`, `{"a":1}`, `{"a":1}`)
	gives(t, `[{"fail":{"message":"x","tag":"t","on_failure":[{"set":{"field":"e","value":"{{_ingest.on_failure_message}} {{_ingest.on_failure_processor_type}} {{_ingest.on_failure_processor_tag}} {{_ingest.on_failure_pipeline}}"}}]}},{"set":{"field":"m","value":"[{{_ingest.on_failure_message}}]"}}]`,
		`{}`, `{"e":"x fail t p","m":"[]"}`)
	d, err := send(t, Env{}, `[{"drop":{"if":"ctx.a == 1"}},{"fail":{"message":"x"}}]`, `{"a":1}`)
	if err != nil || !d.Dropped {
		t.Errorf("%v %v", d.Dropped, err)
	}
}

func TestPipelinesInPipelines(t *testing.T) {
	inner := func(id string) *Pipeline {
		switch id {
		case "inner":
			p, err := Compile(id, []byte(`{"processors":[{"set":{"field":"by","value":"{{_ingest.pipeline}}"}}]}`))
			if err != nil {
				t.Fatal(err)
			}
			return p
		case "loop":
			p, err := Compile(id, []byte(`{"processors":[{"pipeline":{"name":"loop"}}]}`))
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		return nil
	}
	d, err := send(t, Env{Lookup: inner}, `[{"pipeline":{"name":"inner"}},{"set":{"field":"then","value":"{{_ingest.pipeline}}"}},{"pipeline":{"name":"none","ignore_missing_pipeline":true}}]`, `{}`)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := d.JSON(); string(got) != `{"by":"inner","then":"p"}` {
		t.Errorf("%s", got)
	}
	if _, err = send(t, Env{Lookup: inner}, `[{"pipeline":{"name":"none"}}]`, `{}`); err == nil || !strings.Contains(err.Error(), "Pipeline processor configured for non-existent pipeline [none]") {
		t.Error(err)
	}
	if _, err = send(t, Env{Lookup: inner}, `[{"pipeline":{"name":"loop"}}]`, `{}`); err == nil || !strings.Contains(err.Error(), "Cycle detected for pipeline: loop") {
		t.Error(err)
	}
}

func TestReroute(t *testing.T) {
	d, err := send(t, Env{}, `[{"set":{"field":"_index","value":"logs-x-default"}},{"reroute":{"dataset":["{{service}}","generic"]}},{"fail":{"message":"x"}}]`, `{"service":"My App"}`)
	if err != nil || d.Index != "logs-my_app-default" || !d.Rerouted {
		t.Errorf("%+v %v", d.Meta, err)
	}
}

func TestLimits(t *testing.T) {
	double := `{"set":{"field":"a","value":"{{{a}}}{{{a}}}"}}`
	if _, err := send(t, Env{}, `[`+strings.Repeat(double+",", 60)+double+`]`, `{"a":"xxxxxxxxxxxxxxxx"}`); err == nil || !strings.Contains(err.Error(), "may render to no more than") {
		t.Error(err)
	}
	grow := `{"set":{"field":"b","copy_from":"a","ignore_failure":true}},{"set":{"field":"a.x","copy_from":"b"}},{"set":{"field":"a.z","copy_from":"b"}}`
	if _, err := send(t, Env{}, `[`+strings.Repeat(grow+",", 40)+grow+`]`, `{"a":{"y":"`+strings.Repeat("x", 1000)+`"}}`); err == nil || !errors.Is(err, errLimit) {
		t.Error(err)
	}
	list, err := json.Marshal(make([]int, maxSteps+1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := send(t, Env{}, `[{"foreach":{"field":"v","ignore_failure":true,"processor":{"set":{"field":"x","value":1}}}}]`, `{"v":`+string(list)+`}`); err == nil || !errors.Is(err, errLimit) {
		t.Error(err)
	}
	refused(t, `[`+strings.Repeat(`{"drop":{}},`, maxProcessors)+`{"drop":{}}]`, `no more than 1000 processors`)
	refused(t, strings.Repeat(`[{"drop":{"on_failure":`, maxNesting)+`[{"drop":{}}]`+strings.Repeat(`}}]`, maxNesting), `nested no deeper than 20`)
}

func TestWhatThereIsNotIsRefusedByName(t *testing.T) {
	refused(t, `[{"script":{"source":"ctx.a = 1"}}]`, `processor [script] is not supported by Vedette: scripts are not supported`)
	refused(t, `[{"registered_domain":{"field":"a"}}]`, `processor [registered_domain] is not supported by Vedette`)
	refused(t, `[{"foo":{}}]`, `No processor type exists with name [foo]`)
	refused(t, `[{"set":{"field":"a","value":1,"if":"ctx.a instanceof Map"}}]`, `at 7: [instanceof] is not supported here in the script [ctx.a instanceof Map]`)
	if _, err := Compile("p", []byte(`{"processors":[],"foo":1}`)); err == nil || !strings.Contains(err.Error(), "pipeline [p] doesn't support one or more provided configuration parameters [foo]") {
		t.Error(err)
	}
	if _, err := Compile("p", []byte(`{}`)); err == nil || !strings.Contains(err.Error(), "[processors] required property is missing") {
		t.Error(err)
	}
}
