import { parseFilters, type Filter } from "./filters";
import type { Language } from "./query";

/** What every page's link carries. What is absent has its default, so that links stay short. */
export interface RootSearch {
  from?: string;
  to?: string;
  /** Seconds between refreshes. */
  refresh?: number;
  filters?: Filter[];
}

export type DetailTab = "table" | "json" | "surrounding" | "raw";

/** What a link to Events carries besides. */
export interface EventsSearch {
  q?: string;
  lang?: Language;
  /** Index pattern. */
  index?: string;
  cols?: string[];
  /** "field:asc" or "field:desc". */
  sort?: string;
  /** The event in the drawer: "index/id". */
  doc?: string;
  tab?: DetailTab;
}

const maxText = 20_000;

const text = (value: unknown): string | undefined => {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value !== "" && value.length <= maxText ? value : undefined;
};

/**
 * What a link says, with undefined in place of what cannot be read: the router
 * puts the result over the raw values, and a name that were absent here would
 * let the raw value through. Undefined does not show in the URL.
 */
export function parseRootSearch(raw: Record<string, unknown>): RootSearch {
  const filters = parseFilters(raw["filters"]);
  const refresh = Number(raw["refresh"]);
  return {
    from: text(raw["from"]),
    to: text(raw["to"]),
    refresh: Number.isInteger(refresh) && refresh >= 5 && refresh <= 86_400 ? refresh : undefined,
    filters: filters.length > 0 ? filters : undefined,
  };
}

/** What a link carried as filters and could not be read as such, as a sentence; undefined when all is well. */
export function filterTrouble(raw: unknown): string | undefined {
  if (raw === undefined || raw === "") return undefined;
  if (!Array.isArray(raw)) return "The filters of this link cannot be read, so none is set.";
  const lost = raw.length - parseFilters(raw).length;
  if (lost === 0) return undefined;
  return lost === 1 ? "One filter of this link cannot be read and is left out." : `${lost} filters of this link cannot be read and are left out.`;
}

const tabs: readonly string[] = ["table", "json", "surrounding", "raw"];

export function parseEventsSearch(raw: Record<string, unknown>): EventsSearch {
  const cols = Array.isArray(raw["cols"]) ? raw["cols"].filter((c): c is string => typeof c === "string") : undefined;
  const sort = text(raw["sort"]);
  const tab = text(raw["tab"]);
  return {
    q: text(raw["q"]),
    lang: raw["lang"] === "kql" ? "kql" : undefined,
    index: text(raw["index"]),
    cols,
    sort: sort !== undefined && /:(asc|desc)$/.test(sort) ? sort : undefined,
    doc: text(raw["doc"]),
    tab: tab !== undefined && tabs.includes(tab) && tab !== "table" ? (tab as DetailTab) : undefined,
  };
}

/** "field:desc" in parts. */
export function parseSort(sort: string): { field: string; order: "asc" | "desc" } {
  const at = sort.lastIndexOf(":");
  return { field: sort.slice(0, at), order: sort.slice(at + 1) === "asc" ? "asc" : "desc" };
}
