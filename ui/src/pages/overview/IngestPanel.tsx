import type { ReactElement } from "react";
import type { Source } from "../../api/console";
import { PanelState } from "../../components/PanelState";
import { useTime } from "../../components/TimeContext";
import { useIngest } from "../../components/useConsole";
import { eventType } from "../../lib/eventtypes";
import { formatAge, formatBytes, formatCount, formatDateTime, formatDuration, plural } from "../../lib/format";

const dots: Record<Source["state"], string> = { idle: "", loading: "", failed: "err", throttled: "warn", credentials: "err", access_denied: "err" };
const words: Record<Source["state"], string> = {
  idle: "idle", loading: "loading", failed: "failed", throttled: "throttled by AWS", credentials: "no valid credentials", access_denied: "access denied",
};

/** What is read, and whether it went well. */
export function IngestPanel(): ReactElement {
  const ingest = useIngest();
  const data = ingest.data;
  const lost = data === undefined ? 0 : data.totals.pipeline_errors + data.totals.files_failed;
  return (
    <section className="pan s5" aria-label="Ingest">
      <header>
        <h2>Ingest</h2>
        <span className="t3 el">
          {data === undefined ? "" : `${plural(data.totals.files, "file")}, ${formatBytes(data.totals.bytes)}`}
          {lost === 0 ? "" : `, ${plural(lost, "failure")}`}
        </span>
      </header>
      <div className="pb scroll">
        {ingest.isError && data === undefined ? <PanelState.Failed error={ingest.error} onRetry={() => void ingest.refetch()} /> : data === undefined ? <PanelState.Loading lines /> : data.sources.length === 0 ? <PanelState.Empty says="Nothing was read since the start" /> : (
          <ul className="sources">{data.sources.map((source) => <SourceRow key={source.name} source={source} />)}</ul>
        )}
      </div>
    </section>
  );
}

function SourceRow({ source }: { source: Source }): ReactElement {
  const { now, zone } = useTime();
  const { counts } = source;
  const notes = [
    [counts.duplicates, "duplicate", "duplicates"],
    [counts.pipeline_errors, "not decoded", "not decoded"],
    [counts.unknown, "file of unknown format", "files of unknown format"],
    [counts.files_failed, "file failed", "files failed"],
  ] as const;
  const newest = source.last_event_at === null ? undefined : Date.parse(source.last_event_at);
  return (
    <li>
      <div className="row">
        <i className={`dot ${dots[source.state]}`} />
        <span className="b5 el" title={source.name}>{source.name}</span>
        <span className="t3 f12">{words[source.state]}</span>
        <span className="sp num">{formatCount(counts.events)}</span>
        <span className="t3 f12 num age" title={newest === undefined ? undefined : `Newest event: ${formatDateTime(newest, zone)}`}>{newest === undefined ? "–" : formatAge(newest, now, zone)}</span>
      </div>
      {source.progress === null ? null : <LoadBar source={source} />}
      <p className="t3 f11 el">
        {source.datasets.map((d) => `${d.type === "" ? d.dataset : eventType(d.type).label} ${formatCount(d.events)}`).join(", ")}
        {notes.filter(([n]) => n > 0).map(([n, one, many]) => `, ${plural(n, one, many)}`).join("")}
      </p>
      {source.last_error === null ? null : (
        <p className="bad f11 el" title={`${source.last_error.message}${source.last_error.object === null ? "" : `, in ${source.last_error.object}`}`}>
          {source.last_error.message}
        </p>
      )}
    </li>
  );
}

function LoadBar({ source }: { source: Source }): ReactElement | null {
  const { progress } = source;
  if (progress === null) return null;
  const percent = progress.bytes_total === 0 ? 0 : Math.floor((100 * progress.bytes_done) / progress.bytes_total);
  const left = progress.seconds_left === null ? "" : `, ${formatDuration(1000 * progress.seconds_left)} left`;
  return (
    <>
      <progress className="load" max={100} value={percent} aria-label={`Loading ${source.name}`} />
      <p className="t3 f11">
        {formatCount(progress.files_done)} of {plural(progress.files_total, "file")}, {formatCount(source.events_per_second)} events/s{left}
      </p>
    </>
  );
}
