import type { Clause, Hit, JsonObject, SearchBody, SortClause, SortValues } from "../api/es";
import { filterLabel, isOn, type Filter } from "./filters";
import { flatMap, type Leaf } from "./flatten";
import { buildQuery, textClause, timeClause, type Question } from "./query";

export const defaultPattern = "logs-*,security-events*,compliance-findings*";

/** A column that is no field: the event in a sentence. */
export const summaryColumn = "_summary";

/** The columns of a table nobody chose columns for: what happened and where from, as far as the indices have it. */
export function defaultColumns(known: { has: (name: string) => boolean }): string[] {
  const usual = ["event.action", "source.ip"];
  const plain = ["control", "check_id", "event_type", "severity", "status", "source_ip"].filter((name) => known.has(name)).slice(0, 3);
  return [...(plain.length === 0 || known.has("event.action") ? usual : plain), summaryColumn];
}

export interface EventRow {
  index: string;
  id: string;
  /** Epoch milliseconds; undefined for an event without a time. */
  time: number | undefined;
  flat: ReadonlyMap<string, Leaf["values"]>;
  source: JsonObject;
  sort: SortValues;
}

export function toRow(hit: Hit, timeField: string | undefined): EventRow {
  const source = hit._source ?? {};
  const flat = flatMap(source);
  const text = flat.get(timeField ?? "@timestamp")?.[0] ?? flat.get("@timestamp")?.[0] ?? flat.get("timestamp")?.[0];
  const time = typeof text === "number" ? text : text === undefined ? Number.NaN : Date.parse(String(text));
  return { index: hit._index, id: hit._id, time: Number.isNaN(time) ? undefined : time, flat, source, sort: hit.sort ?? [] };
}

export const docKey = (row: { index: string; id: string }): string => `${row.index}/${row.id}`;

/** The inverse of [docKey]; undefined for text that is none. An id may hold slashes, an index not. */
export function parseDocKey(text: string): { index: string; id: string } | undefined {
  const at = text.indexOf("/");
  return at <= 0 || at === text.length - 1 ? undefined : { index: text.slice(0, at), id: text.slice(at + 1) };
}

/** Sorts by a field, and by `_id` so that no two events tie and pages never overlap. */
export function sortBy(field: string, order: "asc" | "desc", isTime: boolean): SortClause[] {
  return [
    { [field]: { order, missing: "_last", unmapped_type: isTime ? "date" : "keyword" } },
    { _id: { order } },
  ];
}

/** One page of rows. The raw record is left out; the drawer fetches it. */
export function pageBody(query: Clause, sort: SortClause[], size: number, after: SortValues | undefined): SearchBody {
  return {
    query,
    sort,
    size,
    track_total_hits: false,
    _source: { excludes: ["event.original"] },
    ...(after === undefined ? {} : { search_after: after }),
  };
}

/** The newest event that the question finds, whatever its time. */
export function newestBody(question: Question, timeField: string): SearchBody {
  return { size: 0, track_total_hits: false, query: buildQuery({ ...question, timeField: undefined }), aggs: { newest: { max: { field: timeField } } } };
}

/** What could be dropped from a search that matches nothing. */
export interface Suspect {
  key: string;
  label: string;
}

export function suspects(question: Question): Suspect[] {
  const found: Suspect[] = question.filters
    .map((f, i) => ({ f, i }))
    .filter(({ f }) => isOn(f))
    .map(({ f, i }) => ({ key: `filter_${i}`, label: filterLabel(f) }));
  if (textClause(question.text, question.language) !== undefined) found.unshift({ key: "text", label: "the query" });
  return found.slice(0, 8);
}

/** Counts, for each suspect, what matches without it: one search for all. */
export function suspectsBody(question: Question): SearchBody {
  const without = (key: string): Clause => {
    const filters: Filter[] = question.filters.filter((_, i) => key !== `filter_${i}`);
    const text = key === "text" ? "" : question.text;
    return buildQuery({ ...question, text, filters, timeField: undefined });
  };
  return {
    size: 0,
    track_total_hits: true,
    query: question.timeField === undefined ? { match_all: {} } : timeClause(question.timeField, question.span),
    aggs: { without: { filters: { filters: Object.fromEntries(suspects(question).map((s) => [s.key, without(s.key)])) } } },
  };
}
