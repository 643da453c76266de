import { Drawer as Sheet } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useCallback, useEffect, useMemo, useState, type ReactElement } from "react";
import { useAnnounce } from "../../components/Announcer";
import { GrowingStrip, useFollow } from "../../components/Follow";
import { PanelState } from "../../components/PanelState";
import { useShortcut } from "../../components/Shortcuts";
import { useStorage } from "../../components/useConsole";
import { useTime } from "../../components/TimeContext";
import { isPartial, partialText } from "../../components/useEs";
import { Ways } from "../../components/Ways";
import { defaultColumns, docKey, type EventRow } from "../../lib/events";
import { addFilter } from "../../lib/filters";
import { filterFor } from "../../lib/fields";
import { plural } from "../../lib/format";
import { ActionsRow } from "./ActionsRow";
import { Drawer } from "./Drawer";
import { EventsTable } from "./EventsTable";
import { FieldList } from "./FieldList";
import { HistogramPanel } from "./HistogramPanel";
import { NoMatch } from "./NoMatch";
import { QueryRow } from "./QueryRow";
import { useEvents } from "./useEvents";
import { useEventsState, type EventsState } from "./useEventsState";
import { useFields } from "./useFields";
import { ValueBar, ValueBarProvider, type ValueActions } from "./ValueBar";
import "./events.css";

/** Search, look, narrow: every event, one by one. */
export function EventsPage(): ReactElement {
  const [link, update] = useEventsState();
  const fields = useFields(link.pattern);
  const state = useMemo<EventsState>(() => ({ ...link, columns: link.columns ?? defaultColumns(fields.byName) }), [link, fields.byName]);
  const events = useEvents(state, fields);
  const { rows, total } = events;
  const { rerun } = useTime();
  // Rows being read stay as they are; a page that shows none follows what is being stored.
  const following = useFollow(events.none);
  const empty = useStorage().data?.documents === 0 && events.none;
  const announce = useAnnounce();
  const at = useMemo(() => (state.doc === undefined ? -1 : rows.findIndex((r) => docKey(r) === state.doc)), [rows, state.doc]);
  const [cursor, setCursor] = useState(-1);
  const [sheet, setSheet] = useState(false);
  const wide = useMediaQuery("(min-width: 1100px)", true, { getInitialValueInEffect: false });
  const active = at === -1 ? Math.min(cursor, rows.length - 1) : at;

  const took = events.summary.data?.took;
  useEffect(() => {
    if (total !== undefined && took !== undefined && !events.stale) announce(`${plural(total, "event")} in ${took} ms`);
  }, [announce, total, took, events.stale]);

  const openRow = useCallback((row: EventRow, replace: boolean) => update({ doc: docKey(row) }, replace), [update]);
  const moveTo = useCallback(
    (next: number) => {
      const row = rows[next];
      if (row === undefined) return;
      setCursor(next);
      // The grid shows the active cell while it has the focus, so that f and x say what they act on.
      document.querySelector<HTMLElement>(".evgrid")?.focus({ preventScroll: true });
      if (state.doc !== undefined) openRow(row, true);
      if (next > rows.length - 20 && events.hasMore) events.loadMore();
    },
    [rows, state.doc, openRow, events],
  );
  const close = useCallback(() => update({ doc: undefined, tab: undefined }), [update]);

  useShortcut("j", "Next row", () => moveTo(active + 1));
  useShortcut("k", "Previous row", () => moveTo(Math.max(0, active - 1)));
  useShortcut("Enter", "Open the row", () => {
    const row = rows[Math.max(0, active)];
    if (row !== undefined) openRow(row, false);
  });
  useShortcut("Escape", "Close the event", close, state.doc !== undefined);

  const actions = useMemo<ValueActions>(
    () => ({
      filter: (field, value, not) => update({ filters: addFilter(state.filters, filterFor(fields.byName, field, value, not)) }),
      toggleColumn: (field) => update({ cols: toggled(state.columns, field) }),
      isColumn: (field) => state.columns.includes(field),
    }),
    [update, state.filters, state.columns, fields.byName],
  );
  const partial = events.shown !== undefined && isPartial(events.shown);
  const fieldList = <FieldList state={state} update={update} fields={fields} events={events} />;
  return (
    <ValueBarProvider actions={actions}>
      <QueryRow state={state} update={update} fields={fields} error={events.queryError} stale={rows.length > 0} />
      <ActionsRow state={state} update={update} events={events} fields={fields} onFields={wide ? undefined : () => setSheet(true)} />
      {wide ? null : <Sheet opened={sheet} onClose={() => setSheet(false)} title="Fields" size={300} closeButtonProps={{ "aria-label": "Close" }}>{fieldList}</Sheet>}
      {empty ? <div className="body"><Ways /></div> : <div className="body evb">
        {following && events.none ? <GrowingStrip /> : null}
        <HistogramPanel events={events} />
        <div className={`three ${state.doc === undefined ? "" : "open"}`}>
          {wide ? fieldList : null}
          <section className="pan tbl" aria-label="Events">
            {fields.untimed === undefined ? null : (
              <div className="strip info" role="status">
                <span>
                  {plural(fields.untimed.count, "event")} of these indices {fields.untimed.count === 1 ? "has" : "have"} no {fields.timeField}, only {fields.untimed.field}, and cannot be shown here.
                </span>
                <button type="button" className="lnk" onClick={() => update({ index: fields.untimed?.pattern, doc: undefined })}>Show only them</button>
              </div>
            )}
            {partial && events.shown !== undefined ? <PanelState.Partial text={partialText(events.shown)} onRetry={rerun} /> : null}
            {events.none ? (
              <NoMatch state={state} update={update} question={events.question} fields={fields} />
            ) : (
              <EventsTable state={state} update={update} fields={fields} events={events} active={active} onCursor={setCursor} onOpen={openRow} />
            )}
          </section>
          {state.doc === undefined ? null : (
            <Drawer state={state} update={update} fields={fields} rows={rows} at={at} total={total} onMove={moveTo} onClose={close} />
          )}
        </div>
      </div>}
      <ValueBar />
    </ValueBarProvider>
  );
}

function toggled(columns: readonly string[], field: string): string[] {
  return columns.includes(field) ? columns.filter((c) => c !== field) : [...columns, field];
}
