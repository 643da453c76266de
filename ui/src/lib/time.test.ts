import { describe, expect, it } from "vitest";
import { formatDateTime } from "./format";
import { absolute, dayOf, iso, parseTime, resolve, step, tidyTime, zoomIn, zoomOut } from "./time";
import { fromWall, isZone, offsetAt, resolveZone, wallAt, zoneLabel } from "./zone";

const now = Date.UTC(2026, 10, 23, 9, 41, 30, 250);
const berlin = "Europe/Berlin";

describe("parseTime", () => {
  it.each([
    ["now", "UTC", "2026-11-23T09:41:30.250Z"],
    ["now-24h", "UTC", "2026-11-22T09:41:30.250Z"],
    ["now-15m", "UTC", "2026-11-23T09:26:30.250Z"],
    ["now-1d/d", "UTC", "2026-11-22T00:00:00.000Z"],
    ["now/w", "UTC", "2026-11-23T00:00:00.000Z"],
    ["now-1w/w", "UTC", "2026-11-16T00:00:00.000Z"],
    ["now/M", "UTC", "2026-11-01T00:00:00.000Z"],
    ["now/y", "UTC", "2026-01-01T00:00:00.000Z"],
    ["now-1M", "UTC", "2026-10-23T09:41:30.250Z"],
    ["now-1y+2d", "UTC", "2025-11-25T09:41:30.250Z"],
    ["now/H", "UTC", "2026-11-23T09:00:00.000Z"],
    ["now/d", berlin, "2026-11-22T23:00:00.000Z"],
    ["2026-11-23", "UTC", "2026-11-23T00:00:00.000Z"],
    ["2026-11-23", berlin, "2026-11-22T23:00:00.000Z"],
    ["2026-11-23 09:41", "UTC", "2026-11-23T09:41:00.000Z"],
    ["2026-11-23T09:41:30.5Z", berlin, "2026-11-23T09:41:30.500Z"],
    ["2026-11-23T09:41+02:00", "UTC", "2026-11-23T07:41:00.000Z"],
    ["-1h", "UTC", "2026-11-23T08:41:30.250Z"],
    ["-1d/d", "UTC", "2026-11-22T00:00:00.000Z"],
    ["24 Nov 2026 02:00", "UTC", "2026-11-24T02:00:00.000Z"],
    ["24 nov 2026 02:00:30", berlin, "2026-11-24T01:00:30.000Z"],
    ["Tue 4 Nov 2026 9:05", "UTC", "2026-11-04T09:05:00.000Z"],
    ["1 Feb 2026", "UTC", "2026-02-01T00:00:00.000Z"],
    [" 1795427045000 ", "UTC", "2026-11-23T09:44:05.000Z"],
  ])("%s in %s is %s", (text, zone, want) => {
    const got = parseTime(text, now, zone);
    expect(got === undefined ? undefined : iso(got)).toBe(want);
  });

  it.each(["", "yesterday", "now-", "now-5", "now*2", "2026-13-01", "2026-02-30", "2026-11-23 25:00", "2026-11-23T09", "now/q", "30 Feb 2026", "1 Foo 2026", "-1", "-"])(
    "%j is no time",
    (text) => {
      expect(parseTime(text, now, "UTC")).toBeUndefined();
    },
  );
});

describe("tidyTime", () => {
  it.each([
    ["-1h", "now-1h"],
    [" now-24h ", "now-24h"],
    ["24 Nov 2026 02:00", "2026-11-24T01:00:00.000Z"],
    ["2026-11-23 09:41", "2026-11-23 09:41"],
    ["31 Feb 2026", "31 Feb 2026"],
  ])("%j stands in the link as %s", (text, want) => {
    expect(tidyTime(text, berlin)).toBe(want);
  });

  it("reads what the page writes", () => {
    for (const zone of ["UTC", berlin]) expect(parseTime(formatDateTime(now, zone), 0, zone)).toBe(now - 250);
  });
});

