import { describe, expect, it, vi } from "vitest";
import { SearchLog } from "./SearchLog";
import { isPartial, partialText } from "./useEs";

const answer = (took: number, total: number, failed: number, timed_out = false): Parameters<SearchLog["add"]>[1] => ({
  took,
  timed_out,
  _shards: { total, successful: total - failed, skipped: 0, failed },
});

describe("SearchLog", () => {
  it("tells the slowest and the worst of a round, and begins anew with the next", () => {
    const log = new SearchLog();
    const heard = vi.fn();
    const stop = log.subscribe(heard);
    log.add("1", answer(20, 6, 0));
    log.add("1", answer(5, 3, 1));
    log.add("1", answer(8, 6, 0, true));
    expect(log.latest()).toEqual({ tookMs: 20, timedOut: true, shards: answer(0, 3, 1)._shards });
    log.add("2", answer(1, 6, 0));
    expect(log.latest()).toEqual({ tookMs: 1, timedOut: false, shards: answer(0, 6, 0)._shards });
    expect(heard).toHaveBeenCalledTimes(4);
    stop();
    log.add("2", answer(1, 6, 0));
    expect(heard).toHaveBeenCalledTimes(4);
  });
});

describe("a partial answer", () => {
  const of = (part: ReturnType<typeof answer>): Parameters<typeof isPartial>[0] => ({ ...part, hits: { hits: [] } });

  it("is said in words", () => {
    expect(isPartial(of(answer(1, 6, 0)))).toBe(false);
    expect(isPartial(of(answer(1, 6, 0, true)))).toBe(true);
    expect(partialText(of(answer(1, 6, 0, true)))).toBe("The search ran out of time. Counts are too low.");
    expect(partialText(of(answer(1, 6, 1)))).toBe("1 of 6 indices did not answer. Counts are too low.");
    const failed = of(answer(1, 6, 1));
    failed._shards.failures = [{ index: "x", reason: { reason: "disk read failed" } }];
    expect(partialText(failed)).toBe("1 of 6 indices did not answer. Counts are too low. disk read failed");
  });
});
