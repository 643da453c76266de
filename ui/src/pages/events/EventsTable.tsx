import { Menu } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import { Btn, IconBtn } from "../../components/Btn";
import { IconArrowDown, IconArrowUp, IconChevronDown, IconLineHeight } from "../../components/icons";
import { PanelState } from "../../components/PanelState";
import { useTime } from "../../components/TimeContext";
import { usePreference } from "../../components/usePreference";
import { summaryColumn, type EventRow } from "../../lib/events";
import { shortNames } from "../../lib/fields";
import { formatCount, formatDay } from "../../lib/format";
import { dayOf, type Span } from "../../lib/time";
import { zoneLabel } from "../../lib/zone";
import { Row } from "./Row";
import type { Events } from "./useEvents";
import type { EventsState, Update } from "./useEventsState";
import type { Fields } from "./useFields";

type Density = "compact" | "normal" | "roomy";
const heights: Record<Density, number> = { compact: 26, normal: 30, roomy: 44 };
const densities: readonly Density[] = ["compact", "normal", "roomy"];

interface Props {
  state: EventsState;
  update: Update;
  fields: Fields;
  events: Events;
  active: number;
  onCursor: (row: number) => void;
  onOpen: (row: EventRow, replace: boolean) => void;
}

type Item = { day: number } | { row: number };

/** Rows with a line in front of each new day; the first day stands in the sticky line. */
function itemsOf(rows: readonly EventRow[], zone: string, byTime: boolean): Item[] {
  const items: Item[] = [];
  let day: Span | undefined;
  rows.forEach((row, i) => {
    if (byTime && row.time !== undefined && (day === undefined || row.time < day.from || row.time >= day.to)) {
      if (day !== undefined) items.push({ day: row.time });
      day = dayOf(row.time, zone);
    }
    items.push({ row: i });
  });
  return items;
}

const [summaryWidth, columnWidth, timeWidth, dateWidth, edges] = [260, 110, 76, 150, 40];

/** The columns of the grid, and how narrow it may become before it scrolls sideways. */
function layoutOf(columns: readonly string[], byTime: boolean): { template: string; minWidth: number } {
  const narrow = columns.map((c) => (c === summaryColumn ? summaryWidth : columnWidth));
  const widths = narrow.map((w) => `minmax(${w}px, ${w === summaryWidth ? 3 : 1}fr)`);
  const time = byTime ? timeWidth : dateWidth;
  return {
    template: `16px ${time}px ${widths.join(" ")}`,
    minWidth: edges + time + narrow.reduce((a, b) => a + b, 0) + 8 * (columns.length + 1),
  };
}

