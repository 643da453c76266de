import type { ReactElement } from "react";
import { Panel } from "../../components/Panel";
import type { EsResult } from "../../components/useEs";
import { useOpenEvents } from "../../components/useOpenEvents";
import { ValueList } from "../../components/ValueList";
import { formatCount } from "../../lib/format";
import type { Regions } from "./queries";

export function RegionsPanel({ result }: { result: EsResult<Regions> }): ReactElement {
  const openEvents = useOpenEvents();
  return (
    <Panel
      title="Regions"
      sub="cloud.region"
      className="s3"
      result={result}
      empty={(a) => (a?.regions.buckets.length ?? 0) === 0}
      table={(a) => ({ columns: ["Region", "Events"], rows: a.regions.buckets.map((b) => [String(b.key), b.doc_count]) })}
    >
      {(a) => (
        <ValueList
          total={result.data?.hits.total?.value ?? 0}
          rows={a.regions.buckets.map((b) => ({ key: String(b.key), amount: b.doc_count, shown: formatCount(b.doc_count) }))}
          onPick={(value) => openEvents([{ field: "cloud.region", op: "is", value }])}
        />
      )}
    </Panel>
  );
}
