import { useMemo, useState, type ReactElement } from "react";
import type { Count, Metric, SearchBody, Terms } from "../../api/es";
import { PanelState } from "../../components/PanelState";
import { useEs } from "../../components/useEs";
import { exactField } from "../../lib/fields";
import { asText } from "../../lib/flatten";
import { formatCount, formatShare, plural } from "../../lib/format";
import { visibleShort } from "../../lib/visible";
import { AllValues } from "./AllValues";
import type { Events } from "./useEvents";
import type { EventsState } from "./useEventsState";
import type { Fields } from "./useFields";
import { ValueRow } from "./ValueRow";

export interface Values {
  top: Terms;
  having: Count;
  different: Metric;
}

export function valuesBody(query: SearchBody["query"], field: string, size: number): SearchBody {
  return {
    size: 0,
    track_total_hits: true,
    query: query ?? { match_all: {} },
    aggs: { top: { terms: { field, size } }, having: { filter: { exists: { field } } }, different: { cardinality: { field } } },
  };
}

interface Props {
  field: string;
  state: EventsState;
  fields: Fields;
  events: Events;
}

/** The top values of an open field, counted over all matches. */
export function FieldValues({ field, state, fields, events }: Props): ReactElement {
  const [all, setAll] = useState(false);
  const exact = exactField(fields.byName, field);
  const body = useMemo(() => (exact === undefined || events.query === undefined ? undefined : valuesBody(events.query, exact, 5)), [events.query, exact]);
  const result = useEs<Values>(state.pattern, body);
  if (exact === undefined) return <Examples field={field} events={events} />;
  if (result.isError) return <p className="tv f11 bad">{result.error.message}</p>;
  const answer = result.data?.aggregations;
  if (answer === undefined) return <div className="tv">{result.isSuccess ? <span className="t3 f11">No values</span> : <PanelState.Loading lines />}</div>;
  const total = result.data?.hits.total?.value ?? 0;
  const most = answer.top.buckets[0]?.doc_count ?? 1;
  const missing = total - answer.having.doc_count;
  const different = answer.different.value ?? 0;
  return (
    <div className="tv">
      <ul>
        {answer.top.buckets.map((b) => <ValueRow key={String(b.key)} field={field} bucket={b} total={answer.having.doc_count} most={most} />)}
      </ul>
      <div className="row f11 tvfoot">
        <span className="t3" title={plural(missing, "event")}>{missing === 0 ? `${formatCount(different)} different` : `No value ${formatShare(missing, total)}`}</span>
        {different > 5 ? <button type="button" className="lnk sp" onClick={() => setAll(true)}>All {formatCount(different)} values</button> : null}
      </div>
      {all && events.query !== undefined ? <AllValues field={field} exact={exact} pattern={state.pattern} query={events.query} onClose={() => setAll(false)} /> : null}
    </div>
  );
}

/** A field that cannot be counted shows what the loaded rows hold. */
function Examples({ field, events }: { field: string; events: Events }): ReactElement {
  const seen = [...new Set(events.rows.slice(0, 500).map((r) => r.flat.get(field)).filter((v) => v !== undefined).map((v) => visibleShort(asText(v))))].slice(0, 3);
  return (
    <div className="tv f11">
      {seen.map((text) => <p key={text} className="mono el" title={text}>{text}</p>)}
      <p className="t3">Free text is not counted{seen.length === 0 ? "" : "; these are examples"}.</p>
    </div>
  );
}
