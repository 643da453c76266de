/** Time zones: a choice ("browser", "UTC" or an IANA name) and the wall clock in it. */

export interface Wall {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function wallFormatter(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** The IANA name behind a choice. */
export function resolveZone(choice: string): string {
  return choice === "browser" ? new Intl.DateTimeFormat().resolvedOptions().timeZone : choice;
}

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What a clock on the wall in `zone` shows at `ms`. */
export function wallAt(ms: number, zone: string): Wall {
  const wall: Record<string, number> = {};
  for (const part of wallFormatter(zone).formatToParts(ms)) wall[part.type] = Number(part.value);
  return {
    year: wall["year"] ?? 0,
    month: wall["month"] ?? 1,
    day: wall["day"] ?? 1,
    hour: wall["hour"] ?? 0,
    minute: wall["minute"] ?? 0,
    second: wall["second"] ?? 0,
  };
}

const asUtc = (w: Wall): number => Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute, w.second);

/** Milliseconds that `zone` is ahead of UTC at `ms`. */
export function offsetAt(ms: number, zone: string): number {
  const whole = Math.floor(ms / 1000) * 1000;
  return asUtc(wallAt(whole, zone)) - whole;
}

/**
 * The moment at which the clock in `zone` shows `wall`. Fields may overflow
 * (day 0 is the last of the month before). A time that a change to summer time
 * skips gives the moment after the gap.
 */
export function fromWall(wall: Wall, zone: string): number {
  const utc = asUtc(wall);
  const first = utc - offsetAt(utc, zone);
  const second = utc - offsetAt(first, zone);
  return offsetAt(second, zone) === utc - second ? second : Math.max(first, second);
}

/** "UTC", or the short name with the offset: "GMT+2". */
export function zoneLabel(zone: string, ms: number): string {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "short" }).formatToParts(ms);
  return parts.find((p) => p.type === "timeZoneName")?.value ?? zone;
}
