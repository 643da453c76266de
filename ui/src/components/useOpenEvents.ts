import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Filter } from "../lib/filters";
import { absolute, type Span } from "../lib/time";

/** Opens Events with filters added to those of the page, in the page's time or in `span`. */
export function useOpenEvents(): (filters: readonly Filter[], span?: Span) => void {
  const navigate = useNavigate();
  const search = useSearch({ from: "__root__" });
  return useCallback(
    (filters, span) => {
      const time = span === undefined ? { from: search.from, to: search.to } : absolute(span);
      const all = [...(search.filters ?? []), ...filters];
      void navigate({ to: "/events", search: { ...time, refresh: search.refresh, filters: all.length > 0 ? all : undefined } });
    },
    [navigate, search],
  );
}
