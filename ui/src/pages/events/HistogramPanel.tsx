import { useMemo, type ReactElement } from "react";
import { useState } from "react";
import { IconBtn } from "../../components/Btn";
import { DataTable } from "../../components/DataTable";
import { IconChartBar, IconTable } from "../../components/icons";
import { TimeBars } from "../../components/timebars/TimeBars";
import type { Bars } from "../../components/timebars/model";
import { useTime } from "../../components/TimeContext";
import { formatDateTime } from "../../lib/format";
import { describeRange } from "../../lib/ranges";
import { absolute, zoomOut } from "../../lib/time";
import type { Events } from "./useEvents";

/** Events over time, for the query: drag to choose a part. */
export function HistogramPanel({ events }: { events: Events }): ReactElement | null {
  const { range, span, zone, setRange } = useTime();
  const [asTable, setAsTable] = useState(false);
  const buckets = events.shown?.aggregations?.over_time.buckets;
  const bars = useMemo<Bars>(
    () => ({
      starts: (buckets ?? []).map((b) => Number(b.key)),
      interval: events.interval,
      span,
      series: [{ key: "all", label: "Events", color: "--v-mark", values: (buckets ?? []).map((b) => b.doc_count) }],
    }),
    [buckets, events.interval, span],
  );
  if (events.question.timeField === undefined) return null;
  return (
    <section className={`pan hist ${events.stale ? "stale" : ""}`} aria-label="Events over time">
      <div className="row f11 t3 histhead">
        <span>Events per {events.interval.label}</span>
        <IconBtn look="g" small className="sp" label={asTable ? "Show as a chart" : "Show as a table"} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? <IconChartBar size={16} /> : <IconTable size={16} />}
        </IconBtn>
      </div>
      <div className="histbody">
        {asTable ? (
          <DataTable caption="Events over time" data={{ columns: ["From", "Events"], rows: bars.starts.map((s, i) => [formatDateTime(s, zone), bars.series[0]?.values[i] ?? 0]) }} />
        ) : (
          <TimeBars
            bars={bars}
            zone={zone}
            title={`Events, ${describeRange(range, span, zone)}`}
            onZoom={(next) => setRange(absolute(next))}
            onZoomOut={() => setRange(zoomOut(range, span))}
            onPick={(next) => setRange(absolute(next))}
          />
        )}
      </div>
    </section>
  );
}
