import { search, type Clause, type Hit, type SortClause, type SortValues } from "../api/es";
import { csvHeader, csvLine } from "./csv";
import { summaryColumn } from "./events";
import { flatMap } from "./flatten";
import { sentence } from "./sentence";

export interface ExportJob {
  pattern: string;
  query: Clause;
  /** Must end in a field that is different for every event, else pages overlap. */
  sort: SortClause[];
  format: "csv" | "ndjson";
  /** For CSV: the columns, in order; the summary is a column like any. */
  columns: readonly string[];
  pageSize?: number;
}

/**
 * Yields the file piece by piece, one per page of `search_after`, with the
 * number of events in it. Ends when a page comes back short; an abort passes as
 * the DOMException. The server answers pages independently, so events that
 * arrive meanwhile may or may not be in it.
 */
export async function* exportPieces(
  job: ExportJob,
  signal: AbortSignal,
): AsyncGenerator<{ text: string; events: number }> {
  const size = job.pageSize ?? 1000;
  let after: SortValues | undefined;
  if (job.format === "csv") yield { text: csvHeader(job.columns.map((c) => (c === summaryColumn ? "summary" : c))), events: 0 };
  for (;;) {
    const page = await search(
      job.pattern,
      { query: job.query, sort: job.sort, size, track_total_hits: false, ...(after === undefined ? {} : { search_after: after }) },
      signal,
    );
    const { hits } = page.hits;
    if (hits.length > 0) yield { text: hits.map((hit) => toText(hit, job)).join(""), events: hits.length };
    after = hits[hits.length - 1]?.sort;
    if (hits.length < size || after === undefined) return;
  }
}

function toText(hit: Hit, job: ExportJob): string {
  if (job.format === "ndjson") return `${JSON.stringify({ _index: hit._index, _id: hit._id, ...hit._source })}\n`;
  const row = flatMap(hit._source ?? {});
  const own: Record<string, () => string> = { _id: () => hit._id, _index: () => hit._index, [summaryColumn]: () => sentence(row).map((p) => p.text).join("") };
  return csvLine(job.columns.map((c) => (Object.hasOwn(own, c) ? [own[c]?.() ?? ""] : row.get(c))));
}
