import { describe, expect, it } from "vitest";
import { beginsText, change, isFarAbove } from "./compare";
import { countryName } from "./countries";
import { formatAge, formatBytes, formatCount, formatDay, formatDuration, formatShare, formatShort, formatTime, plural, sameDay } from "./format";
import { describeRange, describeSpan } from "./ranges";

const at = Date.UTC(2026, 10, 23, 9, 41, 2);

describe("numbers", () => {
  it.each([[0, "0"], [1482, "1,482"], [2418306, "2,418,306"]])("%d is %s", (n, want) => expect(formatCount(n)).toBe(want));
  it.each([[0, "0"], [999, "999"], [1000, "1k"], [20_000, "20k"], [1_500_000, "1.5M"], [999_600, "1M"], [-2500, "−2.5k"]])("%d is short %s", (n, want) =>
    expect(formatShort(n)).toBe(want));
  it.each([[0, "0 B"], [999, "999 B"], [8812345, "8.8 MB"], [412_600_000_000, "413 GB"], [1e21, "1000000 PB"]])("%d bytes are %s", (n, want) =>
    expect(formatBytes(n)).toBe(want));
  it.each([[1, 0, "–"], [0, 5, "0%"], [1, 1, "100.0%"], [277, 1000, "27.7%"], [21, 10_000, "0.21%"], [1, 1e6, "<0.01%"]])("%d of %d is %s", (part, all, want) =>
    expect(formatShare(part, all)).toBe(want));
  it("counts nouns", () => {
    expect(plural(1, "event")).toBe("1 event");
    expect(plural(1482, "event")).toBe("1,482 events");
    expect(plural(2, "country", "countries")).toBe("2 countries");
  });
});

describe("times", () => {
  it.each([[250, "250 ms"], [2000, "2 s"], [41 * 60_000, "41 m"], [65 * 60_000, "1 h 5 m"], [86_400_000, "1 d"], [90_061_000, "1 d 1 h"]])("%d ms last %s", (ms, want) =>
    expect(formatDuration(ms)).toBe(want));
  it.each([
    [at, "now"],
    [at - 29 * 60_000 - 5000, "29 m"],
    [at - 3_600_000, "1 h"],
    [at - 40 * 86_400_000, "14 Oct"],
    [at - 400 * 86_400_000, "19 Oct 2025"],
  ])("%d is %s ago", (ms, want) => expect(formatAge(ms, at, "UTC")).toBe(want));
  it("shows clock and day in a zone", () => {
    expect(formatTime(at, "UTC")).toBe("09:41:02");
    expect(formatTime(at, "America/New_York", false)).toBe("04:41");
    expect(formatDay(at, "UTC")).toBe("Mon 23 Nov 2026");
    expect(sameDay(at, at + 15 * 3_600_000, "UTC")).toBe(false);
    expect(sameDay(at, at + 15 * 3_600_000, "America/New_York")).toBe(true);
  });
  it("describes ranges", () => {
    const span = { from: at, to: at + 3_600_000 };
    expect(describeRange({ from: "now-24h", to: "now" }, span, "UTC")).toBe("Last 24 hours");
    expect(describeRange({ from: "now-48h", to: "now" }, span, "UTC")).toBe("Last 48 hours");
    expect(describeRange({ from: "a", to: "b" }, span, "UTC")).toBe("23 Nov 2026 09:41:02 – 10:41:02");
    expect(describeSpan({ from: at - 2000, to: at - 2000 + 86_400_000 }, "UTC")).toBe("23 Nov 2026 09:41 – 24 Nov 2026 09:41");
  });
});

describe("comparing", () => {
  it("calls a share far above only when it is, beyond chance", () => {
    expect(isFarAbove(310, 10_000, 120, 10_000)).toBe(true);
    expect(isFarAbove(184, 1000, 189, 1000)).toBe(false);
    expect(isFarAbove(2, 10, 120, 10_000)).toBe(false);
    expect(isFarAbove(6000, 29_000, 0, 10)).toBe(false);
    expect(isFarAbove(5, 0, 1, 10)).toBe(false);
    expect(isFarAbove(5, 10, 0, 0)).toBe(false);
  });
  it.each([[112, 100, "+12%"], [97, 100, "−3.0%"], [100, 100, "±0%"], [5000, 100, "×50"], [5, 0, undefined], [50_000, 7, undefined]])("%d after %d is %s", (now, before, want) =>
    expect(change(now, before)).toBe(want));
});

describe("countryName", () => {
  it.each([["IE", "Ireland"], ["ZZ", "Unknown Region"], ["<b>", "<b>"]])("%s is %s", (code, want) => expect(countryName(code)).toBe(want));
});

describe("beginsText", () => {
  const [hour, now] = [3_600_000, 1_800_000_000_000];
  it.each([
    ["data begins 24 h ago", now - 24 * hour, now - 48 * hour],
    ["data begins 5 d ago", now - 120 * hour, now - 200 * hour],
    ["data begins 20 m ago", now - hour / 3, now - hour],
    ["data begins later", now + hour, now - hour],
    [undefined, now - 48 * hour, now - 48 * hour],
    [undefined, now - 90 * hour, now - 48 * hour],
    [undefined, null, now - 48 * hour],
  ])("says %s", (want, oldest, start) => {
    expect(beginsText(oldest, start, now)).toBe(want);
  });
});
