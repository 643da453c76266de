import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { ApiError } from "../../api/errors";
import { search, type Clause } from "../../api/es";
import { PanelState } from "../../components/PanelState";
import { useTime } from "../../components/TimeContext";
import { docKey, sortBy, toRow, type EventRow } from "../../lib/events";
import { eventType } from "../../lib/eventtypes";
import { formatDay, formatTime } from "../../lib/format";
import { iso } from "../../lib/time";
import { sentence, title } from "../../lib/sentence";
import { visibleShort } from "../../lib/visible";
import type { EventsState, Update } from "./useEventsState";
import type { Fields } from "./useFields";

type Same = "all" | "source.ip" | "user.name" | "event.dataset";

const labels: Record<Same, string> = { all: "All", "source.ip": "Same address", "user.name": "Same user", "event.dataset": "Same log" };

interface Around {
  before: EventRow[];
  after: EventRow[];
}

/** What happened just before and after, whatever the query and filters. */
export function DetailSurrounding({ row, state, update, fields }: { row: EventRow; state: EventsState; update: Update; fields: Fields }): ReactElement {
  const { zone } = useTime();
  const [same, setSame] = useState<Same>("all");
  const [each, setEach] = useState(5);
  const { timeField } = fields;
  const value = same === "all" ? undefined : row.flat.get(same)?.[0];
  const around = useQuery<Around, ApiError>({
    queryKey: ["around", docKey(row), state.pattern, timeField, same, each],
    enabled: timeField !== undefined && row.time !== undefined,
    queryFn: async ({ signal }) => {
      const side = async (order: "asc" | "desc"): Promise<EventRow[]> => {
        const range: Clause = { range: { [timeField ?? ""]: { [order === "asc" ? "gte" : "lte"]: iso(row.time ?? 0), format: "strict_date_optional_time" } } };
        const filter: Clause[] = [range, ...(value === undefined ? [] : [{ term: { [same]: { value } } }])];
        const answer = await search(state.pattern, {
          query: { bool: { filter } },
          sort: sortBy(timeField ?? "", order, true),
          search_after: [row.time ?? 0, row.id],
          size: each,
          track_total_hits: false,
          _source: { excludes: ["event.original"] },
        }, signal);
        return answer.hits.hits.map((hit) => toRow(hit, timeField));
      };
      const [before, after] = await Promise.all([side("desc"), side("asc")]);
      return { before, after };
    },
  });
  if (timeField === undefined || row.time === undefined) return <PanelState.Empty says="This event has no time" />;
  const choices = (["all", "source.ip", "user.name", "event.dataset"] as const).filter((c) => c === "all" || row.flat.has(c));
  return (
    <div className="around">
      <SegmentedControl size="xs" aria-label="Which events" value={same} onChange={(v) => setSame(v)} data={choices.map((c) => ({ value: c, label: labels[c] }))} />
      {around.isError ? <PanelState.Failed error={around.error} onRetry={() => void around.refetch()} /> : around.data === undefined ? <PanelState.Loading lines /> : (
        <ol>
          <li className="t3 f11">{formatDay(row.time, zone)}</li>
          {[...around.data.after].reverse().map((r) => <Line key={docKey(r)} row={r} zone={zone} onOpen={() => update({ doc: docKey(r) })} />)}
          <Line row={row} zone={zone} here />
          {around.data.before.map((r) => <Line key={docKey(r)} row={r} zone={zone} onOpen={() => update({ doc: docKey(r) })} />)}
        </ol>
      )}
      <button type="button" className="lnk f12" onClick={() => setEach(each + 10)}>10 more each way</button>
    </div>
  );
}

function Line({ row, zone, here = false, onOpen }: { row: EventRow; zone: string; here?: boolean; onOpen?: () => void }): ReactElement {
  const type = row.flat.get("type")?.[0];
  const says = sentence(row.flat).map((p) => p.text).join("") || title(row.flat);
  return (
    <li className={here ? "here" : ""}>
      <button type="button" disabled={here} aria-current={here} onClick={onOpen}>
        <i className="sq" style={{ background: type === undefined ? "transparent" : `var(${eventType(String(type)).color})` }} />
        <span className="mono t2">{row.time === undefined ? "–" : formatTime(row.time, zone)}</span>
        <span className="el">{visibleShort(says)}</span>
      </button>
    </li>
  );
}
