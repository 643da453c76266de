import { Modal } from "@mantine/core";
import { useMemo, useState, type ReactElement } from "react";
import type { Clause } from "../../api/es";
import { CopyButton } from "../../components/CopyButton";
import { PanelState } from "../../components/PanelState";
import { useEs } from "../../components/useEs";
import { formatCount } from "../../lib/format";
import { valuesBody, type Values } from "./FieldValues";
import { bucketValue, ValueRow } from "./ValueRow";

const limit = 1000;

/** Every value of a field with count, share, include and exclude. */
export function AllValues({ field, exact, pattern, query, onClose }: { field: string; exact: string; pattern: string; query: Clause; onClose: () => void }): ReactElement {
  const [find, setFind] = useState("");
  const result = useEs<Values>(pattern, useMemo(() => valuesBody(query, exact, limit), [query, exact]));
  const answer = result.data?.aggregations;
  const buckets = answer?.top.buckets ?? [];
  const shown = buckets.filter((b) => String(bucketValue(b)).toLowerCase().includes(find.toLowerCase()));
  const more = (answer?.different.value ?? 0) > limit;
  const tsv = (): string => [`${field}\tevents`, ...buckets.map((b) => `${String(bucketValue(b))}\t${b.doc_count}`)].join("\n");
  return (
    <Modal opened onClose={onClose} title={`Values of ${field}`} size="lg">
      <div className="allvalues">
        <div className="row">
          <input aria-label="Find a value" placeholder="Find a value" value={find} onChange={(e) => setFind(e.currentTarget.value)} />
          <span className="t3 f12">{formatCount(shown.length)} of {formatCount(answer?.different.value ?? 0)}{more ? `, the ${formatCount(limit)} most frequent` : ""}</span>
          <span className="sp"><CopyButton label="Copy the values" text={tsv}>Copy</CopyButton></span>
        </div>
        {result.isError ? <PanelState.Failed error={result.error} onRetry={() => void result.refetch()} /> : answer === undefined ? <PanelState.Loading lines /> : (
          <ul>
            {shown.map((b) => <ValueRow key={String(b.key)} field={field} bucket={b} total={answer.having.doc_count} most={buckets[0]?.doc_count ?? 1} counts />)}
          </ul>
        )}
      </div>
    </Modal>
  );
}
