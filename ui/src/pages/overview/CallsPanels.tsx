import type { ReactElement } from "react";
import type { Terms } from "../../api/es";
import { Panel } from "../../components/Panel";
import type { EsResult } from "../../components/useEs";
import { useOpenEvents } from "../../components/useOpenEvents";
import { ValueList } from "../../components/ValueList";
import { formatCount } from "../../lib/format";
import type { Calls } from "./queries";

/** Who called, and what was called: two panels from one search. */
export function CallsPanels({ result }: { result: EsResult<Calls> }): ReactElement {
  return (
    <>
      <CallsPanel title="Principals" field="user.name" terms={(a) => a.principals} result={result} />
      <CallsPanel title="Actions" field="event.action" terms={(a) => a.actions} result={result} />
    </>
  );
}

interface Props {
  title: string;
  field: string;
  terms: (answer: Calls) => Terms;
  result: EsResult<Calls>;
}

function CallsPanel({ title, field, terms, result }: Props): ReactElement {
  const openEvents = useOpenEvents();
  return (
    <Panel
      title={title}
      sub={`CloudTrail ${field}`}
      className="s4"
      result={result}
      empty={(a) => a === undefined || terms(a).buckets.length === 0}
      table={(a) => ({ columns: [field, "Calls"], rows: terms(a).buckets.map((b) => [String(b.key), b.doc_count]) })}
    >
      {(a) => (
        <ValueList
          total={a.all.value ?? 0}
          rows={terms(a).buckets.map((b) => ({ key: String(b.key), amount: b.doc_count, shown: formatCount(b.doc_count) }))}
          onPick={(value) => openEvents([{ field: "type", op: "is", value: "cloudtrail" }, { field, op: "is", value }])}
        />
      )}
    </Panel>
  );
}
