import { pinned, type Filter } from "../lib/filters";

/** Pinned filters go along to another page; undefined when there are none, so that the link stays short. */
export function keptFilters(filters: readonly Filter[] | undefined): Filter[] | undefined {
  const kept = pinned(filters ?? []);
  return kept.length > 0 ? kept : undefined;
}
