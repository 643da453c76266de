import type { JsonObject } from "../api/es";
import type { Span } from "./time";

/** A bar width: `es` is Elasticsearch's spelling, `label` ours. */
export interface Interval {
  ms: number;
  es: string;
  label: string;
}

const day = 86_400_000;
const intervals: readonly Interval[] = [
  { ms: 100, es: "100ms", label: "100 ms" },
  { ms: 1000, es: "1s", label: "second" },
  { ms: 5000, es: "5s", label: "5 seconds" },
  { ms: 10_000, es: "10s", label: "10 seconds" },
  { ms: 30_000, es: "30s", label: "30 seconds" },
  { ms: 60_000, es: "1m", label: "minute" },
  { ms: 300_000, es: "5m", label: "5 minutes" },
  { ms: 600_000, es: "10m", label: "10 minutes" },
  { ms: 900_000, es: "15m", label: "15 minutes" },
  { ms: 1_800_000, es: "30m", label: "30 minutes" },
  { ms: 3_600_000, es: "1h", label: "hour" },
  { ms: 3 * 3_600_000, es: "3h", label: "3 hours" },
  { ms: 6 * 3_600_000, es: "6h", label: "6 hours" },
  { ms: 12 * 3_600_000, es: "12h", label: "12 hours" },
  { ms: day, es: "1d", label: "day" },
  { ms: 7 * day, es: "7d", label: "7 days" },
  { ms: 30 * day, es: "30d", label: "30 days" },
  { ms: 365 * day, es: "365d", label: "365 days" },
];

/** The narrowest bar that needs at most `most` bars for the span. */
export function intervalFor(span: Span, most: number): Interval {
  const length = span.to - span.from;
  const found = intervals.find((i) => length / i.ms <= most);
  return found ?? { ms: 3650 * day, es: "3650d", label: "10 years" };
}

/** The zone as Elasticsearch wants it. */
const zoneOption = (zone: string, interval: Interval): JsonObject =>
  zone === "UTC" || interval.ms < 1_800_000 ? {} : { time_zone: zone };

/** A `date_histogram` that has every bar of the span, empty ones included. */
export function dateHistogram(field: string, span: Span, interval: Interval, zone: string): JsonObject {
  return {
    field,
    ...(interval.es === "1d" ? { calendar_interval: "1d" } : { fixed_interval: interval.es }),
    ...zoneOption(zone, interval),
    min_doc_count: 0,
    extended_bounds: { min: span.from, max: span.to - 1 },
  };
}
