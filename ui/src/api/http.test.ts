import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "./errors";
import { pathOf, search } from "./es";
import { request } from "./request";

function answer(body: string, status = 200): void {
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response(body, { status }))));
}

async function failure(call: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!(error instanceof ApiError)) throw new Error(`want an ApiError, got ${String(error)}`);
  return error;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("request", () => {
  it("gives the body of a success", async () => {
    answer('{"a":1}');
    expect(await request("/api/v1/status")).toEqual({ a: 1 });
  });

  it("turns an Elasticsearch error into reasons, outermost first, each once", async () => {
    answer(
      JSON.stringify({
        status: 400,
        error: {
          type: "search_phase_execution_exception",
          reason: "all shards failed",
          root_cause: [],
          failed_shards: [
            { reason: { reason: "Failed to parse query [a AND]", caused_by: { reason: "end at column 5" } } },
            { reason: { reason: "Failed to parse query [a AND]" } },
          ],
        },
      }),
      400,
    );
    const error = await failure(request("/x", { body: {} }));
    expect(error.kind).toBe("refused");
    expect(error.type).toBe("search_phase_execution_exception");
    expect(error.reasons).toEqual(["all shards failed", "Failed to parse query [a AND]", "end at column 5"]);
    expect(error.message).toBe("end at column 5");
    expect(error.details()).toContain("POST /x");
  });

  it("takes a plain text error", async () => {
    answer('{"error":"no handler found","status":400}', 400);
    expect((await failure(request("/x"))).message).toBe("no handler found");
  });

  it.each([
    ["a success that is not JSON", "<html>", 200, "the answer is not JSON"],
    ["a failure that is not JSON", "bad gateway", 502, "the server answered 502"],
    ["a failure of another shape", "{}", 500, "the server answered 500"],
  ])("names %s", async (_name, body, status, want) => {
    answer(body, status);
    expect((await failure(request("/x"))).message).toBe(want);
  });

  it("says when the server cannot be reached", async () => {
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("failed to fetch"))));
    const error = await failure(request("/x"));
    expect(error.kind).toBe("network");
    expect(error.status).toBe(0);
  });

  it("passes an abort as it is", async () => {
    const abort = new DOMException("aborted", "AbortError");
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(abort)));
    await expect(request("/x")).rejects.toBe(abort);
  });

  it("hands the signal to fetch", async () => {
    const fetched = vi.fn(() => Promise.resolve(new Response("{}")));
    vi.stubGlobal("fetch", fetched);
    const { signal } = new AbortController();
    await search("logs-*", { size: 0 }, signal);
    expect(fetched).toHaveBeenCalledWith(
      "/api/es/logs-*/_search?ignore_unavailable=true&allow_no_indices=true",
      expect.objectContaining({ method: "POST", signal, body: '{"size":0}' }),
    );
  });
});

describe("pathOf", () => {
  it.each([
    ["logs-*,security-events*", "logs-*,security-events*"],
    ["a/../b?x", "a%2F..%2Fb%3Fx"],
    ["<x-{now/d}>", "%3Cx-%7Bnow%2Fd%7D%3E"],
  ])("%s becomes %s", (pattern, want) => {
    expect(pathOf(pattern)).toBe(want);
  });
});
