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

/** Leaves out what is undefined, so that it does not show in the URL. */
function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}

export function parseRootSearch(raw: Record<string, unknown>): RootSearch {
  const filters = parseFilters(raw["filters"]);
  const refresh = Number(raw["refresh"]);
  return compact<RootSearch>({
    from: text(raw["from"]),
    to: text(raw["to"]),
    refresh: Number.isInteger(refresh) && refresh >= 5 && refresh <= 86_400 ? refresh : undefined,
    filters: filters.length > 0 ? filters : undefined,
  });
}

const tabs: readonly string[] = ["table", "json", "surrounding", "raw"];

export function parseEventsSearch(raw: Record<string, unknown>): EventsSearch {
  const cols = Array.isArray(raw["cols"]) ? raw["cols"].filter((c): c is string => typeof c === "string") : undefined;
  const sort = text(raw["sort"]);
  const tab = text(raw["tab"]);
  return compact<EventsSearch>({
    q: text(raw["q"]),
    lang: raw["lang"] === "kql" ? "kql" : undefined,
    index: text(raw["index"]),
    cols,
    sort: sort !== undefined && /:(asc|desc)$/.test(sort) ? sort : undefined,
    doc: text(raw["doc"]),
    tab: tab !== undefined && tabs.includes(tab) && tab !== "table" ? (tab as DetailTab) : undefined,
  });
}

/** "field:desc" in parts. */
export function parseSort(sort: string): { field: string; order: "asc" | "desc" } {
  const at = sort.lastIndexOf(":");
  return { field: sort.slice(0, at), order: sort.slice(at + 1) === "asc" ? "asc" : "desc" };
}
