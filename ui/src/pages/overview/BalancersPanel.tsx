import type { ReactElement } from "react";
import { Panel } from "../../components/Panel";
import type { EsResult } from "../../components/useEs";
import { useOpenEvents } from "../../components/useOpenEvents";
import type { Filter } from "../../lib/filters";
import { formatCount, formatShare, plural } from "../../lib/format";
import { statusClasses, type Balancers } from "./queries";

const rows = [...statusClasses, "none"] as const;

/** The 95th percentile in milliseconds; unknown is "–". */
function p95(bucket: Balancers["classes"]["buckets"][string] | undefined): string {
  const seconds = bucket?.time.values["95.0"];
  if (seconds === undefined || seconds === null || Number.isNaN(seconds)) return "–";
  const ms = 1000 * seconds;
  return `${ms < 10 ? ms.toFixed(1) : formatCount(ms)} ms`;
}

function filterOf(name: (typeof rows)[number]): Filter {
  if (name === "none") return { field: "http.response.status_code", op: "exists", not: true };
  const from = Number(name[0]) * 100;
  return { field: "http.response.status_code", op: "range", value: { gte: from, lt: from + 100 } };
}

/** What the load balancers answered, by class of status. */
export function BalancersPanel({ result }: { result: EsResult<Balancers> }): ReactElement {
  const openEvents = useOpenEvents();
  const total = result.data?.hits.total?.value ?? 0;
  const balancers = result.data?.aggregations?.balancers.value ?? 0;
  return (
    <Panel
      title="Load balancer status"
      sub={plural(balancers, "balancer")}
      className="s4"
      result={result}
      empty={() => total === 0}
      table={(a) => ({
        columns: ["Class", "Requests", "Share", "p95 of the target"],
        rows: rows.map((name) => [name, a.classes.buckets[name]?.doc_count ?? 0, formatShare(a.classes.buckets[name]?.doc_count ?? 0, total), p95(a.classes.buckets[name])]),
      })}
    >
      {(a) => (
        <table className="tb c wide">
          <thead>
            <tr>
              <th scope="col">Class</th>
              <th scope="col" className="num">Requests</th>
              <th scope="col" className="num">Share</th>
              <th scope="col" className="num" title="95th percentile of the target's processing time">p95</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((name) => {
              const bucket = a.classes.buckets[name];
              const open = (): void => openEvents([{ field: "type", op: "is", value: "elblogs" }, filterOf(name)]);
              return (
                <tr key={name} className="go" onClick={open}>
                  <td><button type="button" className="plain" onClick={(e) => { e.stopPropagation(); open(); }}>{name === "none" ? "No status" : name}</button></td>
                  <td className="num">{formatCount(bucket?.doc_count ?? 0)}</td>
                  <td className="num t3">{formatShare(bucket?.doc_count ?? 0, total)}</td>
                  <td className="num">{p95(bucket)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
