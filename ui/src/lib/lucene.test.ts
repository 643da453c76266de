import { describe, expect, it } from "vitest";
import { hostile } from "../test/hostile";
import { rankNames, spotAt } from "./complete";
import { check, columnIn, escapeField, escapeRegex, quoteValue, tokenize, bareNetwork, fieldNames, renameField } from "./lucene";

const kinds = (text: string): string => tokenize(text).filter((t) => t.kind !== "space").map((t) => `${t.kind}=${text.slice(t.from, t.to)}`).join(" ");

describe("tokenize", () => {
  it.each([
    ["a:b", "field=a punctuation=: value=b"],
    ["event.outcome:failure AND cloud.region:us-*", "field=event.outcome punctuation=: value=failure operator=AND field=cloud.region punctuation=: value=us-*"],
    ['"a b"~2', 'phrase="a b" punctuation=~ value=2'],
    ["f:/a b\\/c/", "field=f punctuation=: regex=/a b\\/c/"],
    ["NOT (x || y)", "operator=NOT punctuation=( value=x operator=|| value=y punctuation=)"],
    ["f:[1 TO 5}", "field=f punctuation=: punctuation=[ value=1 operator=TO value=5 punctuation=}"],
    ["path\\:x:y\\ z", "field=path\\:x punctuation=: value=y\\ z"],
    ["10.0.0.0/8", "value=10.0.0.0/8"],
  ])("%s", (text, want) => {
    expect(kinds(text)).toBe(want);
  });

  it("covers every character once, whatever comes", () => {
    for (const text of [...hostile, "\\", '"', "/", "a\\", ":", "((", "&&&", "a:\\"]) {
      const tokens = tokenize(text);
      expect(tokens.map((t) => text.slice(t.from, t.to)).join("")).toBe(text);
      expect(tokens.every((t) => t.to > t.from)).toBe(true);
    }
  });
});

describe("check", () => {
  it.each([
    ["event.outcome:failure AND (user.name:web-prod", 26, "this bracket is never closed"],
    ['a:"b', 2, "this quote is never closed"],
    ["a:/b", 2, "this regular expression is never closed"],
    ["a)", 1, "this bracket was never opened"],
    ["a:[1 TO 2", 2, "this range is never closed"],
    ["a AND", 2, "nothing follows AND"],
    ["(a OR )", 3, "nothing follows OR"],
    ["user.name:", 9, "the field has no value"],
    ["AND a", 0, "nothing stands before AND"],
  ])("%s", (text, from, message) => {
    expect(check(text)).toMatchObject({ from, message });
  });

  it.each(["", "a", "a AND b", "NOT a", 'f:"a (b"', "f:(a OR b)", "f:[1 TO 5}", "_exists_:f", "f:\\(", "@timestamp:[2026-11-23T00:00:00 TO *]", "f:/a(b/"])("finds nothing wrong with %s", (text) => {
    expect(check(text)).toBeUndefined();
  });

  it("offers to close a bracket", () => {
    expect(check("(a")?.fix).toEqual({ label: "Close it", text: "(a)" });
  });
});

describe("columnIn", () => {
  it.each([
    ['Encountered "<EOF>" at line 1, column 5.', 5],
    ["Lexical error at line 1, column 12.  Encountered: <EOF>", 12],
    ["unexpected end at position 7", 7],
    ["all shards failed", undefined],
  ])("%s", (message, want) => {
    expect(columnIn(message)).toBe(want);
  });
});

describe("quoting", () => {
  it.each([
    ["web-prod", "web-prod"],
    ["10.0.3.14", "10.0.3.14"],
    ["two words", '"two words"'],
    ["a:b", '"a:b"'],
    ['say "hi"\\', '"say \\"hi\\"\\\\"'],
    ["AND", '"AND"'],
    ["-x", '"-x"'],
    ["", '""'],
  ])("%s becomes %s", (value, want) => {
    expect(quoteValue(value)).toBe(want);
  });

  it("makes one value of anything", () => {
    for (const value of hostile.filter((v) => v.length < 1000)) expect(tokenize(`f:${quoteValue(value)}`)).toHaveLength(3);
  });

  it("escapes names and patterns", () => {
    expect(escapeField("field name:x")).toBe("field\\ name\\:x");
    expect(new RegExp(`^${escapeRegex("a.b*(c)[d]")}$`).test("a.b*(c)[d]")).toBe(true);
  });
});

