import { useElementSize } from "@mantine/hooks";
import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import type uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formatCount, formatDay, formatDuration, formatTime, plural } from "../../lib/format";
import { describeSpan } from "../../lib/ranges";
import type { Span } from "../../lib/time";
import { zoneLabel } from "../../lib/zone";
import { useAnnounce } from "../Announcer";
import { useThemeColors } from "../useThemeColors";
import { barAt, endOf, spanOf, totalsOf, type Bars } from "./model";
import { createPlot, type PlotMarks } from "./plot";
import "./timebars.css";

interface Props {
  bars: Bars;
  zone: string;
  /** "Events by type, last 24 hours". */
  title: string;
  /** A part of the time was chosen. */
  onZoom: (span: Span) => void;
  onZoomOut: () => void;
  /** A bar was clicked, on the series at the cursor. */
  onPick: (span: Span, series: string) => void;
}

/** Stacked bars over time with brush, crosshair and keyboard; as large as its parent. */
export function TimeBars({ bars, zone, title, onZoom, onZoomOut, onPick }: Props): ReactElement {
  const { ref: sizeRef, width, height } = useElementSize<HTMLDivElement>();
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const marks = useRef<PlotMarks>({ brush: undefined, active: -1 });
  const [active, setActive] = useState(-1);
  const [brush, setBrush] = useState<[number, number]>();
  const color = useThemeColors();
  const announce = useAnnounce();
  const totals = totalsOf(bars);

  const mark = useCallback((next: Partial<PlotMarks>) => {
    Object.assign(marks.current, next);
    if (next.active !== undefined) setActive(next.active);
    if ("brush" in next) setBrush(next.brush);
    plot.current?.redraw(false, false);
  }, []);

  const latest = useRef({ onPick, onZoomOut });
  useEffect(() => {
    latest.current = { onPick, onZoomOut };
  });

  useEffect(() => {
    const node = host.current;
    if (node === null || width === 0 || height === 0) return undefined;
    marks.current = { brush: undefined, active: -1 };
    setBrush(undefined);
    setActive(-1);
    const u = createPlot(node, bars, marks.current, { width, height, zone, color }, {
      setCursor: [(p) => {
        const left = p.cursor.left ?? -1;
        const at = left < 0 ? -1 : barAt(bars, p.posToVal(left, "x"));
        if (at !== marks.current.active) mark({ active: at });
      }],
      setSelect: [(p) => {
        if (p.select.width < 3) return;
        const a = barAt(bars, p.posToVal(p.select.left, "x"));
        const b = barAt(bars, p.posToVal(p.select.left + p.select.width, "x"));
        mark({ brush: [Math.max(0, a), b === -1 ? bars.starts.length - 1 : b] });
      }],
    }, () => latest.current.onZoomOut());
    plot.current = u;
    const click = (): void => {
      const at = marks.current.active;
      if (u.select.width >= 3 || at === -1) return;
      if (marks.current.brush !== undefined) {
        mark({ brush: undefined });
        return;
      }
      latest.current.onPick(spanOf(bars, at, at), seriesAt(bars, at, u.posToVal(u.cursor.top ?? 0, "y")));
    };
    u.over.addEventListener("click", click);
    return () => {
      u.destroy();
      plot.current = null;
    };
  }, [bars, width, height, zone, color, mark]);

  const drop = useCallback(() => {
    plot.current?.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    mark({ brush: undefined });
  }, [mark]);

  const say = (at: number): void => announce(`${describeSpan(spanOf(bars, at, at), zone)}: ${plural(totals[at] ?? 0, "event")}`);

  const onKeyDown = (event: KeyboardEvent): void => {
    const last = bars.starts.length - 1;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const at = Math.min(last, Math.max(0, (active === -1 ? last + 1 : active) + (event.key === "ArrowLeft" ? -1 : 1)));
      mark(event.shiftKey ? { active: at, brush: extend(brush, active === -1 ? at : active, at) } : { active: at });
      say(at);
    } else if (event.key === "Enter" && brush !== undefined) onZoom(spanOf(bars, ...brush));
    else if (event.key === "Enter" && active !== -1) onPick(spanOf(bars, active, active), "");
    else if (event.key === "Escape" && brush !== undefined) drop();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const peak = totals.reduce((best, v, i) => (v > (totals[best] ?? 0) ? i : best), 0);
  const summary = totals.length === 0 ? title : `${title}, highest ${formatCount(totals[peak] ?? 0)} at ${formatDay(bars.starts[peak] ?? 0, zone)} ${formatTime(bars.starts[peak] ?? 0, zone, false)} ${zoneLabel(zone, bars.span.to)}`;
  return (
    <div className="timebars" ref={sizeRef}>
      {/* A chart that arrow keys step through: role img keeps its sentence, the focus brings the keys. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex */}
      <div ref={host} role="img" aria-label={summary} tabIndex={0} onKeyDown={onKeyDown} onBlur={() => mark({ active: -1 })} />
      {active === -1 || brush !== undefined ? null : <BarTip bars={bars} at={active} zone={zone} total={totals[active] ?? 0} width={width} />}
      {brush === undefined ? null : <BrushChip bars={bars} brush={brush} zone={zone} totals={totals} onZoom={onZoom} onDrop={drop} />}
    </div>
  );
}

