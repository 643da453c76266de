import { afterEach, describe, expect, it, vi } from "vitest";
import { hostile } from "../test/hostile";
import { csvCell, csvHeader, csvLine, fileName } from "./csv";
import { toCurl, toLoad } from "./curl";
import { exportPieces, type ExportJob } from "./export";
import { safeLink } from "./links";

describe("csvCell", () => {
  it.each([
    ["plain", "plain"],
    ["a,b", '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ["two\nlines", '"two\nlines"'],
    ["=1+1", `"'=1+1"`],
    ["+1", `"'+1"`],
    ["-1", `"'-1"`],
    ["@x", `"'@x"`],
    ["\tx", `"'\tx"`],
    [" padded ", '" padded "'],
    [-5, "-5"],
    [true, "true"],
    [null, ""],
  ])("%j becomes %s", (value, want) => {
    expect(csvCell(value)).toBe(want);
  });

  it("lets no hostile value begin a formula or break out of its cell", () => {
    for (const value of hostile) {
      const cell = csvCell(value);
      expect(cell.replace(/^"/, "")).not.toMatch(/^[=+\-@]/);
      if (/[",\r\n]/.test(value)) expect(cell).toMatch(/^".*"$/s);
    }
  });

  it("joins several values in one cell", () => {
    expect(csvLine([["a"], ["b", "c"], undefined, []])).toBe("a,b; c,,\r\n");
  });

  it("keeps names in the first line, and lets none be a formula", () => {
    expect(csvHeader(["@timestamp", "a.b-c", "=1+1", "@SUM(1)", "a,b"])).toBe(`@timestamp,a.b-c,"'=1+1","'@SUM(1)","a,b"\r\n`);
  });

  it("names the file by the time", () => {
    expect(fileName(Date.UTC(2026, 10, 23, 9, 41), "csv")).toBe("vedette-events-20261123T094100Z.csv");
  });
});

function pages(...answers: { _index: string; _id: string; _source: object; sort: unknown[] }[][]): ReturnType<typeof vi.fn> {
  const left = [...answers];
  const fetched = vi.fn(() => Promise.resolve(new Response(JSON.stringify({ hits: { hits: left.shift() ?? [] } }))));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

const hit = (id: string, source: object): { _index: string; _id: string; _source: object; sort: unknown[] } => ({ _index: "i", _id: id, _source: source, sort: [id] });
const job = (part: Partial<ExportJob>): ExportJob => ({ pattern: "logs-*", query: { match_all: {} }, sort: [{ _id: "asc" }], format: "csv", columns: ["a", "b.c", "_id"], pageSize: 2, ...part });

async function collect(made: ExportJob): Promise<{ text: string; events: number }> {
  let [text, events] = ["", 0];
  for await (const piece of exportPieces(made, new AbortController().signal)) {
    text += piece.text;
    events += piece.events;
  }
  return { text, events };
}

describe("exportPieces", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("pages to the end, each page after the last event of the one before", async () => {
    const fetched = pages([hit("1", { a: 1 }), hit("2", { a: "=x", b: { c: ["u", "v"] } })], [hit("3", {})]);
    expect(await collect(job({}))).toEqual({ text: `a,b.c,_id\r\n1,,1\r\n"'=x",u; v,2\r\n,,3\r\n`, events: 3 });
    const bodies = fetched.mock.calls.map(([, init]) => JSON.parse((init as { body: string }).body) as { search_after?: unknown[] });
    expect(bodies.map((b) => b.search_after)).toEqual([undefined, ["2"]]);
  });

  it("writes the summary as a column", async () => {
    pages([hit("1", { message: "it rained, twice" })]);
    expect((await collect(job({ columns: ["_summary", "_id"] }))).text).toBe('summary,_id\r\n"it rained, twice",1\r\n');
  });

  it("asks once more when the last page is full", async () => {
    const fetched = pages([hit("1", {}), hit("2", {})], []);
    expect((await collect(job({}))).events).toBe(2);
    expect(fetched).toHaveBeenCalledTimes(2);
  });

  it("writes whole events as NDJSON", async () => {
    pages([hit("1", { a: "x\ny" })]);
    expect((await collect(job({ format: "ndjson" }))).text).toBe('{"_index":"i","_id":"1","a":"x\\ny"}\n');
  });
});

describe("toCurl", () => {
  it("quotes for the shell", () => {
    const text = toCurl({ url: "http://127.0.0.1:9200", user: undefined }, "logs-*", { query: { term: { a: "it's" } } });
    expect(text).toContain("curl -sS 'http://127.0.0.1:9200/logs-*/_search?pretty'");
    expect(text).toContain(`"it'\\''s"`);
    expect(text).not.toContain("-u");
  });

  it("names the user and leaves the password to curl", () => {
    expect(toCurl({ url: "https://soc:9200", user: "o'neil" }, "x", {})).toContain(`'https://soc:9200/x/_search?pretty' \\\n  -u 'o'\\''neil' \\\n`);
  });
});

describe("toLoad", () => {
  it.each([
    [undefined, "vedette load --url https://soc:9200 ./AWSLogs/"],
    ["alice", "vedette load --url https://soc:9200 --user alice ./AWSLogs/"],
    ["a b", "vedette load --url https://soc:9200 --user 'a b' ./AWSLogs/"],
  ])("as %s", (user, want) => {
    expect(toLoad({ url: "https://soc:9200", user })).toBe(want);
  });
});

describe("safeLink", () => {
  it.each([
    ["https://example.com/a?b", "example.com"],
    ["HTTP://Example.com:8080", "example.com:8080"],
  ])("%s leads to %s", (value, host) => {
    expect(safeLink(value)?.host).toBe(host);
  });

  it("follows nothing hostile", () => {
    for (const value of [...hostile, "//example.com", "ftp://x", "https://", "http://a b", "see https://x"]) expect(safeLink(value)).toBeUndefined();
  });
});
