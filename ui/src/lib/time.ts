import { fromWall, wallAt, type Wall } from "./zone";

/** A time range as the URL carries it: each end relative (`now-24h`, `now/d`) or absolute (ISO 8601). */
export interface TimeRange {
  from: string;
  to: string;
}

/** The same, in epoch milliseconds: half-open, `[from, to)`. */
export interface Span {
  from: number;
  to: number;
}

export const defaultRange: TimeRange = { from: "now-24h", to: "now" };

type Unit = "s" | "m" | "h" | "d" | "w" | "M" | "y";

const msPer: Record<"s" | "m" | "h" | "d" | "w", number> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Moves the wall clock by whole units, so that a day stays a day when the clocks change. */
function add(ms: number, amount: number, unit: Unit, zone: string): number {
  if (unit === "s" || unit === "m" || unit === "h") return ms + amount * msPer[unit];
  const wall = wallAt(ms, zone);
  const rest = ms - Math.floor(ms / 1000) * 1000;
  if (unit === "d") wall.day += amount;
  if (unit === "w") wall.day += 7 * amount;
  if (unit === "M") wall.month += amount;
  if (unit === "y") wall.year += amount;
  return fromWall(wall, zone) + rest;
}

/** The start of the unit that `ms` lies in. Weeks start on Monday, as in Elasticsearch's date math. */
function floor(ms: number, unit: Unit, zone: string): number {
  const w = wallAt(ms, zone);
  const start: Wall = { year: w.year, month: 1, day: 1, hour: 0, minute: 0, second: 0 };
  if (unit === "y") return fromWall(start, zone);
  start.month = w.month;
  if (unit === "M") return fromWall(start, zone);
  start.day = w.day;
  if (unit === "w") {
    const weekday = new Date(Date.UTC(w.year, w.month - 1, w.day)).getUTCDay();
    start.day -= (weekday + 6) % 7;
  }
  if (unit === "w" || unit === "d") return fromWall(start, zone);
  return Math.floor(ms / msPer[unit]) * msPer[unit];
}

/** The day of `zone` that `ms` lies in. */
export function dayOf(ms: number, zone: string): Span {
  const from = floor(ms, "d", zone);
  return { from, to: add(from, 1, "d", zone) };
}

const mathPattern = /^now((?:[+-]\d{1,6}[smhdwMyH])*)(?:\/([smhdwMyH]))?$/;
const stepPattern = /([+-]\d+)([smhdwMyH])/g;
const isoPattern = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

const asUnit = (letter: string): Unit => (letter === "H" ? "h" : (letter as Unit));

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const writtenPattern = /^(?:[a-z]{3} )?(\d{1,2}) ([a-z]{3}) (\d{4})(?:,? (\d{1,2}:\d{2}(?::\d{2})?))?$/i;

/** "24 Nov 2026 02:00", as the page itself writes a time, in ISO's order; other text stays as it is. */
function asIso(text: string): string {
  const [, day = "", name = "", year = "", clock] = writtenPattern.exec(text) ?? [];
  const month = monthNames.indexOf(name.toLowerCase()) + 1;
  if (month === 0) return text;
  return `${year}-${String(month).padStart(2, "0")}-${day.padStart(2, "0")}${clock === undefined ? "" : ` ${clock.padStart(clock.length + (clock.indexOf(":") === 1 ? 1 : 0), "0")}`}`;
}

/** What a person typed as a link carries it: "-1h" is counted from now, a written date becomes ISO 8601. */
export function tidyTime(text: string, zone: string): string {
  const trimmed = text.trim();
  if (/^[+-]\d+[smhdwMyH]/.test(trimmed)) return `now${trimmed}`;
  const ms = writtenPattern.test(trimmed) ? parseAbsolute(asIso(trimmed), zone) : undefined;
  return ms === undefined ? trimmed : iso(ms);
}

function parseAbsolute(text: string, zone: string): number | undefined {
  const m = isoPattern.exec(text);
  if (m === null) return undefined;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => Number(m[i] ?? 0)) as [
    number, number, number, number, number, number,
  ];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  const millis = Number((m[7] ?? "0").padEnd(3, "0"));
  const offset = m[8];
  if (offset === undefined) return fromWall({ year, month, day, hour, minute, second }, zone) + millis;
  const utc = Date.UTC(year, month - 1, day, hour, minute, second) + millis;
  if (offset === "Z") return utc;
  const sign = offset.startsWith("-") ? -1 : 1;
  const digits = offset.replace(/\D/g, "");
  return utc - sign * (Number(digits.slice(0, 2)) * msPer.h + Number(digits.slice(2)) * msPer.m);
}

/**
 * Epoch milliseconds of one end of a range, or undefined when the text is
 * neither date math ("now-1h", or "-1h" for short), nor ISO 8601, nor a date as
 * the page writes it, nor 13 digits of milliseconds. Without an offset a date is
 * read in `zone`.
 */
export function parseTime(text: string, now: number, zone: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d{13}$/.test(trimmed)) return Number(trimmed);
  const math = mathPattern.exec(/^[+-]/.test(trimmed) ? `now${trimmed}` : trimmed);
  if (math === null) return parseAbsolute(asIso(trimmed), zone);
  let ms = now;
  for (const [, amount, letter] of (math[1] ?? "").matchAll(stepPattern)) {
    ms = add(ms, Number(amount), asUnit(letter ?? "s"), zone);
  }
  return math[2] === undefined ? ms : floor(ms, asUnit(math[2]), zone);
}

/** Undefined when an end cannot be read or the range is empty. */
export function resolve(range: TimeRange, now: number, zone: string): Span | undefined {
  const from = parseTime(range.from, now, zone);
  const to = parseTime(range.to, now, zone);
  return from === undefined || to === undefined || from >= to ? undefined : { from, to };
}

export const iso = (ms: number): string => new Date(ms).toISOString();

export const absolute = (span: Span): TimeRange => ({ from: iso(span.from), to: iso(span.to) });

/**
 * The range one window earlier (-1) or later (1). A step forward goes no further
 * than `now`, for there is nothing behind it: undefined when the range is there.
 */
export function step(span: Span, direction: -1 | 1, now: number): TimeRange | undefined {
  const length = span.to - span.from;
  const by = direction === -1 ? -length : Math.min(length, now - span.to);
  return direction === 1 && by <= 0 ? undefined : absolute({ from: span.from + by, to: span.to + by });
}

const simplePattern = /^now-(\d+)([smhdwMy])$/;

/** Twice as long. A range that ends now keeps ending now; others grow on both sides. */
export function zoomOut(range: TimeRange, span: Span): TimeRange {
  const simple = simplePattern.exec(range.from);
  if (simple !== null && range.to === "now") {
    return { from: `now-${Number(simple[1]) * 2}${simple[2] ?? "h"}`, to: "now" };
  }
  const half = (span.to - span.from) / 2;
  return absolute({ from: span.from - half, to: span.to + half });
}

/** Half as long, around the middle; never below one second. */
export function zoomIn(span: Span): TimeRange {
  const quarter = (span.to - span.from) / 4;
  if (quarter < 250) return absolute(span);
  return absolute({ from: Math.round(span.from + quarter), to: Math.round(span.to - quarter) });
}
