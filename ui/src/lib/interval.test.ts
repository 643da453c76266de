import { describe, expect, it } from "vitest";
import { dateHistogram, intervalFor } from "./interval";

const hour = 3_600_000;
const spanOf = (length: number): { from: number; to: number } => ({ from: Date.UTC(2026, 10, 23), to: Date.UTC(2026, 10, 23) + length });

describe("intervalFor", () => {
  it.each([
    ["15 minutes", hour / 4, "10s"],
    ["an hour", hour, "1m"],
    ["a day", 24 * hour, "15m"],
    ["a week", 168 * hour, "3h"],
    ["a month", 720 * hour, "12h"],
    ["a year", 8760 * hour, "7d"],
    ["half a second", 500, "100ms"],
    ["a thousand years", 8_760_000 * hour, "3650d"],
  ])("gives %s bars of %s", (_name, length, want) => {
    expect(intervalFor(spanOf(length), 100).es).toBe(want);
  });
});

describe("dateHistogram", () => {
  const day = spanOf(24 * hour);

  it("asks for empty bars too, and only for those of the span", () => {
    expect(dateHistogram("@timestamp", day, intervalFor(day, 100), "UTC")).toEqual({
      field: "@timestamp",
      fixed_interval: "15m",
      min_doc_count: 0,
      extended_bounds: { min: day.from, max: day.to - 1 },
    });
  });

  it("cuts days at midnight of the zone", () => {
    const quarter = spanOf(90 * 24 * hour);
    expect(dateHistogram("t", quarter, intervalFor(quarter, 100), "Asia/Tokyo")).toMatchObject({ calendar_interval: "1d", time_zone: "Asia/Tokyo" });
  });
});
