import { describe, expect, it, vi } from "vitest";
import type { Source } from "../api/console";
import { Follower, growingText } from "./Follow";

const counts = { files: 0, files_failed: 0, events: 0, duplicates: 0, pipeline_errors: 0, unknown: 0, bytes: 0 };
const source = (part: Partial<Source>): Source => ({ name: "demo", kind: "demo", state: "loading", counts, datasets: [], last_object: null, last_event_at: null, last_error: null, events_per_second: 0, progress: null, ...part });
const progress = (done: number, total: number): Source["progress"] => ({ started_at: "2026-11-24T07:00:00Z", files_done: done, files_total: total, bytes_done: 0, bytes_total: 0, seconds_left: null });

describe("growingText", () => {
  it.each([
    ["Loading demo: 1,204 of 3,299 files; numbers grow", [source({ progress: progress(1204, 3299) })]],
    ["Loading demo; numbers grow", [source({})]],
    ["Loading 2 sources: 3 of 10 files; numbers grow", [source({ progress: progress(1, 4) }), source({ name: "b", progress: progress(2, 6) })]],
    ["Events are coming in: 3,001 documents stored; numbers grow", [source({ state: "idle" })]],
    ["Events are coming in: 3,001 documents stored; numbers grow", undefined],
  ])("says %s", (want, sources) => {
    expect(growingText(sources, 3001)).toBe(want);
  });
});

describe("Follower", () => {
  it("takes one answer for one look, and tells those who watch", () => {
    const follower = new Follower();
    const heard = vi.fn();
    const stop = follower.subscribe(heard);
    expect(follower.look(1, 0, false)).toBe(false);
    expect(follower.look(2, 50, false)).toBe(true);
    expect(follower.look(2, 50, false)).toBe(false);
    expect(follower.isOn()).toBe(true);
    expect(heard).toHaveBeenCalledTimes(2);
    expect(follower.look(3, 50, false)).toBe(true);
    expect(follower.isOn()).toBe(false);
    stop();
    follower.look(4, 500, false);
    expect(heard).toHaveBeenCalledTimes(3);
  });
});