describe("spotAt", () => {
  it.each([
    ["", { kind: "field", from: 0, prefix: "" }],
    ["us", { kind: "field", from: 0, prefix: "us" }],
    ["a:b AND us", { kind: "field", from: 8, prefix: "us" }],
    ["user.name:", { kind: "value", from: 10, prefix: "", field: "user.name" }],
    ["user.name:we", { kind: "value", from: 10, prefix: "we", field: "user.name" }],
    ['user.name:"two w', { kind: "value", from: 10, prefix: "two w", field: "user.name" }],
    ["a:b AND (x", { kind: "field", from: 9, prefix: "x" }],
    ["f:/a", { kind: "none" }],
    ["f:[1", { kind: "none" }],
    ['"free text', { kind: "none" }],
    ["f:>5", { kind: "none" }],
  ])("%j", (text, want) => {
    expect(spotAt(text, text.length)).toEqual(want);
  });

  it("looks at the cursor, not at the end", () => {
    expect(spotAt("user.name:we AND x", 12)).toEqual({ kind: "value", from: 10, prefix: "we", field: "user.name" });
  });
});

describe("rankNames", () => {
  const names = ["event.action", "source.ip", "related.ip", "ip_version", "destination.ip", "user.name"];
  it("puts beginnings first, then parts, then the rest", () => {
    expect(rankNames(names, "ip", 10)).toEqual(["ip_version", "source.ip", "related.ip", "destination.ip"]);
    expect(rankNames(names, "ACT", 10)).toEqual(["event.action"]);
    expect(rankNames(names, "", 2)).toHaveLength(2);
  });
});

describe("bareNetwork", () => {
  it.each([
    ["source.ip:10.0.0.0/8", 'source.ip:"10.0.0.0/8"', [10, 20]],
    ["a:b AND (source.ip:10.0.0.0/8 OR source.ip:192.168.0.0/16)", 'a:b AND (source.ip:"10.0.0.0/8" OR source.ip:"192.168.0.0/16")', [19, 29]],
    ["-source.ip:2001:db8::/32", '-source.ip:"2001:db8::/32"', [11, 24]],
  ])("%s is mended", (text, want, [from, to]) => {
    const found = bareNetwork(text);
    expect(found?.fix?.text).toBe(want);
    expect([found?.from, found?.to]).toEqual([from, to]);
    expect(bareNetwork(want)).toBeUndefined();
  });

  it.each(['source.ip:"10.0.0.0/8"', "path:/a/8/", "source.ip:10.0.0.1", 'x:"source.ip:10.0.0.0/8"', "", "a/8"])("%s is none", (text) => {
    expect(bareNetwork(text)).toBeUndefined();
  });

  it("is what the query row says first", () => {
    expect(check("source.ip:10.0.0.0/8")?.message).toBe('put a network in quotes: source.ip:"10.0.0.0/8"');
  });
});

describe("fieldNames", () => {
  it.each([
    ["a.b:c AND -d:e a.b:f", ["a.b", "d"]],
    ["user.*:x _id:1 plain words", []],
    ["_exists_:foo.bar", ["foo.bar"]],
    ['x\\ y:1 "q:r"', ["x y"]],
  ])("of %s", (text, want) => {
    expect(fieldNames(text)).toEqual(want);
  });

  it("are exchanged in place", () => {
    expect(renameField("-foo:1 AND _exists_:foo AND foobar:2", "foo", "source.ip")).toBe("-source.ip:1 AND _exists_:source.ip AND foobar:2");
    expect(renameField('"foo" x:y', "foo", "z")).toBe('"foo" x:y');
  });
});
