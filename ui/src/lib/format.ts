import { wallAt } from "./zone";

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** "2,418,306". */
export const formatCount = (n: number): string => whole.format(n);

function scaled(n: number, units: readonly string[], separator: string): string {
  let value = Math.abs(n);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  const text = value.toFixed(digits).replace(/\.0$/, "");
  return `${n < 0 ? "−" : ""}${text}${separator}${units[unit] ?? ""}`.trim();
}

/** Short, for axes: "20k", "1.5M". */
export const formatShort = (n: number): string => scaled(n, ["", "k", "M", "G", "T"], "");

/** Powers of 1000: "412.6 GB". */
export const formatBytes = (n: number): string => scaled(n, ["B", "kB", "MB", "GB", "TB", "PB"], " ");

/** One decimal, two below 1 %: "27.7%", "0.21%". Nothing of nothing is unknown: "–". */
export function formatShare(part: number, all: number): string {
  if (all === 0) return "–";
  const percent = (100 * part) / all;
  if (percent === 0) return "0%";
  if (percent < 0.01) return "<0.01%";
  return `${percent.toFixed(percent < 1 ? 2 : 1)}%`;
}

const steps: readonly [number, string][] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "m"],
  [1000, "s"],
];

/** At most two units: "1 h 5 m", "41 m", "2 s", "250 ms". */
export function formatDuration(ms: number): string {
  const abs = Math.round(Math.abs(ms));
  if (abs < 1000) return `${abs} ms`;
  const at = steps.findIndex(([size]) => abs >= size);
  const [size, unit] = steps[at] ?? [1000, "s"];
  const first = Math.floor(abs / size);
  const next = steps[at + 1];
  const second = next === undefined ? 0 : Math.floor((abs - first * size) / next[0]);
  return second === 0 || next === undefined ? `${first} ${unit}` : `${first} ${unit} ${second} ${next[1]}`;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const two = (n: number): string => String(n).padStart(2, "0");

/** "09:13" or "09:13:02". */
export function formatTime(ms: number, zone: string, seconds = true): string {
  const w = wallAt(ms, zone);
  return `${two(w.hour)}:${two(w.minute)}${seconds ? `:${two(w.second)}` : ""}`;
}

/** "23 Nov 2026". */
export function formatDate(ms: number, zone: string): string {
  const w = wallAt(ms, zone);
  return `${w.day} ${months[w.month - 1] ?? ""} ${w.year}`;
}

/** "Mon 23 Nov 2026"; without the year "Mon 23 Nov". */
export function formatDay(ms: number, zone: string, year = true): string {
  const w = wallAt(ms, zone);
  const weekday = weekdays[new Date(Date.UTC(w.year, w.month - 1, w.day)).getUTCDay()] ?? "";
  return `${weekday} ${w.day} ${months[w.month - 1] ?? ""}${year ? ` ${w.year}` : ""}`;
}

export function formatDateTime(ms: number, zone: string, seconds = true): string {
  return `${formatDate(ms, zone)} ${formatTime(ms, zone, seconds)}`;
}

export function sameDay(a: number, b: number, zone: string): boolean {
  const [x, y] = [wallAt(a, zone), wallAt(b, zone)];
  return x.year === y.year && x.month === y.month && x.day === y.day;
}

/** How long ago: relative up to a day ("29 m"), then a date ("12 Oct"). */
export function formatAge(ms: number, now: number, zone: string): string {
  const age = now - ms;
  if (age < 1000) return "now";
  if (age < 86_400_000) return formatDuration(age).replace(/ (\d+ [sm])$/, age < 3_600_000 ? "" : " $1");
  const w = wallAt(ms, zone);
  const sameYear = w.year === wallAt(now, zone).year;
  return `${w.day} ${months[w.month - 1] ?? ""}${sameYear ? "" : ` ${w.year}`}`;
}

/** "1 event", "1,482 events". */
export function plural(n: number, noun: string, many = `${noun}s`): string {
  return `${formatCount(n)} ${n === 1 ? noun : many}`;
}
