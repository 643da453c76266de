import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactElement, type ReactNode } from "react";
import { defaultRange, resolve, step, zoomIn, zoomOut, type Span, type TimeRange } from "../lib/time";
import { isZone, resolveZone } from "../lib/zone";
import { useShortcut } from "./Shortcuts";
import { usePreference } from "./usePreference";

export interface Time {
  range: TimeRange;
  /** The range at the moment the page was asked for. */
  span: Span;
  /** That moment, epoch milliseconds: it changes when the page is to run again. */
  now: number;
  /** IANA name. */
  zone: string;
  /** "browser", "UTC" or an IANA name. */
  zoneChoice: string;
  setZone: (choice: string) => void;
  /** Seconds between refreshes; 0 is never. */
  refresh: number;
  setRefresh: (seconds: number) => void;
  setRange: (range: TimeRange) => void;
  rerun: () => void;
}

const Context = createContext<Time | null>(null);

export function useTime(): Time {
  const time = useContext(Context);
  if (time === null) throw new Error("BUG: no TimeProvider above");
  return time;
}

interface Props {
  range: TimeRange;
  refresh: number;
  onRange: (range: TimeRange) => void;
  onRefresh: (seconds: number) => void;
  /** Epoch milliseconds now. */
  clock: () => number;
  children: ReactNode;
}

/** Holds the time of the page. Range and refresh live in the URL, which the caller owns. */
export function TimeProvider({ range, refresh, onRange, onRefresh, clock, children }: Props): ReactElement {
  const [zoneChoice, setZone] = usePreference("zone", "browser", (text) => (text === "browser" || isZone(text) ? text : undefined));
  const zone = resolveZone(zoneChoice);
  const key = `${range.from} ${range.to}`;
  const [moment, setMoment] = useState(() => ({ key, now: clock() }));
  if (moment.key !== key) setMoment({ key, now: clock() });
  const { now } = moment;
  const rerun = useCallback(() => setMoment((m) => ({ key: m.key, now: clock() })), [clock]);

  useEffect(() => {
    if (refresh <= 0) return undefined;
    const timer = window.setInterval(() => {
      if (!document.hidden) rerun();
    }, refresh * 1000);
    return () => window.clearInterval(timer);
  }, [refresh, rerun]);

  const value = useMemo<Time>(() => {
    const span = resolve(range, now, zone) ?? resolve(defaultRange, now, zone) ?? { from: now - 1, to: now };
    return { range, span, now, zone, zoneChoice, setZone, refresh, setRefresh: onRefresh, setRange: onRange, rerun };
  }, [range, now, zone, zoneChoice, setZone, refresh, onRefresh, onRange, rerun]);

  const move = (direction: -1 | 1): void => {
    const next = step(value.span, direction, now);
    if (next !== undefined) onRange(next);
  };
  useShortcut("[", "Step the time window back", () => move(-1));
  useShortcut("]", "Step the time window forward", () => move(1));
  useShortcut("-", "Zoom out", () => onRange(zoomOut(range, value.span)));
  useShortcut("=", "Zoom in", () => onRange(zoomIn(value.span)));
  useShortcut("r", "Run again", rerun);

  return <Context value={value}>{children}</Context>;
}
