import type { ReactElement } from "react";
import { CopyButton } from "../../components/CopyButton";
import { PanelState } from "../../components/PanelState";
import type { EventRow } from "../../lib/events";
import { visible } from "../../lib/visible";

/** The record as it was read, and where it was read from. */
export function DetailRaw({ row, loading }: { row: EventRow; loading: boolean }): ReactElement {
  const raw = row.flat.get("event.original")?.[0];
  const bucket = row.flat.get("aws.s3.bucket.name")?.[0];
  const object = row.flat.get("aws.s3.object.key")?.[0] ?? row.flat.get("log.file.path")?.[0];
  const offset = row.flat.get("log.offset")?.[0];
  if (raw === undefined) return loading ? <PanelState.Loading lines /> : <PanelState.Empty says="No raw record was kept"><p>This event was written through the Elasticsearch API, or keeping the original is switched off.</p></PanelState.Empty>;
  return (
    <div className="drpre">
      {object === undefined ? null : <p className="t3 f12 wrap">From <span className="mono">{bucket === undefined ? "" : `${String(bucket)}/`}{String(object)}</span>{offset === undefined ? "" : `, at ${String(offset)}`}</p>}
      <CopyButton label="Copy the record" text={() => String(raw)}>Copy</CopyButton>
      <pre className="mono wrapped">{visible(String(raw))}</pre>
    </div>
  );
}
