import { formatCount, formatDuration } from "./format";

/** Fewer than this are no trend. */
const fewest = 5;

/**
 * Whether a share is far above its usual value: half as much again, and by more
 * than chance moves it (three standard deviations of the difference, so a
 * comparison with a handful of events is none).
 */
export function isFarAbove(part: number, all: number, usualPart: number, usualAll: number): boolean {
  if (part < fewest || all === 0 || usualAll === 0) return false;
  const now = part / all;
  const usual = usualPart / usualAll;
  const both = (part + usualPart) / (all + usualAll);
  const chance = 3 * Math.sqrt(both * (1 - both) * (1 / all + 1 / usualAll));
  return now > 1.5 * usual && now - usual > chance;
}

/** "+12%"; undefined when there is nothing, or next to nothing, to compare with. */
export function change(now: number, before: number): string | undefined {
  if (before === 0 || now / before > 100) return undefined;
  const percent = (100 * (now - before)) / before;
  if (Math.abs(percent) < 0.05) return "±0%";
  const sign = percent > 0 ? "+" : "−";
  const size = Math.abs(percent);
  if (size >= 1000) return `×${formatCount(now / before)}`;
  return `${sign}${size >= 10 ? size.toFixed(0) : size.toFixed(1)}%`;
}

/**
 * "data begins 24 h ago" when the oldest event is younger than the start of the
 * period to compare with: what is missing there would look like a rise.
 */
export function beginsText(oldest: number | null, start: number, now: number): string | undefined {
  if (oldest === null || oldest <= start) return undefined;
  const hours = (now - oldest) / 3_600_000;
  if (hours < 0) return "data begins later";
  if (hours < 1) return `data begins ${formatDuration(Math.max(1000, now - oldest))} ago`;
  return `data begins ${hours < 72 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} d`} ago`;
}
