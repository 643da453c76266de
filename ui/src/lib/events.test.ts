import { describe, expect, it } from "vitest";
import { defaultColumns, docKey, pageBody, parseDocKey, sortBy, suspects, suspectsBody, toRow } from "./events";
import { eventType } from "./eventtypes";
import { flatMap } from "./flatten";
import type { Question } from "./query";
import { parseEventsSearch, parseRootSearch, parseSort } from "./search";
import { sentence, title } from "./sentence";

const says = (source: object): string => sentence(flatMap(source as never)).map((p) => p.text).join("");

describe("sentence", () => {
  it.each([
    [
      "a refused call",
      { type: "cloudtrail", "user.name": "web-prod", "event.action": "GetSecretValue", "event.provider": "secretsmanager.amazonaws.com", "event.outcome": "failure", "source.ip": "203.0.113.77", "source.geo.country_iso_code": "NL", "aws.cloudtrail.error_code": "AccessDenied" },
      "web-prod failed to call GetSecretValue of secretsmanager.amazonaws.com from 203.0.113.77 (NL), with AccessDenied.",
    ],
    ["a call of nobody", { type: "cloudtrail" }, "Somebody unnamed called an unnamed call."],
    [
      "a flow",
      { type: "vpcflow", "event.action": "accept", source: { ip: "10.0.0.1", port: 4947, bytes: 337_000, packets: 1 }, destination: { ip: "10.0.0.2", port: 443 }, "network.transport": "tcp" },
      "10.0.0.1:4947 sent 337 kB in 1 packet to 10.0.0.2:443 over TCP.",
    ],
    ["a rejected flow", { type: "vpcflow", "event.action": "reject", "source.ip": "a", "destination.ip": "b" }, "a was rejected sending data to b."],
    ["no data", { type: "vpcflow" }, "No flow was recorded in this interval."],
    [
      "a request",
      { type: "elblogs", "source.ip": "192.0.2.1", "aws.elb.name": "app/web", "http.request.method": "GET", "url.path": "/x", "http.response.status_code": 502 },
      "192.0.2.1 asked app/web for GET /x and got 502.",
    ],
    ["an unreadable request", { type: "elblogs" }, "A client asked the load balancer for an unreadable request and got no status."],
    ["a record that could not be decoded", { "event.kind": "pipeline_error", "error.message": "bad time" }, "This record could not be decoded: bad time."],
    ["a message", { message: "<b>hello</b>" }, "<b>hello</b>"],
    ["nothing", {}, ""],
  ])("says %s", (_name, source, want) => {
    expect(says(source)).toBe(want);
  });

  it.each([
    [{ "event.action": "ConsoleLogin" }, "ConsoleLogin"],
    [{ type: "elblogs", "http.request.method": "GET", "url.path": "/" }, "GET /"],
    [{ event_type: "login" }, "login"],
    [{}, "Event"],
  ])("%j has the title %s", (source, want) => {
    expect(title(flatMap(source as never))).toBe(want);
  });
});

describe("rows", () => {
  it("take their time from the time field, else from a usual name", () => {
    const hit = { _index: "i", _id: "1", _source: { when: "2026-11-23T09:00:00Z", timestamp: 1000 } };
    expect(toRow(hit, "when").time).toBe(Date.UTC(2026, 10, 23, 9));
    expect(toRow(hit, "@timestamp").time).toBe(1000);
    expect(toRow({ _index: "i", _id: "1", _source: { "@timestamp": "rubbish" } }, undefined).time).toBeUndefined();
  });

  it("have a key that leads back, slashes included", () => {
    expect(parseDocKey(docKey({ index: "logs", id: "a/b" }))).toEqual({ index: "logs", id: "a/b" });
    expect(parseDocKey("x")).toBeUndefined();
    expect(parseDocKey("/x")).toBeUndefined();
  });

  it("are sorted so that no two tie", () => {
    expect(sortBy("@timestamp", "desc", true)).toEqual([{ "@timestamp": { order: "desc", missing: "_last", unmapped_type: "date" } }, { _id: { order: "desc" } }]);
    expect(pageBody({}, [], 5, ["x"])).toMatchObject({ size: 5, search_after: ["x"] });
  });
});

describe("defaultColumns", () => {
  it.each([
    [["event.action", "event_type"], ["event.action", "source.ip", "_summary"]],
    [["severity", "event_type", "source_ip"], ["event_type", "severity", "source_ip", "_summary"]],
    [[], ["event.action", "source.ip", "_summary"]],
  ])("of %j are %j", (names, want) => {
    expect(defaultColumns(new Set(names))).toEqual(want);
  });
});

describe("suspects", () => {
  const question: Question = {
    text: "a:b",
    language: "lucene",
    filters: [{ field: "c", op: "is", value: 1 }, { field: "d", op: "exists", off: true }],
    timeField: "@timestamp",
    span: { from: 0, to: 1 },
  };

  it("names the query and each filter that is on", () => {
    expect(suspects(question)).toEqual([{ key: "text", label: "the query" }, { key: "filter_0", label: "c: 1" }]);
  });

  it("counts without each, in one search", () => {
    const { aggs } = suspectsBody(question);
    expect(aggs).toMatchObject({ without: { filters: { filters: { text: { bool: { filter: [{ term: { c: { value: 1 } } }] } }, filter_0: { bool: { filter: [{ query_string: { query: "a:b" } }] } } } } } });
  });
});

describe("the link", () => {
  it("keeps what is known and leaves out the rest", () => {
    expect(parseRootSearch({ from: "now-1h", to: 5, refresh: "60", filters: [{ field: "a", op: "exists" }], junk: 1 })).toEqual({ from: "now-1h", to: "5", refresh: 60, filters: [{ field: "a", op: "exists" }] });
    expect(parseRootSearch({ from: {}, refresh: 1, filters: "x" })).toEqual({});
    expect(parseEventsSearch({ q: 404, lang: "kql", index: "x*", cols: ["a", 1], sort: "a:asc", doc: "i/1", tab: "raw" })).toEqual({ q: "404", lang: "kql", index: "x*", cols: ["a"], sort: "a:asc", doc: "i/1", tab: "raw" });
    expect(parseEventsSearch({ lang: "sql", sort: "a", tab: "table", cols: "a", q: "x".repeat(30_000) })).toEqual({});
  });

  it("reads a sort, whatever the field is called", () => {
    expect(parseSort("a:b:asc")).toEqual({ field: "a:b", order: "asc" });
    expect(parseSort("x:desc")).toEqual({ field: "x", order: "desc" });
  });
});

describe("eventType", () => {
  it("calls what it does not know other", () => {
    expect(eventType("cloudtrail").label).toBe("CloudTrail");
    expect(eventType("<x>").key).toBe("other");
  });
});
