import { useMemo, useState, type ReactElement } from "react";
import { FieldName } from "../../components/FieldName";
import { flatten, type Leaf } from "../../lib/flatten";
import { shortNames } from "../../lib/fields";
import type { EventRow } from "../../lib/events";
import { safeLink } from "../../lib/links";
import { visible } from "../../lib/visible";
import { valueProps } from "./ValueBar";

/** Every field with its values; each value can be filtered by. */
export function DetailTable({ row }: { row: EventRow }): ReactElement {
  const [find, setFind] = useState("");
  const leaves = useMemo(() => flatten(row.source), [row.source]);
  const short = useMemo(() => shortNames(leaves.map((l) => l.field)), [leaves]);
  const needle = find.toLowerCase();
  const shown = leaves.filter((l) => l.field !== "event.original" && (l.field.toLowerCase().includes(needle) || l.values.some((v) => String(v).toLowerCase().includes(needle))));
  return (
    <>
      <input className="drfind" aria-label="Find in this event" placeholder="Find a field or a value" value={find} onChange={(e) => setFind(e.currentTarget.value)} />
      <dl className="kv">
        <div><dt className="mono">_index</dt><dd className="mono wrap">{row.index}</dd></div>
        <div><dt className="mono">_id</dt><dd className="mono wrap">{row.id}</dd></div>
        {shown.map((leaf) => <Pair key={leaf.field} leaf={leaf} short={short.get(leaf.field) ?? leaf.field} />)}
      </dl>
    </>
  );
}

function Pair({ leaf, short }: { leaf: Leaf; short: string }): ReactElement {
  return (
    <div>
      <dt className="mono wrap" title={leaf.field}><FieldName name={visible(short)} /></dt>
      <dd className="mono">
        {leaf.values.map((value, i) => (
          <span key={i} className="wrap val" {...valueProps(leaf.field, value)}>
            {visible(String(value))}
            {typeof value === "string" ? <Follow value={value} /> : null}
          </span>
        ))}
      </dd>
    </div>
  );
}

/** A way out for http(s) addresses only, with the host in sight. */
function Follow({ value }: { value: string }): ReactElement | null {
  const link = safeLink(value);
  if (link === undefined) return null;
  return <a className="follow" href={link.href} target="_blank" rel="noopener noreferrer nofollow">open {link.host}</a>;
}
