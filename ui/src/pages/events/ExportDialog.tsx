import { Modal, Radio } from "@mantine/core";
import { useEffect, useRef, useState, type ReactElement } from "react";
import { ApiError } from "../../api/errors";
import type { Clause, SortClause } from "../../api/es";
import { Btn } from "../../components/Btn";
import { fileName } from "../../lib/csv";
import { exportPieces, type ExportJob } from "../../lib/export";
import { formatBytes, formatCount, formatDuration, plural } from "../../lib/format";
import type { Fields } from "./useFields";

interface Props {
  pattern: string;
  query: Clause;
  sort: SortClause[];
  columns: readonly string[];
  timeField: string | undefined;
  total: number;
  fields: Fields;
  onClose: () => void;
}

interface Progress {
  events: number;
  bytes: number;
  startedAt: number;
  now: number;
  state: "running" | "done" | "failed";
  error?: string;
}

type Format = "csv" | "csv-all" | "ndjson";

function save(parts: Blob[], name: string): void {
  const url = URL.createObjectURL(new Blob(parts, { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Every match as a file, page by page, with a bar and a way out. */
export function ExportDialog({ pattern, query, sort, columns, timeField, total, fields, onClose }: Props): ReactElement {
  const [format, setFormat] = useState<Format>("csv");
  const [progress, setProgress] = useState<Progress>();
  const abort = useRef<AbortController>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const chosen = (): string[] => {
    const own = format === "csv-all" ? fields.list.filter((f) => !f.name.endsWith(".keyword") && f.name !== timeField).map((f) => f.name) : columns;
    return [...(timeField === undefined ? [] : [timeField]), ...own, "_index", "_id"];
  };

  const run = async (): Promise<void> => {
    const control = new AbortController();
    abort.current = control;
    const startedAt = Date.now();
    const job: ExportJob = { pattern, query, sort, format: format === "ndjson" ? "ndjson" : "csv", columns: chosen() };
    const parts: Blob[] = [];
    let [events, bytes] = [0, 0];
    const report = (state: Progress["state"], error?: string): void =>
      setProgress({ events, bytes, startedAt, now: Date.now(), state, ...(error === undefined ? {} : { error }) });
    report("running");
    try {
      for await (const piece of exportPieces(job, control.signal)) {
        // A Blob lets the browser move the text out of memory.
        const blob = new Blob([piece.text]);
        parts.push(blob);
        events += piece.events;
        bytes += blob.size;
        report("running");
      }
      save(parts, fileName(startedAt, job.format));
      report("done");
    } catch (cause) {
      if (control.signal.aborted) return;
      report("failed", cause instanceof ApiError ? cause.message : String(cause));
    }
  };
  const running = progress?.state === "running";
  return (
    <Modal opened onClose={onClose} title={`Export ${plural(total, "event")}`} closeOnClickOutside={!running}>
      <div className="exportform">
        <Radio.Group value={format} onChange={(v) => setFormat(v)} label="Format">
          <div className="exportchoices">
            <Radio value="csv" disabled={running} label="CSV, the columns of the table" description="For a spreadsheet. A value that would run as a formula gets an apostrophe in front." />
            <Radio value="csv-all" disabled={running} label="CSV, every field" />
            <Radio value="ndjson" disabled={running} label="NDJSON, whole events" description="One event a line, exactly as stored." />
          </div>
        </Radio.Group>
        {progress === undefined ? null : <ProgressLine progress={progress} total={total} />}
        <div className="row">
          <span className="sp" />
          <Btn onClick={onClose}>{running ? "Cancel" : progress?.state === "done" ? "Close" : "Cancel"}</Btn>
          <Btn look="p" disabled={running} onClick={() => void run()}>{running ? "Exporting…" : progress === undefined ? `Export ${formatCount(total)}` : "Export again"}</Btn>
        </div>
      </div>
    </Modal>
  );
}

function ProgressLine({ progress, total }: { progress: Progress; total: number }): ReactElement {
  const seconds = Math.max(0.001, (progress.now - progress.startedAt) / 1000);
  const rate = progress.events / seconds;
  const left = rate === 0 ? undefined : (1000 * Math.max(0, total - progress.events)) / rate;
  const share = total === 0 ? 100 : Math.min(100, (100 * progress.events) / total);
  const size = formatBytes(progress.bytes);
  return (
    <div role="status">
      <progress className="load" max={100} value={share} aria-label="Exported" />
      <p className={`f12 ${progress.state === "failed" ? "bad" : "t2"}`}>
        {progress.state === "failed" ? `Stopped after ${plural(progress.events, "event")}: ${progress.error ?? ""}.` : progress.state === "done" ? `${plural(progress.events, "event")} exported, ${size}.` : `${formatCount(progress.events)} of ${formatCount(total)}, ${size}, ${formatCount(rate)} events/s${left === undefined ? "" : `, ${formatDuration(left)} left`}`}
      </p>
    </div>
  );
}
