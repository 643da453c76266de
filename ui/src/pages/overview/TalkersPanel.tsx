import type { ReactElement } from "react";
import { Panel } from "../../components/Panel";
import type { EsResult } from "../../components/useEs";
import { useOpenEvents } from "../../components/useOpenEvents";
import { ValueList } from "../../components/ValueList";
import { isPrivateAddress } from "../../lib/addresses";
import { countryName } from "../../lib/countries";
import { formatBytes } from "../../lib/format";
import type { Talkers } from "./queries";

/** A code with a dot behind it and its name in the tooltip: "SG" alone reads as a security group. Only private addresses are said to be of a VPC. */
function Country({ code, address }: { code: string | number | undefined; address: string }): ReactElement {
  if (code !== undefined) return <span className="cc" title={countryName(String(code))}>{String(code)} ·</span>;
  return isPrivateAddress(address) ? <span className="cc">vpc</span> : <span className="cc" title="No country known">–</span>;
}

/** Who sends most, by bytes. */
export function TalkersPanel({ result }: { result: EsResult<Talkers> }): ReactElement {
  const openEvents = useOpenEvents();
  return (
    <Panel
      title="Top talkers"
      sub="VPC flow source.ip, bytes"
      className="s4"
      result={result}
      empty={(a) => (a?.talkers.buckets.length ?? 0) === 0}
      table={(a) => ({
        columns: ["Address", "Country", "Flows", "Bytes"],
        rows: a.talkers.buckets.map((b) => [String(b.key), String(b.country.buckets[0]?.key ?? ""), b.doc_count, b.bytes.value ?? 0]),
      })}
    >
      {(a) => (
        <ValueList
          total={a.bytes.value ?? 0}
          rows={a.talkers.buckets.map((b) => ({
            key: String(b.key),
            label: <><Country code={b.country.buckets[0]?.key} address={String(b.key)} />{String(b.key)}</>,
            amount: b.bytes.value ?? 0,
            shown: formatBytes(b.bytes.value ?? 0),
          }))}
          onPick={(value) => openEvents([{ field: "type", op: "is", value: "vpcflow" }, { field: "source.ip", op: "is", value }])}
        />
      )}
    </Panel>
  );
}
