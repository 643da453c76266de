import { useMemo, useState, type ReactElement } from "react";
import { Panel } from "../../components/Panel";
import { TimeBars } from "../../components/timebars/TimeBars";
import type { BarSeries, Bars } from "../../components/timebars/model";
import { useTime } from "../../components/TimeContext";
import type { EsResult } from "../../components/useEs";
import { useOpenEvents } from "../../components/useOpenEvents";
import { eventType, eventTypes } from "../../lib/eventtypes";
import { formatCount, formatDateTime } from "../../lib/format";
import type { Interval } from "../../lib/interval";
import { describeRange } from "../../lib/ranges";
import { absolute, zoomOut } from "../../lib/time";
import type { ByType } from "./queries";
import { countByType, typeFilter } from "./Tiles";

function seriesOf(answer: ByType): BarSeries[] {
  const counts = answer.over_time.buckets.map((b) => countByType(b.types));
  return eventTypes
    .map((t) => ({ key: t.key, label: t.label, color: t.color, values: counts.map((c) => c.get(t.key) ?? 0) }))
    .filter((s) => s.values.some((v) => v > 0));
}

/** Events over time, stacked by type. */
export function OverTimePanel({ result, interval }: { result: EsResult<ByType>; interval: Interval }): ReactElement {
  const { span, range, zone, setRange } = useTime();
  const openEvents = useOpenEvents();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const answer = result.data?.aggregations;
  const series = useMemo(() => (answer === undefined ? [] : seriesOf(answer)), [answer]);
  const bars = useMemo<Bars>(
    () => ({
      starts: (answer?.over_time.buckets ?? []).map((b) => Number(b.key)),
      interval,
      span,
      series: series.filter((s) => !hidden.has(s.key)),
    }),
    [answer, interval, span, series, hidden],
  );
  const toggle = (key: string, alone: boolean): void => {
    const others = series.filter((s) => s.key !== key).map((s) => s.key);
    if (!alone) setHidden(new Set(hidden.has(key) ? [...hidden].filter((k) => k !== key) : [...hidden, key]));
    else setHidden(others.every((k) => hidden.has(k)) ? new Set() : new Set(others));
  };
  const legend = (
    <span className="leg" role="group" aria-label="Types shown">
      {[...series].reverse().map((s) => (
        <button key={s.key} type="button" aria-pressed={!hidden.has(s.key)} title="Click shows one, shift-click hides one" onClick={(e) => toggle(s.key, !e.shiftKey)}>
          <i className="sq" style={{ background: `var(${s.color})` }} />
          {s.label}
        </button>
      ))}
    </span>
  );
  return (
    <Panel
      title="Events by type"
      sub={`${formatCount(result.data?.hits.total?.value ?? 0)}, per ${interval.label}`}
      className="s8"
      result={result}
      extra={legend}
      empty={() => series.length === 0}
      table={() => ({
        columns: ["From", ...series.map((s) => s.label), "All"],
        rows: bars.starts.map((start, i) => {
          const values = series.map((s) => s.values[i] ?? 0);
          return [formatDateTime(start, zone), ...values, values.reduce((a, b) => a + b, 0)];
        }),
      })}
    >
      {() => (
        <TimeBars
          bars={bars}
          zone={zone}
          title={`Events by type, ${describeRange(range, span, zone)}`}
          onZoom={(next) => setRange(absolute(next))}
          onZoomOut={() => setRange(zoomOut(range, span))}
          onPick={(at, key) => openEvents(key === "" ? [] : [typeFilter(eventType(key))], at)}
        />
      )}
    </Panel>
  );
}
