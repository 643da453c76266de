import type { Interval } from "../../lib/interval";
import type { Span } from "../../lib/time";

export interface BarSeries {
  key: string;
  label: string;
  /** CSS variable. */
  color: string;
  /** One per bar. */
  values: readonly number[];
}

/** Bars over time: each starts at `starts[i]` and is one interval wide. Series stand from the bottom up. */
export interface Bars {
  starts: readonly number[];
  interval: Interval;
  span: Span;
  series: readonly BarSeries[];
}

export function totalsOf(bars: Bars): number[] {
  return bars.starts.map((_, i) => bars.series.reduce((sum, s) => sum + (s.values[i] ?? 0), 0));
}

/** The bar that holds a time, or -1. */
export function barAt(bars: Bars, ms: number): number {
  for (let i = bars.starts.length - 1; i >= 0; i--) {
    const start = bars.starts[i] ?? 0;
    if (ms >= start) return ms < endOf(bars, i) ? i : -1;
  }
  return -1;
}

/** A day is not always 24 hours, so a bar ends where the next begins. */
export function endOf(bars: Bars, i: number): number {
  return bars.starts[i + 1] ?? (bars.starts[i] ?? 0) + bars.interval.ms;
}

/** The times of bars `a` to `b`, in either order, cut to the span. */
export function spanOf(bars: Bars, a: number, b: number): Span {
  const [low, high] = a < b ? [a, b] : [b, a];
  return {
    from: Math.max(bars.starts[low] ?? bars.span.from, bars.span.from),
    to: Math.min(endOf(bars, high), bars.span.to),
  };
}

/** A round number at or above `most`, so that the top tick is readable. */
export function niceTop(most: number): number {
  if (most <= 4) return Math.max(1, Math.ceil(most));
  const power = 10 ** Math.floor(Math.log10(most));
  for (const step of [1, 2, 2.5, 4, 5, 8, 10]) if (step * power >= most) return step * power;
  return 10 * power;
}
