import { describe, expect, it } from "vitest";
import type { FieldCapability, FieldCapsResponse } from "../api/es";
import { closestField, coverage, exactField, filterFor, listFields, otherTimeField, shortName, shortNames, timeFieldOf, unknownFields } from "./fields";
import { asText, flatMap, flatten } from "./flatten";

const cap = (type: string, aggregatable = true): Record<string, FieldCapability> => ({ [type]: { type, searchable: true, aggregatable } });
const caps = (fields: FieldCapsResponse["fields"]): FieldCapsResponse => ({ indices: [], fields });

const some = listFields(
  caps({
    "@timestamp": cap("date"),
    message: cap("text", false),
    "message.keyword": cap("keyword"),
    note: cap("text", false),
    "source.ip": cap("ip"),
    source: { object: { type: "object", searchable: false, aggregatable: false } },
    _id: { _id: { type: "_id", metadata_field: true, searchable: true, aggregatable: false } },
    bytes: { long: { type: "long", searchable: true, aggregatable: true }, keyword: { type: "keyword", searchable: true, aggregatable: false } },
    gone: { unmapped: { type: "unmapped", searchable: false, aggregatable: false } },
  }),
);
const byName = new Map(some.map((f) => [f.name, f]));

describe("listFields", () => {
  it("leaves out metadata, objects and what is mapped nowhere", () => {
    expect(some.map((f) => `${f.name} ${f.kind} ${f.aggregatable ? "yes" : "no"}`)).toEqual([
      "@timestamp date yes",
      "bytes number no",
      "message text no",
      "message.keyword keyword yes",
      "note text no",
      "source.ip ip yes",
    ]);
  });
});

describe("timeFieldOf", () => {
  it.each([
    ["@timestamp", ["created_at", "timestamp", "@timestamp"]],
    ["timestamp", ["a_date", "timestamp"]],
    ["a_date", ["a_date"]],
    [undefined, []],
  ])("takes %s of %j", (want, names) => {
    expect(timeFieldOf(names.map((name) => ({ name, kind: "date", aggregatable: true })))).toBe(want);
  });
});

describe("otherTimeField", () => {
  it("names the date that events may have instead", () => {
    const dates = ["@timestamp", "event.created", "timestamp"].map((name) => ({ name, kind: "date" as const, aggregatable: true }));
    expect(otherTimeField(dates, "@timestamp")).toBe("timestamp");
    expect(otherTimeField(dates.slice(0, 1), "@timestamp")).toBeUndefined();
  });
});

describe("filtering by a value", () => {
  it("asks the field itself, its keyword, or its text", () => {
    expect(exactField(byName, "source.ip")).toBe("source.ip");
    expect(exactField(byName, "message")).toBe("message.keyword");
    expect(exactField(byName, "note")).toBeUndefined();
    expect(filterFor(byName, "message", "x", false)).toEqual({ field: "message.keyword", op: "is", value: "x" });
    expect(filterFor(byName, "note", "x", true)).toEqual({ field: "note", op: "match", value: "x", not: true });
    expect(filterFor(byName, "unheard.of", 5, false)).toEqual({ field: "unheard.of", op: "is", value: 5 });
  });
});

describe("shortName", () => {
  it.each([
    ["aws.cloudtrail.user_identity.arn", "…user_identity.arn"],
    ["aws.cloudtrail.error_code", "…cloudtrail.error_code"],
    ["aws.cloudtrail.event_category", "…event_category"],
    ["source.geo.country_iso_code", "…geo.country_iso_code"],
    ["a_very_long_name_without_any_dot", "a_very_long_name_without_any_dot"],
    ["event.action", "event.action"],
    ["aws.x", "aws.x"],
  ])("%s is %s", (name, want) => {
    expect(shortName(name)).toBe(want);
  });
});

describe("shortNames", () => {
  it("lets names that would read the same keep more of their head", () => {
    const names = ["aws.cloudtrail.user_identity.session_context.session_issuer.arn", "aws.cloudtrail.user_identity.other_context.session_issuer.arn", "aws.cloudtrail.error_code", "user.name"];
    expect([...shortNames(names).values()]).toEqual(["…session_context.session_issuer.arn", "…other_context.session_issuer.arn", "…cloudtrail.error_code", "user.name"]);
  });

  it("gives every name of its own, whatever the names", () => {
    const tail = "x".repeat(60);
    const names = [`a.${tail}`, `b.${tail}`, `c.b.${tail}`, "very.long.name.with.parts.and.more.id", "other.long.name.with.parts.and.more.id", "id", "", "."];
    const shown = [...shortNames(names, 10).values()];
    expect(new Set(shown).size).toBe(names.length);
    for (const [i, name] of names.entries()) expect(name.endsWith((shown[i] ?? "").replace(/^…/, ""))).toBe(true);
  });

  it("cuts the head of one endless part", () => {
    expect(shortNames(["y".repeat(200)]).get("y".repeat(200))).toBe(`…${"y".repeat(48)}`);
  });
});

describe("a field that is not there", () => {
  const known = ["source.ip", "source.port", "user.name", "event.action", "event.outcome"];
  it.each([
    ["source.ipp", "source.ip"],
    ["src.ip", "source.ip"],
    ["username", "user.name"],
    ["event.outcom", "event.outcome"],
    ["foo.bar", undefined],
    ["completely.different", undefined],
  ])("%s most likely means %s", (name, want) => {
    expect(closestField(name, known)).toBe(want);
  });

  it("is told from those that are, and from what lies under one", () => {
    expect(unknownFields(["source.ip", "note", "note.deeper", "foo.bar"], byName)).toEqual(["foo.bar"]);
    expect(unknownFields(["foo.bar"], new Map())).toEqual([]);
  });
});

describe("flatten", () => {
  const source = { b: { "c.d": 1, e: [] }, a: [{ x: 1 }, { x: [2, null] }], "b.f": "v", n: null, t: true };

  it("gives dotted names in order, lists whole, nulls not at all", () => {
    expect(flatten(source)).toEqual([
      { field: "a.x", values: [1, 2] },
      { field: "b.c.d", values: [1] },
      { field: "b.f", values: ["v"] },
      { field: "t", values: [true] },
    ]);
    expect([...flatMap(source).keys()].sort()).toEqual(["a.x", "b.c.d", "b.f", "t"]);
  });

  it("stops at a depth and is not fooled by names of objects", () => {
    let deep: Record<string, never> | { x: object } = {};
    for (let i = 0; i < 200; i++) deep = { x: deep };
    expect(flatten(JSON.parse(JSON.stringify(deep)) as never)).toEqual([]);
    expect(flatten(JSON.parse('{"__proto__":{"a":1},"constructor":2}') as never).map((l) => l.field)).toEqual(["__proto__.a", "constructor"]);
  });

  it("writes values as one text", () => {
    expect(asText([1, "a", false])).toBe("1, a, false");
    expect(asText([])).toBe("–");
    expect(asText(undefined)).toBe("–");
  });
});

describe("coverage", () => {
  it("is the share of rows with the field", () => {
    const shares = coverage([new Map([["a", 1]]), new Map([["a", 1], ["b", 2]])]);
    expect(shares.get("a")).toBe(1);
    expect(shares.get("b")).toBe(0.5);
    expect(coverage([]).size).toBe(0);
  });
});
