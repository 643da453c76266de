import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { defaultPattern } from "../../lib/events";
import type { Filter } from "../../lib/filters";
import type { Language } from "../../lib/query";
import type { EventsSearch, RootSearch } from "../../lib/search";

/** The state of the page: the URL with its defaults filled in. */
export interface EventsState {
  text: string;
  language: Language;
  pattern: string;
  filters: readonly Filter[];
  columns: readonly string[];
  /** "field:desc"; undefined sorts by time, newest first. */
  sort: string | undefined;
  doc: string | undefined;
  tab: NonNullable<EventsSearch["tab"]>;
}

type Change = Partial<EventsSearch & Pick<RootSearch, "filters" | "from" | "to">>;

/** `replace` keeps the back button for what a person would call a step. */
export type Update = (change: Change, replace?: boolean) => void;

const none: readonly Filter[] = [];

/** The same, with columns only where the link has them: the rest depends on the fields. */
export type LinkState = Omit<EventsState, "columns"> & { columns: readonly string[] | undefined };

export function useEventsState(): [LinkState, Update] {
  const search = useSearch({ from: "/events" });
  const navigate = useNavigate({ from: "/events" });
  const state = useMemo<LinkState>(
    () => ({
      text: search.q ?? "",
      language: search.lang ?? "lucene",
      pattern: search.index ?? defaultPattern,
      filters: search.filters ?? none,
      columns: search.cols,
      sort: search.sort,
      doc: search.doc,
      tab: search.tab ?? "table",
    }),
    [search],
  );
  const update = useCallback<Update>(
    (change, replace = false) => {
      const tidy: Change = { ...change };
      if (change.filters?.length === 0) tidy.filters = undefined;
      if (change.q === "") tidy.q = undefined;
      if (change.lang === "lucene") tidy.lang = undefined;
      if (change.index === defaultPattern || change.index === "") tidy.index = undefined;
      if (change.tab === "table") tidy.tab = undefined;
      void navigate({ to: "/events", search: (prev) => ({ ...prev, ...tidy }), replace });
    },
    [navigate],
  );
  return [state, update];
}
