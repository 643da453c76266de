import { describe, expect, it } from "vitest";
import { barAt, endOf, niceTop, spanOf, totalsOf, type Bars } from "./model";

const hour = 3_600_000;
const bars: Bars = {
  starts: [0, hour, 2 * hour],
  interval: { ms: hour, es: "1h", label: "hour" },
  span: { from: hour / 2, to: 2.5 * hour },
  series: [
    { key: "a", label: "A", color: "--a", values: [1, 2, 3] },
    { key: "b", label: "B", color: "--b", values: [10, 0] },
  ],
};

describe("bars", () => {
  it("sum their series, a missing value as nothing", () => {
    expect(totalsOf(bars)).toEqual([11, 2, 3]);
  });

  it.each([[-1, -1], [0, 0], [hour - 1, 0], [hour, 1], [3 * hour - 1, 2], [3 * hour, -1]])("the bar at %d is %d", (ms, want) => {
    expect(barAt(bars, ms)).toBe(want);
  });

  it("end where the next begins, so that a long day is whole", () => {
    const days: Bars = { ...bars, starts: [0, 25 * hour], interval: { ms: 24 * hour, es: "1d", label: "day" } };
    expect(endOf(days, 0)).toBe(25 * hour);
    expect(barAt(days, 24.5 * hour)).toBe(0);
  });

  it("give the time of a choice in either order, cut to the span", () => {
    expect(spanOf(bars, 0, 1)).toEqual({ from: hour / 2, to: 2 * hour });
    expect(spanOf(bars, 2, 1)).toEqual({ from: hour, to: 2.5 * hour });
  });
});

describe("niceTop", () => {
  it.each([[0, 1], [1, 1], [3, 3], [7, 8], [42, 50], [46_900, 50_000], [100, 100], [101, 200]])("above %d is %d", (most, want) => {
    expect(niceTop(most)).toBe(want);
  });
});
