import { useMemo, type ReactElement } from "react";
import type { Count, Metric } from "../../api/es";
import { Btn } from "../../components/Btn";
import { PanelState } from "../../components/PanelState";
import { useTime } from "../../components/TimeContext";
import { useEs } from "../../components/useEs";
import { newestBody, suspects, suspectsBody } from "../../lib/events";
import { closestField, unknownFields } from "../../lib/fields";
import { formatDateTime, plural } from "../../lib/format";
import { bareNetwork, fieldNames, renameField } from "../../lib/lucene";
import { describeRange } from "../../lib/ranges";
import { absolute, zoomOut, type Span } from "../../lib/time";
import type { Question } from "../../lib/query";
import type { EventsState, Update } from "./useEventsState";
import type { Fields } from "./useFields";

const day = 86_400_000;

interface Without {
  without: { buckets: Record<string, Count> };
}

interface Props {
  state: EventsState;
  update: Update;
  question: Question;
  fields: Fields;
}

/** Nothing matches: says why, as far as it can be known, what to drop, and how much there would be then. */
export function NoMatch({ state, update, question, fields }: Props): ReactElement {
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
        Nothing in <span className="mono">{state.pattern}</span> fits in this time: {describeRange(range, span, zone).replace(/^[A-Z]/, (c) => c.toLowerCase())}.
      </p>
      <Reasons state={state} update={update} fields={fields} />
      <Newest state={state} question={question} span={span} />
      {list.map((s) => (
        <div className="row suspect" key={s.key}>
          <span>Without <code className="mono">{s.label}</code>: {counts[s.key] === undefined ? "–" : plural(counts[s.key]?.doc_count ?? 0, "event")}</span>
          <Btn small onClick={() => drop(s.key)}>Drop it</Btn>
        </div>
      ))}
      <div className="row wrapping">
        <Btn small onClick={() => setRange(zoomOut(range, span))}>Look twice as far</Btn>
        <Btn small onClick={() => setRange({ from: "now-7d", to: "now" })}>Last 7 days</Btn>
        {list.length === 0 ? null : <Btn small onClick={() => update({ q: undefined, filters: [] })}>Clear all</Btn>}
      </div>
    </PanelState.Empty>
  );
}

/** Names that no field has, and networks that Lucene reads as something else. */
function Reasons({ state, update, fields }: { state: EventsState; update: Update; fields: Fields }): ReactElement {
  const unknown = useMemo(() => unknownFields(fieldNames(state.text), fields.byName).slice(0, 5), [state.text, fields.byName]);
  const names = useMemo(() => fields.list.map((f) => f.name), [fields.list]);
  const network = state.language === "lucene" ? bareNetwork(state.text) : undefined;
  const fix = network?.fix;
  return (
    <>
      {unknown.map((name) => {
        const near = closestField(name, names);
        return (
          <div className="row suspect" key={name} role="status">
            <span>There is no field named <code className="mono">{name}</code> in these indices.</span>
            {near === undefined ? null : <Btn small onClick={() => update({ q: renameField(state.text, name, near) })}>Use <span className="mono">{near}</span></Btn>}
          </div>
        );
      })}
      {network === undefined || fix === undefined ? null : (
        <div className="row suspect">
          <span>{network.message.replace(/^p/, "P")}</span>
          <Btn small onClick={() => update({ q: fix.text })}>{fix.label}</Btn>
        </div>
      )}
    </>
  );
}

/** Where the newest match is when this time has none. */
function Newest({ state, question, span }: { state: EventsState; question: Question; span: Span }): ReactElement | null {
  const { zone, setRange } = useTime();
  const { timeField } = question;
  const found = useEs<{ newest: Metric }>(state.pattern, useMemo(() => (timeField === undefined ? undefined : newestBody(question, timeField)), [question, timeField]));
  const newest = found.isPlaceholderData ? undefined : found.data?.aggregations?.newest.value;
  if (newest === undefined || newest === null || (newest >= span.from && newest < span.to)) return null;
  return (
    <div className="row suspect">
      <span>The newest event that fits is from {formatDateTime(newest, zone)}.</span>
      <Btn small onClick={() => setRange(absolute({ from: newest - day, to: newest + 1000 }))}>Show its last 24 hours</Btn>
    </div>
  );
}
