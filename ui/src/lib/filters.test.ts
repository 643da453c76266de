import { describe, expect, it } from "vitest";
import { hostile } from "../test/hostile";
import { addFilter, filterLabel, parseFilters, pinned, toClause, valueLabel, type Filter } from "./filters";
import { buildQuery, type Question } from "./query";

const span = { from: Date.UTC(2026, 10, 22), to: Date.UTC(2026, 10, 23) };
const ask = (part: Partial<Question>): Question => ({ text: "", language: "lucene", filters: [], timeField: undefined, span, ...part });

describe("parseFilters", () => {
  it("takes what it wrote, flags included", () => {
    const filters: Filter[] = [
      { field: "type", op: "is", value: "cloudtrail", pin: true },
      { field: "user.name", op: "is", value: "data-pipeline", not: true, off: true },
      { field: "http.response.status_code", op: "range", value: { gte: 500, lt: 600 } },
      { field: "source.ip", op: "exists" },
      { field: "", op: "dsl", value: { term: { a: 1 } }, label: "mine" },
      { field: "a", op: "oneof", value: ["b", "c"] },
    ];
    expect(parseFilters(JSON.parse(JSON.stringify(filters)))).toEqual(filters);
  });

  it.each([
    ["nothing", undefined],
    ["a text", "x"],
    ["a list of rubbish", [1, null, "x", {}, { field: 1, op: "is" }, { field: "a", op: "drop" }, { field: "a", op: "oneof", value: "b" }, { field: "a", op: "range", value: 5 }]],
  ])("gives no filter for %s", (_name, value) => {
    expect(parseFilters(value)).toEqual([]);
  });
});

describe("toClause", () => {
  it.each<[Filter, object]>([
    [{ field: "a", op: "is", value: 5 }, { term: { a: { value: 5 } } }],
    [{ field: "a", op: "match", value: "x y" }, { match: { a: { query: "x y", operator: "and" } } }],
    [{ field: "a", op: "oneof", value: ["b"] }, { terms: { a: ["b"] } }],
    [{ field: "a", op: "exists", not: true }, { bool: { must_not: [{ exists: { field: "a" } }] } }],
    [{ field: "a", op: "range", value: { gte: 1 } }, { range: { a: { gte: 1 } } }],
    [{ field: "", op: "query", value: "a:b" }, { query_string: { query: "a:b", analyze_wildcard: true } }],
    [{ field: "", op: "dsl", value: { ids: { values: ["x"] } } }, { ids: { values: ["x"] } }],
    [{ field: "", op: "dsl", value: "no clause" }, { match_all: {} }],
  ])("%j", (filter, want) => {
    expect(toClause(filter)).toEqual(want);
  });
});

describe("labels", () => {
  it.each<[Filter, string]>([
    [{ field: "user.name", op: "is", value: "x", not: true }, "NOT user.name: x"],
    [{ field: "a", op: "is", value: "" }, 'a: ""'],
    [{ field: "a", op: "range", value: { gte: 500, lt: 600 } }, "a: ≥ 500 and < 600"],
    [{ field: "a", op: "oneof", value: ["b", "c"] }, "a: b or c"],
    [{ field: "a", op: "exists" }, "a: exists"],
    [{ field: "", op: "dsl", value: { term: { a: 1 } } }, '{"term":{"a":1}}'],
    [{ field: "a", op: "is", value: 1, label: "mine" }, "mine"],
  ])("%j reads %s", (filter, want) => {
    expect(filterLabel(filter)).toBe(want);
  });

  it("keep a hostile value as the text it is", () => {
    for (const value of hostile) expect(valueLabel({ field: "a", op: "is", value })).toBe(value);
  });
});

describe("addFilter", () => {
  const first: Filter = { field: "a", op: "is", value: 1, pin: true };

  it("adds what is new", () => {
    expect(addFilter([first], { field: "a", op: "is", value: 2 })).toHaveLength(2);
  });

  it("turns one of the same meaning round instead of adding it", () => {
    expect(addFilter([first], { field: "a", op: "is", value: 1, not: true })).toEqual([{ ...first, not: true }]);
    expect(addFilter([{ ...first, not: true, off: true }], { field: "a", op: "is", value: 1 })).toEqual([first]);
  });

  it("knows what goes along to other pages", () => {
    expect(pinned([first, { field: "b", op: "exists" }])).toEqual([first]);
  });
});

describe("buildQuery", () => {
  it("matches all when nothing is asked", () => {
    expect(buildQuery(ask({}))).toEqual({ match_all: {} });
  });

  it("puts time, text and filters into filter context, and leaves disabled ones out", () => {
    const filters: Filter[] = [
      { field: "a", op: "is", value: 1 },
      { field: "b", op: "is", value: 2, not: true },
      { field: "c", op: "is", value: 3, off: true },
    ];
    expect(buildQuery(ask({ text: "x AND y", filters, timeField: "@timestamp" }))).toEqual({
      bool: {
        filter: [
          { range: { "@timestamp": { gte: "2026-11-22T00:00:00.000Z", lt: "2026-11-23T00:00:00.000Z", format: "strict_date_optional_time" } } },
          { query_string: { query: "x AND y", analyze_wildcard: true } },
          { term: { a: { value: 1 } } },
        ],
        must_not: [{ term: { b: { value: 2 } } }],
      },
    });
  });

  it.each(["", "  ", "*"])("takes %j as no text", (text) => {
    expect(buildQuery(ask({ text }))).toEqual({ match_all: {} });
  });

  it("translates KQL", () => {
    expect(buildQuery(ask({ text: "a: b", language: "kql" }))).toEqual({ bool: { filter: [{ match: { a: { query: "b", lenient: true } } }] } });
  });
});