/** The table of events: virtual rows, one tab stop, arrow keys inside. */
export function EventsTable({ state, update, fields, events, active, onCursor, onOpen }: Props): ReactElement {
  const { zone } = useTime();
  const { rows, total, hasMore, loadMore } = events;
  const [density, setDensity] = usePreference<Density>("density", "compact", (t) => densities.find((d) => d === t));
  const [column, setColumn] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const byTime = state.sort === undefined || state.sort.startsWith(`${fields.timeField ?? ""}:`);
  const items = useMemo(() => itemsOf(rows, zone, byTime), [rows, zone, byTime]);
  const itemOf = useMemo(() => new Map(items.flatMap((item, i) => ("row" in item ? [[item.row, i] as const] : []))), [items]);
  const phone = useMediaQuery("(max-width: 640px)", false, { getInitialValueInEffect: false });
  const height = phone ? 56 : heights[density];
  // The virtualizer changes inside; nothing here is memoised on it.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({ count: items.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 12 });
  const seen = virtual.getVirtualItems();
  const last = seen[seen.length - 1]?.index ?? 0;
  useEffect(() => virtual.measure(), [virtual, height]);
  useEffect(() => {
    if (hasMore && items.length > 0 && last > items.length - 60) loadMore();
  }, [hasMore, items.length, last, loadMore]);
  useEffect(() => {
    const item = itemOf.get(active);
    if (item !== undefined) virtual.scrollToIndex(item, { align: "auto" });
  }, [active, itemOf, virtual]);

  const short = useMemo(() => shortNames(state.columns), [state.columns]);
  const layout = layoutOf(state.columns, byTime);
  const { template } = layout;
  const minWidth = phone ? 0 : layout.minWidth;
  const top = items[virtual.range?.startIndex ?? 0];
  const topTime = top === undefined ? undefined : "day" in top ? top.day : rows[top.row]?.time;
  const onKeyDown = (event: KeyboardEvent): void => {
    const move: Record<string, () => void> = {
      ArrowDown: () => onCursor(Math.min(rows.length - 1, active + 1)),
      ArrowUp: () => onCursor(Math.max(0, active - 1)),
      PageDown: () => onCursor(Math.min(rows.length - 1, active + 20)),
      PageUp: () => onCursor(Math.max(0, active - 20)),
      Home: () => onCursor(0),
      End: () => onCursor(rows.length - 1),
      ArrowLeft: () => setColumn(Math.max(0, column - 1)),
      ArrowRight: () => setColumn(Math.min(state.columns.length - 1, column + 1)),
    };
    const run = move[event.key];
    if (run === undefined) return;
    event.preventDefault();
    run();
  };
  return (
    <>
      <div className="row th">
        <span className="b6" data-testid="total">{total === undefined ? "–" : formatCount(total)}</span>
        <span className="t2">{total === 1 ? "event" : "events"}</span>
        <span className="sp" />
        <IconBtn look="g" small label={`Row height: ${density}`} onClick={() => setDensity(densities[(densities.indexOf(density) + 1) % densities.length] ?? "compact")}>
          <IconLineHeight size={16} />
        </IconBtn>
      </div>
      {/* A grid is one tab stop: the focus rests on it and the active cell is named. */}
      <div
        className={`evgrid ${density} ${events.stale ? "stale" : ""}`}
        role="grid"
        tabIndex={0}
        aria-label="Events"
        aria-rowcount={(total ?? 0) + 1}
        aria-colcount={state.columns.length + 1}
        aria-activedescendant={active >= 0 && itemOf.has(active) ? `cell-${active}-${column}` : undefined}
        onKeyDown={onKeyDown}
        ref={scroller}
      >
        <div className="evinner" role="rowgroup" style={{ minWidth }}>
          <div className="evr evh" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
            <span role="columnheader"><span className="sr">Type</span></span>
            <Header name={fields.timeField ?? "@timestamp"} label={`Time`} state={state} update={update} fields={fields} first />
            {state.columns.map((c) => <Header key={c} name={c} label={c === summaryColumn ? "Summary" : (short.get(c) ?? c)} state={state} update={update} fields={fields} />)}
          </div>
          {byTime && topTime !== undefined ? (
            <div className="day sticky" role="row"><span role="gridcell">{formatDay(topTime, zone)}, {zoneLabel(zone, topTime)}</span></div>
          ) : null}
        </div>
        {rows.length === 0 ? <div className="loadrows">{events.queryError === undefined ? <PanelState.Loading lines /> : <p className="t3 f12">No rows: the search failed.</p>}</div> : (
          <div role="rowgroup" className="evbody" style={{ height: virtual.getTotalSize(), minWidth }}>
            {seen.map((v) => {
              const item = items[v.index];
              if (item === undefined) return null;
              const place = { transform: `translateY(${v.start}px)`, height: v.size };
              if ("day" in item) {
                return <div key={v.key} className="day" role="row" style={place}><span role="gridcell">{formatDay(item.day, zone)}</span></div>;
              }
              const row = rows[item.row];
              if (row === undefined) return null;
              return (
                <Row
                  key={v.key}
                  row={row}
                  at={item.row}
                  columns={state.columns}
                  template={template}
                  offset={v.start}
                  height={v.size}
                  byTime={byTime}
                  phone={phone}
                  zone={zone}
                  activeColumn={item.row === active ? column : -1}
                  onOpen={onOpen}
                  onCursor={onCursor}
                />
              );
            })}
          </div>
        )}
      </div>
    </>
  );
}

interface HeaderProps {
  name: string;
  label: string;
  state: EventsState;
  update: Update;
  fields: Fields;
  first?: boolean;
}

function Header({ name, label, state, update, fields, first = false }: HeaderProps): ReactElement {
  const implied = first && state.sort === undefined;
  const order = implied || state.sort === `${name}:desc` ? "desc" : state.sort === `${name}:asc` ? "asc" : undefined;
  const sortable = first || fields.byName.get(name)?.aggregatable === true;
  const at = state.columns.indexOf(name);
  const swap = (by: number): void => {
    const next = [...state.columns];
    next.splice(at, 1);
    next.splice(at + by, 0, name);
    update({ cols: next });
  };
  const sort = (to: "asc" | "desc"): void => update({ sort: first && to === "desc" ? undefined : `${name}:${to}` });
  return (
    <span role="columnheader" aria-sort={order === undefined ? "none" : order === "asc" ? "ascending" : "descending"}>
      <Menu position="bottom-start" shadow="md">
        <Menu.Target>
          <Btn look="g" small className="colhead" tabIndex={-1} title={name}>
            <span className="el tail"><bdi>{label}</bdi></span>
            {order === "asc" ? <IconArrowUp size={12} /> : order === "desc" ? <IconArrowDown size={12} /> : <IconChevronDown size={12} className="quiet" />}
          </Btn>
        </Menu.Target>
        <Menu.Dropdown>
          {sortable ? <Menu.Item onClick={() => sort("desc")}>{first ? "Newest first" : "Sort down"}</Menu.Item> : null}
          {sortable ? <Menu.Item onClick={() => sort("asc")}>{first ? "Oldest first" : "Sort up"}</Menu.Item> : null}
          {first ? null : (
            <>
              {at > 0 ? <Menu.Item onClick={() => swap(-1)}>Move left</Menu.Item> : null}
              {at < state.columns.length - 1 ? <Menu.Item onClick={() => swap(1)}>Move right</Menu.Item> : null}
              <Menu.Item onClick={() => update({ cols: state.columns.filter((c) => c !== name) })}>Remove column</Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
    </span>
  );
}
