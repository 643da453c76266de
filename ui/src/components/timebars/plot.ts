import uPlot from "uplot";
import { formatShort, formatTime, formatDay } from "../../lib/format";
import { wallAt } from "../../lib/zone";
import { endOf, niceTop, totalsOf, type Bars } from "./model";

export interface PlotLook {
  width: number;
  height: number;
  zone: string;
  color: (variable: string) => string;
}

/** What changes while the plot stands; read at each drawing. */
export interface PlotMarks {
  /** First and last bar of the brush. */
  brush: [number, number] | undefined;
  /** The bar under cursor or keyboard. */
  active: number;
}

function tickLabel(ms: number, increment: number, zone: string): string {
  const w = wallAt(ms, zone);
  const midnight = w.hour === 0 && w.minute === 0 && w.second === 0;
  if (increment >= 86_400_000 || midnight) return formatDay(ms, zone, false);
  return formatTime(ms, zone, increment < 60_000);
}

/** A label centred on its tick must not run over the right edge, nor into the axis on the left. */
function fits(ms: number, { span, starts }: Bars, { width }: PlotLook): boolean {
  const first = Math.min(starts[0] ?? span.from, span.from);
  const perPixel = (span.to - first) / Math.max(1, width - 40);
  return span.to - ms > 22 * perPixel && ms - first > 8 * perPixel;
}

function drawBars(u: uPlot, bars: Bars, marks: PlotMarks, look: PlotLook): void {
  const { ctx } = u;
  const baseline = u.valToPos(0, "y", true);
  const gap = Math.max(1, Math.round(devicePixelRatio));
  ctx.save();
  ctx.beginPath();
  ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
  ctx.clip();
  bars.starts.forEach((start, i) => {
    const left = Math.round(u.valToPos(start, "x", true));
    const right = Math.round(u.valToPos(endOf(bars, i), "x", true));
    const outside = marks.brush !== undefined && (i < marks.brush[0] || i > marks.brush[1]);
    const unfinished = endOf(bars, i) > bars.span.to + 1;
    ctx.globalAlpha = outside ? 0.4 : unfinished ? 0.65 : 1;
    let below = 0;
    for (const s of bars.series) {
      const value = s.values[i] ?? 0;
      if (value === 0) continue;
      const bottom = u.valToPos(below, "y", true);
      below += value;
      const top = Math.min(u.valToPos(below, "y", true), below === value ? baseline - 1 : Infinity);
      ctx.fillStyle = look.color(s.color);
      ctx.fillRect(left, top, Math.max(1, right - left - gap), bottom - top);
    }
    if (i === marks.active) {
      ctx.globalAlpha = 0.1;
      ctx.fillStyle = look.color("--v-text");
      ctx.fillRect(left, u.bbox.top, Math.max(1, right - left - gap), u.bbox.height);
    }
  });
  ctx.globalAlpha = 1;
  ctx.fillStyle = look.color("--v-line-2");
  ctx.fillRect(u.bbox.left, Math.round(baseline), u.bbox.width, gap);
  ctx.restore();
}

/** A uPlot that draws stacked bars itself; cursor, selection, axes and scales are uPlot's. */
export function createPlot(host: HTMLElement, bars: Bars, marks: PlotMarks, look: PlotLook, hooks: uPlot.Hooks.Arrays, onDoubleClick: () => void): uPlot {
  const totals = totalsOf(bars);
  const top = niceTop(Math.max(0, ...totals));
  const first = bars.starts[0] ?? bars.span.from;
  const font = `11px ${look.color("--v-font")}`;
  const text = look.color("--v-text-3");
  const options: uPlot.Options = {
    width: look.width,
    height: look.height,
    ms: 1,
    padding: [6, 0, 0, 0],
    tzDate: (ms) => uPlot.tzDate(new Date(ms), look.zone),
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false, dist: 3 },
      bind: { dblclick: () => () => (onDoubleClick(), null) },
    },
    scales: {
      x: { time: true, range: () => [Math.min(first, bars.span.from), bars.span.to] },
      y: { range: () => [0, top] },
    },
    axes: [
      { stroke: text, font, size: 20, gap: 4, space: 90, grid: { show: false }, ticks: { show: false }, values: (_u, splits, _i, _s, increment) => splits.map((ms) => (fits(ms, bars, look) ? tickLabel(ms, increment, look.zone) : "")) },
      { stroke: text, font, size: 40, gap: 6, grid: { stroke: look.color("--v-line"), width: 1 }, ticks: { show: false }, splits: () => (top < 2 ? [0, top] : [0, top / 2, top]), values: (_u, splits) => splits.map(formatShort) },
    ],
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: { ...hooks, draw: [(u) => drawBars(u, bars, marks, look)] },
  };
  return new uPlot(options, [[...bars.starts], totals], host);
}
