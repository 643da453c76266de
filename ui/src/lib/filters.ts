import type { Clause, Json, JsonObject } from "../api/es";
import { eventTypes } from "./eventtypes";

export type FilterOp = "is" | "match" | "oneof" | "exists" | "range" | "query" | "dsl";

/**
 * One pill. `value` depends on `op`: a scalar for is and match, a list for
 * oneof, nothing for exists, `{gte, lt}` for range, Lucene text for query, a
 * clause for dsl. Flags are absent when false, so that links stay short.
 */
export interface Filter {
  field: string;
  op: FilterOp;
  value?: Json;
  not?: boolean;
  off?: boolean;
  /** Goes along to other pages. */
  pin?: boolean;
  /** What the pill says instead of field and value. */
  label?: string;
}

const ops: readonly string[] = ["is", "match", "oneof", "exists", "range", "query", "dsl"];

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseOne(value: unknown): Filter | undefined {
  if (!isObject(value)) return undefined;
  const { field, op } = value;
  if (typeof field !== "string" || typeof op !== "string" || !ops.includes(op)) return undefined;
  const scalar = ["string", "number", "boolean"].includes(typeof value["value"]);
  if ((op === "is" || op === "match") && !scalar) return undefined;
  if (op === "query" && typeof value["value"] !== "string") return undefined;
  if (op === "oneof" && !Array.isArray(value["value"])) return undefined;
  if ((op === "range" || op === "dsl") && !isObject(value["value"])) return undefined;
  const filter: Filter = { field, op: op as FilterOp };
  if (value["value"] !== undefined) filter.value = value["value"];
  for (const flag of ["not", "off", "pin"] as const) if (value[flag] === true) filter[flag] = true;
  if (typeof value["label"] === "string") filter.label = value["label"];
  return filter;
}

/** Reads what a link carries; what is no filter is left out. */
export function parseFilters(value: unknown): Filter[] {
  if (!Array.isArray(value)) return [];
  return value.map(parseOne).filter((f) => f !== undefined);
}

/** The filter as a clause, without its `not`. */
export function positive(filter: Filter): Clause {
  const { field, op, value = null } = filter;
  switch (op) {
    case "is":
      return { term: { [field]: { value } } };
    case "match":
      return { match: { [field]: { query: value, operator: "and" } } };
    case "oneof":
      return { terms: { [field]: value } };
    case "exists":
      return { exists: { field } };
    case "range":
      return { range: { [field]: value } };
    case "query":
      return { query_string: { query: value, analyze_wildcard: true } };
    case "dsl":
      return isObject(value) ? value : { match_all: {} };
  }
}

/** The filter as one clause, `not` included: what "Edit as DSL" shows. */
export function toClause(filter: Filter): Clause {
  return filter.not === true ? { bool: { must_not: [positive(filter)] } } : positive(filter);
}

export const isOn = (filter: Filter): boolean => filter.off !== true;

function rangeLabel(value: Json): string {
  if (!isObject(value)) return "";
  const signs: Record<string, string> = { gte: "≥", gt: ">", lte: "≤", lt: "<" };
  return Object.entries(value)
    .filter(([key]) => key in signs)
    .map(([key, bound]) => `${signs[key] ?? ""} ${JSON.stringify(bound).replace(/^"|"$/g, "")}`)
    .join(" and ");
}

/** The part of a pill behind the field's name, as it is stored. */
export function valueLabel(filter: Filter): string {
  const { op, value = null } = filter;
  switch (op) {
    case "exists":
      return "exists";
    case "oneof":
      return Array.isArray(value) ? value.map(String).join(" or ") : "";
    case "range":
      return rangeLabel(value);
    case "dsl":
      return JSON.stringify(value);
    default:
      return value === "" ? '""' : typeof value === "string" ? value : JSON.stringify(value);
  }
}

/** The same for the eye: a known type is called what every other place calls it. */
export function valueWords(filter: Filter): string {
  const known = filter.field === "type" && filter.op === "is" ? eventTypes.find((t) => t.key === filter.value) : undefined;
  return known?.label ?? valueLabel(filter);
}

/** The whole pill as a sentence part: "NOT user.name: data-pipeline"; `words` says the value. */
export function filterLabel(filter: Filter, words: (filter: Filter) => string = valueLabel): string {
  const not = filter.not === true ? "NOT " : "";
  if (filter.label !== undefined) return not + filter.label;
  return filter.op === "dsl" || filter.op === "query"
    ? not + valueLabel(filter)
    : `${not}${filter.field}: ${words(filter)}`;
}

const meaning = (f: Filter): string => JSON.stringify([f.field, f.op, f.value ?? null]);

/**
 * Adds a filter. One of the same meaning takes the new sign and is switched on
 * instead of standing there twice.
 */
export function addFilter(filters: readonly Filter[], filter: Filter): Filter[] {
  const at = filters.findIndex((f) => meaning(f) === meaning(filter));
  if (at === -1) return [...filters, filter];
  return filters.map((f, i) => {
    if (i !== at) return f;
    const merged: Filter = { ...f, ...filter };
    if (filter.not !== true) delete merged.not;
    delete merged.off;
    return merged;
  });
}

/** What goes along when a person leaves the page. */
export const pinned = (filters: readonly Filter[]): Filter[] => filters.filter((f) => f.pin === true);
