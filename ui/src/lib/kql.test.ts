import { describe, expect, it } from "vitest";
import { hostile } from "../test/hostile";
import { kqlToClause, KqlError } from "./kql";

const match = (field: string, query: string): object => ({ match: { [field]: { query, lenient: true } } });

describe("kqlToClause", () => {
  it.each<[string, object]>([
    ["a: b", match("a", "b")],
    ["a:b", match("a", "b")],
    ['a: "b c"', { match_phrase: { a: "b c" } }],
    ["message: access denied", match("message", "access denied")],
    ["a: *", { exists: { field: "a" } }],
    ["a: us-*", { wildcard: { a: { value: "us-*" } } }],
    ["a: x\\*y*", { wildcard: { a: { value: "x\\*y*" } } }],
    ["a: x\\*y", match("a", "x*y")],
    ["a >= 5", { range: { a: { gte: "5" } } }],
    ["a < now-1h", { range: { a: { lt: "now-1h" } } }],
    ["a: > 5", { range: { a: { gt: "5" } } }],
    ["not a: b", { bool: { must_not: [match("a", "b")] } }],
    ["NOT a: b", { bool: { must_not: [match("a", "b")] } }],
    ["a: b and c: d", { bool: { filter: [match("a", "b"), match("c", "d")] } }],
    ["a: b or c: d and e: f", { bool: { should: [match("a", "b"), { bool: { filter: [match("c", "d"), match("e", "f")] } }], minimum_should_match: 1 } }],
    ["(a: b or c: d) and e: f", { bool: { filter: [{ bool: { should: [match("a", "b"), match("c", "d")], minimum_should_match: 1 } }, match("e", "f")] } }],
    ["a: (b or c)", { bool: { should: [match("a", "b"), match("a", "c")], minimum_should_match: 1 } }],
    ["a: (not b)", { bool: { must_not: [match("a", "b")] } }],
    ["*", { match_all: {} }],
    ["free text", { query_string: { query: "free text", default_operator: "AND" } }],
    ['"free text"', { query_string: { query: '"free text"', default_operator: "AND" } }],
    ["a-b/c", { query_string: { query: "a\\-b\\/c", default_operator: "AND" } }],
    ["a\\:b: c", match("a:b", "c")],
  ])("%s", (text, want) => {
    expect(kqlToClause(text)).toEqual(want);
  });

  it.each([
    ["a:", 2, "the query ends too early"],
    ["a: b and", 8, "the query ends too early"],
    ["(a: b", 0, "this bracket is never closed"],
    ["a: b)", 4, '")" is not expected here'],
    ['a: "b', 3, "this quote is never closed"],
    ["a: { b: c }", 3, "nested fields are not supported"],
    ["and a: b", 0, '"and" is not expected here'],
    [`${"(".repeat(60)}a${")".repeat(60)}`, 50, "too many brackets inside each other"],
  ])("%s is refused at column %d", (text, column, message) => {
    const error: unknown = (() => {
      try {
        return kqlToClause(text);
      } catch (cause) {
        return cause;
      }
    })();
    expect(error).toBeInstanceOf(KqlError);
    expect(error).toMatchObject({ column, message });
  });

  it("gives a clause or a KqlError for anything", () => {
    for (const text of hostile.filter((t) => t.trim() !== "")) {
      try {
        expect(kqlToClause(text)).toBeTypeOf("object");
      } catch (cause) {
        expect(cause).toBeInstanceOf(KqlError);
      }
    }
  });
});
