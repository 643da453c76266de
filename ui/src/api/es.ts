import { request } from "./request";

/** Any JSON value, as `_source` holds it. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** One clause of the query DSL, for instance `{ term: { type: "cloudtrail" } }`. */
export type Clause = JsonObject;
export type SortClause = JsonObject;
export type SortValues = Json[];

export interface SearchBody {
  query?: Clause;
  size?: number;
  sort?: SortClause[];
  search_after?: SortValues;
  track_total_hits?: boolean | number;
  _source?: boolean | { excludes?: string[]; includes?: string[] };
  aggs?: Record<string, JsonObject>;
  [more: string]: unknown;
}

export interface Shards {
  total: number;
  successful: number;
  skipped: number;
  failed: number;
  failures?: { index?: string; reason?: { type?: string; reason?: string } }[];
}

export interface Hit {
  _index: string;
  _id: string;
  _source?: JsonObject;
  sort?: SortValues;
}

/** `A` is the shape of the aggregations that the body asked for; they are absent when no index matched. */
export interface SearchResponse<A = Record<string, never>> {
  took: number;
  timed_out: boolean;
  _shards: Shards;
  hits: { total?: { value: number; relation: "eq" | "gte" }; hits: Hit[] };
  aggregations?: A;
}

export interface Bucket {
  key: string | number;
  key_as_string?: string;
  doc_count: number;
}
export interface Terms<B = Bucket> {
  sum_other_doc_count: number;
  buckets: B[];
}
export interface Buckets<B = Bucket> {
  buckets: B[];
}
export interface Count {
  doc_count: number;
}
export interface Metric {
  value: number | null;
}

export interface FieldCapability {
  type: string;
  metadata_field?: boolean;
  searchable: boolean;
  aggregatable: boolean;
  /** Absent when the field is of this type wherever it exists. */
  indices?: string[];
}
export interface FieldCapsResponse {
  indices: string[];
  fields: Record<string, Record<string, FieldCapability>>;
}

const lenient = "ignore_unavailable=true&allow_no_indices=true";

/** An index pattern as a path segment. Commas and stars stay readable. */
export function pathOf(pattern: string): string {
  return encodeURIComponent(pattern).replaceAll("%2C", ",").replaceAll("%2A", "*");
}

export function search<A>(pattern: string, body: SearchBody, signal?: AbortSignal): Promise<SearchResponse<A>> {
  return request(`/api/es/${pathOf(pattern)}/_search?${lenient}`, { body, signal });
}

export function fieldCaps(pattern: string, signal?: AbortSignal): Promise<FieldCapsResponse> {
  return request(`/api/es/${pathOf(pattern)}/_field_caps?fields=*&${lenient}`, { signal });
}
