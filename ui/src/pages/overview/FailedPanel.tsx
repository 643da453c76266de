import type { ReactElement } from "react";
import { Panel } from "../../components/Panel";
import { Spark } from "../../components/Spark";
import type { EsResult } from "../../components/useEs";
import { useOpenEvents } from "../../components/useOpenEvents";
import { isFarAbove } from "../../lib/compare";
import { formatShare } from "../../lib/format";
import type { Interval } from "../../lib/interval";
import { troubles, type Before, type Trouble, type Troubles } from "./queries";

/** What failed or was denied: four small rows, because four shares of different size do not fit one axis. */
export function FailedPanel({ result, before, begins, interval }: { result: EsResult<Troubles>; before: Before | undefined; begins: string | undefined; interval: Interval }): ReactElement {
  return (
    <Panel
      title="Failed or denied"
      sub="share of events"
      className="s4"
      result={result}
      table={(a) => ({
        columns: ["Type", "Events", "Failed or denied", "Share", "Before"],
        rows: troubles.map((t) => [
          t.label,
          a[t.key].doc_count,
          a[t.key].bad.doc_count,
          formatShare(a[t.key].bad.doc_count, a[t.key].doc_count),
          before === undefined ? "–" : formatShare(before[t.key].bad.doc_count, before[t.key].doc_count),
        ]),
      })}
    >
      {(a) => (
        <table className="tb fl wide">
          <thead>
            <tr>
              <th scope="col">Type</th>
              <th scope="col">By {interval.label}</th>
              <th scope="col" className="num">Share</th>
              <th scope="col" className="num" title={begins}>Before</th>
            </tr>
          </thead>
          <tbody>
            {troubles.map((t) => <Row key={t.key} trouble={t} now={a[t.key]} before={before?.[t.key]} begins={begins} />)}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function Row({ trouble, now, before, begins }: { trouble: Trouble; now: Troubles[Trouble["key"]]; before: Before[Trouble["key"]] | undefined; begins: string | undefined }): ReactElement {
  const openEvents = useOpenEvents();
  const open = (): void => openEvents([trouble.all, trouble.bad]);
  const values = now.over_time.buckets.map((b) => (b.doc_count === 0 ? undefined : b.bad.doc_count / b.doc_count));
  const far = before !== undefined && isFarAbove(now.bad.doc_count, now.doc_count, before.bad.doc_count, before.doc_count);
  const share = formatShare(now.bad.doc_count, now.doc_count);
  return (
    <tr className="go" onClick={open}>
      <td>
        <button type="button" className="row plain" onClick={(e) => { e.stopPropagation(); open(); }}>
          <i className="sq" style={{ background: `var(${trouble.color})` }} />
          {trouble.label}
        </button>
      </td>
      <td><Spark values={values} color={trouble.color} label={`Share of ${trouble.label} over time, now ${share}`} /></td>
      <td className={`num b6 ${far ? "bad" : ""}`} title={far ? "Far above the period before" : undefined}>{share}</td>
      <td className="num t3" title={before === undefined ? begins : undefined}>{before === undefined ? "–" : formatShare(before.bad.doc_count, before.doc_count)}</td>
    </tr>
  );
}
