import { formatDateTime, formatTime, sameDay } from "./format";
import type { Span, TimeRange } from "./time";

export interface QuickRange extends TimeRange {
  label: string;
}

export const quickRanges: readonly QuickRange[] = [
  { label: "Last 15 minutes", from: "now-15m", to: "now" },
  { label: "Last hour", from: "now-1h", to: "now" },
  { label: "Last 6 hours", from: "now-6h", to: "now" },
  { label: "Last 24 hours", from: "now-24h", to: "now" },
  { label: "Last 7 days", from: "now-7d", to: "now" },
  { label: "Last 30 days", from: "now-30d", to: "now" },
  { label: "Last 90 days", from: "now-90d", to: "now" },
  { label: "Last year", from: "now-1y", to: "now" },
  { label: "Today", from: "now/d", to: "now" },
  { label: "Yesterday", from: "now-1d/d", to: "now/d" },
  { label: "This week", from: "now/w", to: "now" },
  { label: "This month", from: "now/M", to: "now" },
];

const unitNames: Record<string, string> = {
  s: "second", m: "minute", h: "hour", d: "day", w: "week", M: "month", y: "year",
};

/** What the time button says. */
export function describeRange(range: TimeRange, span: Span, zone: string): string {
  const quick = quickRanges.find((q) => q.from === range.from && q.to === range.to);
  if (quick !== undefined) return quick.label;
  const simple = /^now-(\d+)([smhdwMy])$/.exec(range.from);
  if (simple !== null && range.to === "now") {
    const count = Number(simple[1]);
    const unit = unitNames[simple[2] ?? "h"] ?? "hour";
    return count === 1 ? `Last ${unit}` : `Last ${count} ${unit}s`;
  }
  return describeSpan(span, zone);
}

/** "23 Nov 2026 08:40 – 09:40". */
export function describeSpan(span: Span, zone: string): string {
  const seconds = span.from % 60_000 !== 0 || span.to % 60_000 !== 0;
  const end = sameDay(span.from, span.to, zone)
    ? formatTime(span.to, zone, seconds)
    : formatDateTime(span.to, zone, seconds);
  return `${formatDateTime(span.from, zone, seconds)} – ${end}`;
}

/** Seconds between refreshes that the picker offers; 0 is never. */
export const refreshChoices: readonly { seconds: number; label: string }[] = [
  { seconds: 0, label: "Off" },
  { seconds: 10, label: "10 s" },
  { seconds: 30, label: "30 s" },
  { seconds: 60, label: "1 min" },
  { seconds: 300, label: "5 min" },
  { seconds: 900, label: "15 min" },
];
