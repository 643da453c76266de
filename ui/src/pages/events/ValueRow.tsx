import type { ReactElement } from "react";
import type { Bucket } from "../../api/es";
import { IconCircleMinus, IconCirclePlus } from "../../components/icons";
import { formatCount, formatShare } from "../../lib/format";
import { visibleShort } from "../../lib/visible";
import { useValueActions, type Scalar } from "./ValueBar";

/** The value of a bucket as the field holds it: a boolean's key is 0 or 1, a date's a number. */
export const bucketValue = (bucket: Bucket): Scalar => bucket.key_as_string ?? bucket.key;

/** One value of a field with its share, and the two ways to filter by it. */
export function ValueRow({ field, bucket, total, most, counts = false }: { field: string; bucket: Bucket; total: number; most: number; counts?: boolean }): ReactElement {
  const actions = useValueActions();
  const value = bucketValue(bucket);
  const text = visibleShort(String(value));
  return (
    <li className="tvr">
      <span className="l mono el" title={text} style={{ "--w": `${(100 * bucket.doc_count) / most}%` } as React.CSSProperties}><span>{text === "" ? '""' : text}</span></span>
      {counts ? <span className="num f11">{formatCount(bucket.doc_count)}</span> : null}
      <span className="f11 t3 num" title={formatCount(bucket.doc_count)}>{formatShare(bucket.doc_count, total)}</span>
      <button type="button" aria-label={`Filter for ${text}`} title="Filter for" onClick={() => actions.filter(field, value, false)}><IconCirclePlus size={14} /></button>
      <button type="button" aria-label={`Filter out ${text}`} title="Filter out" onClick={() => actions.filter(field, value, true)}><IconCircleMinus size={14} /></button>
    </li>
  );
}