describe("a day in a zone that changes its clocks", () => {
  it("is 25 hours long in autumn", () => {
    const noon = fromWall({ year: 2026, month: 10, day: 25, hour: 12, minute: 0, second: 0 }, berlin);
    const span = resolve({ from: "now/d", to: "now+1d/d" }, noon, berlin);
    expect(span === undefined ? 0 : (span.to - span.from) / 3_600_000).toBe(25);
  });

  it("is found from any time in it", () => {
    const day = dayOf(Date.UTC(2026, 9, 25, 12), berlin);
    expect(iso(day.from)).toBe("2026-10-24T22:00:00.000Z");
    expect(iso(day.to)).toBe("2026-10-25T23:00:00.000Z");
  });

  it("moves a time in the gap of spring behind it", () => {
    const skipped = fromWall({ year: 2026, month: 3, day: 29, hour: 2, minute: 30, second: 0 }, berlin);
    expect(iso(skipped)).toBe("2026-03-29T01:30:00.000Z");
  });
});

describe("resolve", () => {
  it("refuses an empty and a reversed range", () => {
    expect(resolve({ from: "now", to: "now" }, now, "UTC")).toBeUndefined();
    expect(resolve({ from: "now", to: "now-1h" }, now, "UTC")).toBeUndefined();
    expect(resolve({ from: "x", to: "now" }, now, "UTC")).toBeUndefined();
  });
});

describe("stepping and zooming", () => {
  const span = { from: Date.UTC(2026, 0, 2), to: Date.UTC(2026, 0, 3) };

  it("steps by the length of the window", () => {
    expect(step(span, -1, now)).toEqual({ from: "2026-01-01T00:00:00.000Z", to: "2026-01-02T00:00:00.000Z" });
    expect(step(span, 1, now)).toEqual({ from: "2026-01-03T00:00:00.000Z", to: "2026-01-04T00:00:00.000Z" });
  });

  it("steps forward to now and no further", () => {
    const near = span.to + 3_600_000;
    expect(step(span, 1, near)).toEqual({ from: "2026-01-02T01:00:00.000Z", to: "2026-01-03T01:00:00.000Z" });
    expect(step(span, 1, span.to)).toBeUndefined();
    expect(step(span, 1, span.from)).toBeUndefined();
    expect(step(span, -1, span.from)).toBeDefined();
  });

  it("zooms out of a relative range and stays at now", () => {
    expect(zoomOut({ from: "now-24h", to: "now" }, span)).toEqual({ from: "now-48h", to: "now" });
  });

  it("zooms out of an absolute range on both sides", () => {
    expect(zoomOut(absolute(span), span)).toEqual({ from: "2026-01-01T12:00:00.000Z", to: "2026-01-03T12:00:00.000Z" });
  });

  it("zooms in to the middle half, and not below a second", () => {
    expect(zoomIn(span)).toEqual({ from: "2026-01-02T06:00:00.000Z", to: "2026-01-02T18:00:00.000Z" });
    const tiny = { from: now, to: now + 900 };
    expect(zoomIn(tiny)).toEqual(absolute(tiny));
  });
});

describe("zones", () => {
  it("knows names", () => {
    expect(isZone(berlin)).toBe(true);
    expect(isZone("Mars/Base")).toBe(false);
    expect(resolveZone("UTC")).toBe("UTC");
  });

  it("gives the wall clock and the offset", () => {
    expect(wallAt(now, berlin)).toEqual({ year: 2026, month: 11, day: 23, hour: 10, minute: 41, second: 30 });
    expect(offsetAt(now, berlin)).toBe(3_600_000);
    expect(offsetAt(now, "Asia/Kolkata")).toBe(5.5 * 3_600_000);
  });

  it("names the zone shortly", () => {
    expect(zoneLabel("UTC", now)).toBe("UTC");
  });
});
