import { useMemo, type ReactElement } from "react";
import type { Count } from "../../api/es";
import { Btn } from "../../components/Btn";
import { PanelState } from "../../components/PanelState";
import { useTime } from "../../components/TimeContext";
import { useEs } from "../../components/useEs";
import { suspects, suspectsBody } from "../../lib/events";
import { plural } from "../../lib/format";
import { describeRange } from "../../lib/ranges";
import { zoomOut } from "../../lib/time";
import type { Question } from "../../lib/query";
import type { EventsState, Update } from "./useEventsState";

interface Without {
  without: { buckets: Record<string, Count> };
}

/** Nothing matches: says what to drop, and how much there would be then. */
export function NoMatch({ state, update, question }: { state: EventsState; update: Update; question: Question }): ReactElement {
  const { range, span, zone, setRange } = useTime();
  const list = useMemo(() => suspects(question), [question]);
  const answer = useEs<Without>(state.pattern, useMemo(() => (list.length === 0 ? undefined : suspectsBody(question)), [list, question]));
  const counts = answer.data?.aggregations?.without.buckets ?? {};
  const drop = (key: string): void => {
    if (key === "text") update({ q: undefined });
    else update({ filters: state.filters.filter((_, i) => key !== `filter_${i}`) });
  };
  return (
    <PanelState.Empty>
      <p>
        {list.length === 0 ? "No filter is set. " : ""}
        Nothing in <span className="mono">{state.pattern}</span> fits in this time: {describeRange(range, span, zone).toLowerCase()}.
      </p>
      {list.map((s) => (
        <div className="row suspect" key={s.key}>
          <span>Without <code className="mono">{s.label}</code>: {counts[s.key] === undefined ? "–" : plural(counts[s.key]?.doc_count ?? 0, "event")}</span>
          <Btn small onClick={() => drop(s.key)}>Drop it</Btn>
        </div>
      ))}
      <div className="row">
        <Btn small onClick={() => setRange(zoomOut(range, span))}>Look twice as far</Btn>
        <Btn small onClick={() => setRange({ from: "now-7d", to: "now" })}>Last 7 days</Btn>
        {list.length === 0 ? null : <Btn small onClick={() => update({ q: undefined, filters: [] })}>Clear all</Btn>}
      </div>
    </PanelState.Empty>
  );
}
