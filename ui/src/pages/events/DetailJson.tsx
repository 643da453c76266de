import { useMemo, type ReactElement } from "react";
import { CopyButton } from "../../components/CopyButton";
import type { EventRow } from "../../lib/events";
import { visible } from "../../lib/visible";

const pattern = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Pieces of JSON text with what they are; plain text between them. */
export function jsonPieces(text: string): { text: string; kind?: "key" | "string" | "other" }[] {
  const pieces: { text: string; kind?: "key" | "string" | "other" }[] = [];
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > last) pieces.push({ text: text.slice(last, match.index) });
    const [whole, quoted, colon] = match;
    if (quoted === undefined) pieces.push({ text: whole, kind: "other" });
    else {
      pieces.push({ text: quoted, kind: colon === undefined ? "string" : "key" });
      if (colon !== undefined) pieces.push({ text: colon });
    }
    last = match.index + whole.length;
  }
  if (last < text.length) pieces.push({ text: text.slice(last) });
  return pieces;
}

/** The document as stored. */
export function DetailJson({ row }: { row: EventRow }): ReactElement {
  const text = useMemo(() => JSON.stringify({ _index: row.index, _id: row.id, _source: row.source }, null, 2), [row]);
  const pieces = useMemo(() => jsonPieces(visible(text)), [text]);
  return (
    <div className="drpre">
      <CopyButton label="Copy the JSON" text={() => text}>Copy</CopyButton>
      <pre className="mono">{pieces.map((p, i) => (p.kind === undefined ? p.text : <span key={i} className={`j-${p.kind}`}>{p.text}</span>))}</pre>
    </div>
  );
}
