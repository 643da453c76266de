import { memo, type ReactElement } from "react";
import { summaryColumn, type EventRow } from "../../lib/events";
import { eventType } from "../../lib/eventtypes";
import { asText } from "../../lib/flatten";
import { formatDateTime, formatTime } from "../../lib/format";
import { sentence, title } from "../../lib/sentence";
import { visibleShort } from "../../lib/visible";
import { valueProps } from "./ValueBar";

interface Props {
  row: EventRow;
  at: number;
  columns: readonly string[];
  template: string;
  offset: number;
  height: number;
  byTime: boolean;
  /** Two lines, for a narrow screen. */
  phone: boolean;
  zone: string;
  /** The active cell's column, -1 when the row is not active. */
  activeColumn: number;
  onOpen: (row: EventRow, replace: boolean) => void;
  onCursor: (row: number) => void;
}

/** One event in the table. Values are text and nothing but text. */
export const Row = memo(function Row({ row, at, columns, template, offset, height, byTime, phone, zone, activeColumn, onOpen, onCursor }: Props): ReactElement {
  const type = row.flat.get("type")?.[0];
  const known = type === undefined ? undefined : eventType(String(type));
  const open = (): void => {
    onCursor(at);
    onOpen(row, false);
  };
  const time = row.time === undefined ? "–" : byTime ? formatTime(row.time, zone) : formatDateTime(row.time, zone);
  if (phone) return <PhoneRow row={row} at={at} offset={offset} height={height} time={time} onOpen={open} />;
  return (
    // Keys are handled by the grid, which holds the focus.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      className={`evr ${activeColumn === -1 ? "" : "sel"}`}
      role="row"
      aria-rowindex={at + 2}
      aria-selected={activeColumn !== -1}
      style={{ gridTemplateColumns: template, transform: `translateY(${offset}px)`, height }}
      onClick={open}
    >
      <span role="gridcell" title={known?.label} aria-label={known?.label ?? "no type"}>
        {known === undefined ? null : <i className="sq" style={{ background: `var(${known.color})` }} />}
      </span>
      <span role="gridcell" className="mono t2">{time}</span>
      {columns.map((column, i) => (
        <Cell key={column} id={`cell-${at}-${i}`} row={row} column={column} active={i === activeColumn} />
      ))}
    </div>
  );
});

function PhoneRow({ row, at, offset, height, time, onOpen }: { row: EventRow; at: number; offset: number; height: number; time: string; onOpen: () => void }): ReactElement {
  const text = (field: string): string | undefined => row.flat.get(field)?.map(String).join(", ");
  const who = [text("user.name") ?? text("user"), text("source.ip") ?? text("source_ip")].filter((x) => x !== undefined).join("  ");
  const how = text("aws.cloudtrail.error_code") ?? text("http.response.status_code") ?? text("severity") ?? text("event.outcome") ?? "";
  return (
    // Keys are handled by the grid, which holds the focus.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div className="evr two" role="row" aria-rowindex={at + 2} style={{ transform: `translateY(${offset}px)`, height }} onClick={onOpen}>
      <span role="gridcell" className="mono el what">{visibleShort(title(row.flat))}</span>
      <span role="gridcell" className="mono t3 num">{time}</span>
      <span role="gridcell" className="mono t2 el">{visibleShort(who)}</span>
      <span role="gridcell" className="mono t2 num">{visibleShort(how)}</span>
    </div>
  );
}

function Cell({ id, row, column, active }: { id: string; row: EventRow; column: string; active: boolean }): ReactElement {
  const mark = active ? { "data-active-cell": "true" } : {};
  if (column === summaryColumn) {
    const pieces = sentence(row.flat);
    return (
      <span role="gridcell" id={id} className="el summary" {...mark}>
        {pieces.length === 0 ? <span className="t3">–</span> : pieces.map((p, i) => (p.strong === true ? <b key={i}>{visibleShort(p.text)}</b> : visibleShort(p.text)))}
      </span>
    );
  }
  const values = row.flat.get(column);
  const [first] = values ?? [];
  const text = visibleShort(asText(values));
  if (first === undefined) return <span role="gridcell" id={id} className="mono t3" {...mark}>–</span>;
  return (
    <span role="gridcell" id={id} className="mono el" title={text.length > 18 ? text : undefined} {...mark} {...valueProps(column, first)}>
      {text}
    </span>
  );
}
