import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState, type KeyboardEvent, type PointerEvent, type ReactElement } from "react";
import type { ApiError } from "../../api/errors";
import { search, type Hit } from "../../api/es";
import { IconBtn } from "../../components/Btn";
import { CopyButton } from "../../components/CopyButton";
import { IconChevronDown, IconChevronUp, IconLink, IconX } from "../../components/icons";
import { PanelState } from "../../components/PanelState";
import { useAnnounce } from "../../components/Announcer";
import { copyText } from "../../components/CopyButton";
import { usePreference } from "../../components/usePreference";
import { parseDocKey, toRow, type EventRow } from "../../lib/events";
import { eventType } from "../../lib/eventtypes";
import { formatCount } from "../../lib/format";
import type { DetailTab } from "../../lib/search";
import { sentence, title } from "../../lib/sentence";
import { visibleShort } from "../../lib/visible";
import { DetailJson } from "./DetailJson";
import { DetailRaw } from "./DetailRaw";
import { DetailSurrounding } from "./DetailSurrounding";
import { DetailTable } from "./DetailTable";
import type { EventsState, Update } from "./useEventsState";
import type { Fields } from "./useFields";

interface Props {
  state: EventsState;
  update: Update;
  fields: Fields;
  rows: readonly EventRow[];
  /** Row of the event, -1 when it is not among those loaded. */
  at: number;
  total: number | undefined;
  onMove: (row: number) => void;
  onClose: () => void;
}

const [narrowest, widest] = [380, 720];

/** One event, beside the table. */
export function Drawer({ state, update, fields, rows, at, total, onMove, onClose }: Props): ReactElement {
  const [width, setWidth] = usePreference("drawer", 456, (text) => (Number(text) >= narrowest && Number(text) <= widest ? Number(text) : undefined));
  const key = parseDocKey(state.doc ?? "");
  const whole = useQuery<Hit | null, ApiError>({
    queryKey: ["doc", state.doc],
    queryFn: async ({ signal }) => {
      if (key === undefined) return null;
      const answer = await search(key.index, { query: { ids: { values: [key.id] } }, size: 1 }, signal);
      return answer.hits.hits[0] ?? null;
    },
  });
  const near = rows[at];
  const row = useMemo(() => (whole.data ? toRow(whole.data, fields.timeField) : near), [whole.data, near, fields.timeField]);
  return (
    <aside className="pan dr" aria-label="Event" style={{ width }}>
      <Grip width={width} onWidth={setWidth} />
      <Head row={row} at={at} total={total} rows={rows.length} onMove={onMove} onClose={onClose} />
      {row === undefined ? (
        whole.isError ? <PanelState.Failed says="The event could not be fetched" error={whole.error} onRetry={() => void whole.refetch()} /> : whole.data === null ? <PanelState.Empty says="There is no such event"><p>It may have been deleted, or its index was.</p></PanelState.Empty> : <PanelState.Loading lines />
      ) : (
        <>
          <p className="sum">{sentence(row.flat).map((p, i) => (p.strong === true ? <b key={i}>{visibleShort(p.text, 2000)}</b> : visibleShort(p.text, 2000)))}</p>
          <Tabs value={state.tab} onChange={(tab) => update({ tab: (tab ?? "table") as DetailTab }, true)} keepMounted={false} className="drtabs">
            <Tabs.List>
              <Tabs.Tab value="table">Table</Tabs.Tab>
              <Tabs.Tab value="json">JSON</Tabs.Tab>
              <Tabs.Tab value="surrounding">Surrounding</Tabs.Tab>
              <Tabs.Tab value="raw">Raw</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="table"><DetailTable row={row} /></Tabs.Panel>
            <Tabs.Panel value="json"><DetailJson row={row} /></Tabs.Panel>
            <Tabs.Panel value="surrounding"><DetailSurrounding row={row} state={state} update={update} fields={fields} /></Tabs.Panel>
            <Tabs.Panel value="raw"><DetailRaw row={row} loading={whole.isPending} /></Tabs.Panel>
          </Tabs>
        </>
      )}
    </aside>
  );
}

interface HeadProps {
  row: EventRow | undefined;
  at: number;
  total: number | undefined;
  rows: number;
  onMove: (row: number) => void;
  onClose: () => void;
}

function Head({ row, at, total, rows, onMove, onClose }: HeadProps): ReactElement {
  const announce = useAnnounce();
  const type = row?.flat.get("type")?.[0];
  const code = row?.flat.get("aws.cloudtrail.error_code")?.[0] ?? row?.flat.get("http.response.status_code")?.[0];
  const link = (): void => void copyText(window.location.href).then((ok) => announce(ok ? "Copied" : "The browser refused the clipboard"));
  return (
    <div className="row drh">
      {type === undefined ? null : <i className="sq" title={eventType(String(type)).label} style={{ background: `var(${eventType(String(type)).color})` }} />}
      <h2 className="el">{row === undefined ? "Event" : visibleShort(title(row.flat))}</h2>
      {code === undefined ? null : <span className="tag">{visibleShort(String(code))}</span>}
      <span className="sp t3 f12">{at === -1 ? "" : `${formatCount(at + 1)} of ${formatCount(total ?? rows)}`}</span>
      <IconBtn look="g" small label="Previous event" keys="k" disabled={at <= 0} onClick={() => onMove(at - 1)}><IconChevronUp size={16} /></IconBtn>
      <IconBtn look="g" small label="Next event" keys="j" disabled={at === -1 || at >= rows - 1} onClick={() => onMove(at + 1)}><IconChevronDown size={16} /></IconBtn>
      <IconBtn look="g" small label="Copy the link" onClick={link}><IconLink size={16} /></IconBtn>
      {row === undefined ? null : <CopyButton label="Copy as JSON" text={() => JSON.stringify(row.source, null, 2)} />}
      <IconBtn look="g" small label="Close the event" keys="Esc" onClick={onClose}><IconX size={16} /></IconBtn>
    </div>
  );
}

/** The left edge: drag it, or use the arrow keys. */
function Grip({ width, onWidth }: { width: number; onWidth: (width: number) => void }): ReactElement {
  const [start, setStart] = useState<{ x: number; width: number }>();
  const clamp = useCallback((w: number) => onWidth(Math.round(Math.min(widest, Math.max(narrowest, w)))), [onWidth]);
  const down = (e: PointerEvent<HTMLDivElement>): void => {
    e.currentTarget.setPointerCapture(e.pointerId);
    setStart({ x: e.clientX, width });
  };
  const key = (e: KeyboardEvent): void => {
    if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
    e.preventDefault();
    clamp(width + (e.key === "ArrowLeft" ? 20 : -20));
  };
  return (
    // A focusable separator is a widget (WAI-ARIA 1.2), which the rule does not know.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      className="grip"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the event"
      aria-valuemin={narrowest}
      aria-valuemax={widest}
      aria-valuenow={width}
      // As above: the keys of a focusable separator need the focus.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onPointerDown={down}
      onPointerMove={(e) => (start === undefined ? undefined : clamp(start.width + start.x - e.clientX))}
      onPointerUp={() => setStart(undefined)}
      onKeyDown={key}
    />
  );
}
