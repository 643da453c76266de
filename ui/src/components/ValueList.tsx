import type { ReactElement, ReactNode } from "react";
import { formatShare } from "../lib/format";
import { visibleShort } from "../lib/visible";

export interface ValueRow {
  key: string;
  /** What the row says; the key itself when absent. */
  label?: ReactNode;
  /** What decides the bar and the share. */
  amount: number;
  shown: string;
}

/** Values over quiet bars, with amount and share; a click asks for the events behind one. */
export function ValueList({ rows, total, mono = true, onPick }: { rows: readonly ValueRow[]; total: number; mono?: boolean; onPick: (key: string) => void }): ReactElement {
  const most = Math.max(1, ...rows.map((r) => r.amount));
  return (
    <ul className="vl">
      {rows.map((row) => (
        <li key={row.key}>
          <button
            type="button"
            className={`l ${mono ? "mono" : ""}`}
            style={{ "--w": `${(100 * row.amount) / most}%` } as React.CSSProperties}
            title={row.key}
            onClick={() => onPick(row.key)}
          >
            <span>{row.label ?? visibleShort(row.key)}</span>
          </button>
          <span className="n">{row.shown}</span>
          <span className="p">{formatShare(row.amount, total)}</span>
        </li>
      ))}
    </ul>
  );
}
