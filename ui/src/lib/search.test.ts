import { describe, expect, it } from "vitest";
import { filterTrouble, parseEventsSearch, parseRootSearch } from "./search";

const good = { field: "type", op: "is", value: "cloudtrail" };

describe("a link with filters that are none", () => {
  it.each([["xx"], [{}], [1], [true], [[1]], [null], [[{ field: "a" }]], [[{ field: "a", op: "is", value: { b: 1 } }]], [[{ field: "a", op: "query", value: 1 }]]])("%j sets none, and covers the raw value", (raw) => {
    const parsed = parseRootSearch({ filters: raw });
    expect(parsed.filters).toBeUndefined();
    // The router lays the result over the raw values: the name must be there.
    expect("filters" in parsed).toBe(true);
    expect(filterTrouble(raw)).toMatch(/cannot be read/);
  });

  it("keeps those that are filters and counts the rest", () => {
    expect(parseRootSearch({ filters: [good, 1] }).filters).toEqual([good]);
    expect(filterTrouble([good, 1])).toBe("One filter of this link cannot be read and is left out.");
    expect(filterTrouble([1, good, {}])).toBe("2 filters of this link cannot be read and are left out.");
    expect(filterTrouble([good])).toBeUndefined();
    expect(filterTrouble(undefined)).toBeUndefined();
  });
});

describe("the rest of a link", () => {
  it("covers every raw value it does not know", () => {
    const raw = { q: {}, lang: "sql", index: [], cols: "a", sort: "x", doc: {}, tab: "none" };
    const parsed = parseEventsSearch(raw);
    for (const name of Object.keys(raw)) expect(Object.entries(parsed)).toContainEqual([name, undefined]);
    expect(parseRootSearch({ from: {}, to: [], refresh: "often" })).toEqual({ from: undefined, to: undefined, refresh: undefined, filters: undefined });
  });
});