function extend(brush: [number, number] | undefined, from: number, to: number): [number, number] {
  const anchor = brush === undefined ? from : brush[0] === from ? brush[1] : brush[0];
  return anchor < to ? [anchor, to] : [to, anchor];
}

function seriesAt(bars: Bars, at: number, value: number): string {
  let below = 0;
  for (const s of bars.series) {
    below += s.values[at] ?? 0;
    if (value <= below) return s.key;
  }
  return "";
}

function BarTip({ bars, at, zone, total, width }: { bars: Bars; at: number; zone: string; total: number; width: number }): ReactElement {
  const start = bars.starts[at] ?? 0;
  const first = bars.starts[0] ?? 0;
  const share = (start - first) / Math.max(1, bars.span.to - first);
  const x = 40 + share * (width - 40);
  const side = share > 0.5 ? { right: width - x + 8 } : { left: x + 24 };
  const rows = bars.series.filter((s) => (s.values[at] ?? 0) > 0).reverse();
  return (
    <div className="tip" style={{ top: 4, ...side }} aria-hidden="true">
      <div className="t3 f11">
        {formatDay(start, zone, false)}, {formatTime(start, zone, bars.interval.ms < 60_000)}–{formatTime(endOf(bars, at), zone, bars.interval.ms < 60_000)} {zoneLabel(zone, start)}
      </div>
      {bars.series.length === 1 ? null : rows.map((s) => (
        <div className="r" key={s.key}>
          <i className="sq" style={{ background: `var(${s.color})` }} />
          {s.label}
          <b>{formatCount(s.values[at] ?? 0)}</b>
        </div>
      ))}
      <div className={`r ${bars.series.length === 1 ? "" : "sum"}`}>All events<b>{formatCount(total)}</b></div>
    </div>
  );
}

interface ChipProps {
  bars: Bars;
  brush: [number, number];
  zone: string;
  totals: readonly number[];
  onZoom: (span: Span) => void;
  onDrop: () => void;
}

function BrushChip({ bars, brush, zone, totals, onZoom, onDrop }: ChipProps): ReactElement {
  const span = spanOf(bars, ...brush);
  const count = totals.slice(brush[0], brush[1] + 1).reduce((a, b) => a + b, 0);
  return (
    <div className="bchip">
      <b>{describeSpan(span, zone)}</b>
      <span className="t3">{formatDuration(span.to - span.from)}, {plural(count, "event")}</span>
      <button type="button" className="lnk" onClick={() => onZoom(span)}>Zoom in</button>
      <kbd>Enter</kbd>
      <button type="button" className="lnk" onClick={onDrop} aria-label="Drop the selection"><kbd>Esc</kbd></button>
    </div>
  );
}
