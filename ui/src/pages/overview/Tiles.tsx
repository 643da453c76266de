import type { ReactElement } from "react";
import type { Bucket, Terms } from "../../api/es";
import { PanelState } from "../../components/PanelState";
import { useTime } from "../../components/TimeContext";
import { isPartial, partialText, type EsResult } from "../../components/useEs";
import { useOpenEvents } from "../../components/useOpenEvents";
import { change } from "../../lib/compare";
import { eventTypes, type EventType } from "../../lib/eventtypes";
import type { Filter } from "../../lib/filters";
import { formatCount, formatDuration } from "../../lib/format";
import type { Before, ByType } from "./queries";

/** Counts by known type; types without a colour of their own are "other". */
export function countByType(terms: Terms | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const bucket of terms?.buckets ?? ([] as Bucket[])) {
    const key = eventTypes.some((t) => t.key === bucket.key) ? String(bucket.key) : "other";
    counts.set(key, (counts.get(key) ?? 0) + bucket.doc_count);
  }
  return counts;
}

const always = new Set(["cloudtrail", "vpcflow", "elblogs"]);

/** A number per log type, against the period before; `begins` says why there is none. */
export function Tiles({ result, before, begins }: { result: EsResult<ByType>; before: Before | undefined; begins: string | undefined }): ReactElement {
  const { span } = useTime();
  const openEvents = useOpenEvents();
  const answer = result.data;
  const now = countByType(answer?.aggregations?.types);
  const then = countByType(before?.types);
  const total = answer?.hits.total?.value ?? 0;
  const totalThen = [...then.values()].reduce((a, b) => a + b, 0);
  const shown = [...eventTypes].reverse().filter((t) => always.has(t.key) || (now.get(t.key) ?? 0) > 0);
  const ordered = shown.filter((t) => t.key !== "other").concat(shown.filter((t) => t.key === "other"));
  const length = span.to - span.from;
  const period = length === 86_400_000 ? "24 h" : formatDuration(length);
  return (
    <section className="pan tiles" aria-label="Events by log type">
      <header>
        <h2>Events</h2>
        <span className="t3">{begins ?? `against the ${period} before`}</span>
      </header>
      <div className={`pb ${result.isPlaceholderData ? "stale" : ""}`}>
        {answer !== undefined && isPartial(answer) ? <PanelState.Partial text={partialText(answer)} onRetry={() => void result.refetch()} /> : null}
        {result.isError ? <PanelState.Failed error={result.error} onRetry={() => void result.refetch()} /> : answer === undefined ? <PanelState.Loading lines /> : (
          <div className="tilerow">
            <Tile label="All events" count={total} before={before === undefined ? undefined : totalThen} onOpen={() => openEvents([])} />
            {ordered.map((type) => (
              <Tile
                key={type.key}
                type={type}
                label={type.label}
                count={now.get(type.key) ?? 0}
                before={before === undefined ? undefined : (then.get(type.key) ?? 0)}
                onOpen={() => openEvents([typeFilter(type)])}
              />
            ))}
          </div>
        )}
      </div>
    </section>
  );
}

/** "Other" is what has none of the known types. */
export function typeFilter(type: EventType): Filter {
  if (type.key !== "other") return { field: "type", op: "is", value: type.key };
  return { field: "type", op: "oneof", value: eventTypes.filter((t) => t.key !== "other").map((t) => t.key), not: true, label: "type: a known one" };
}

interface TileProps {
  type?: EventType;
  label: string;
  count: number;
  before: number | undefined;
  onOpen: () => void;
}

function Tile({ type, label, count, before, onOpen }: TileProps): ReactElement {
  const moved = before === undefined ? undefined : change(count, before);
  return (
    <button type="button" className="tile" onClick={onOpen} data-tile={type?.key ?? "all"}>
      <span className="row f12">
        {type === undefined ? null : <i className="sq" style={{ background: `var(${type.color})` }} />}
        {label}
      </span>
      <span className="n">{formatCount(count)}</span>
      <span className="t3 f11">{before === undefined ? " " : before === 0 ? "none before" : `${moved === undefined ? "" : `${moved}, `}${formatCount(before)} before`}</span>
    </button>
  );
}
