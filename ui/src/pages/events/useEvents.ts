import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ApiError } from "../../api/errors";
import { search, type Buckets, type Clause, type JsonObject, type SearchBody, type SearchResponse, type SortClause, type SortValues } from "../../api/es";
import { useTime } from "../../components/TimeContext";
import { useEs, type EsResult } from "../../components/useEs";
import { pageBody, sortBy, toRow, type EventRow } from "../../lib/events";
import { dateHistogram, intervalFor, type Interval } from "../../lib/interval";
import { KqlError } from "../../lib/kql";
import { buildQuery, type Question } from "../../lib/query";
import { parseSort } from "../../lib/search";
import type { EventsState } from "./useEventsState";
import type { Fields } from "./useFields";

export const pageSize = 250;

export interface Histogram {
  over_time: Buckets;
}

export interface Events {
  question: Question;
  /** Undefined when the query cannot even be translated; `queryError` then says why. */
  query: Clause | undefined;
  sort: SortClause[];
  interval: Interval;
  /** Count and bars; the count is exact. */
  summary: EsResult<Histogram>;
  /** The last answer that came, shown until a newer one does. */
  shown: SearchResponse<Histogram> | undefined;
  rows: readonly EventRow[];
  total: number | undefined;
  /** True while what is shown belongs to an older search. */
  stale: boolean;
  queryError: ApiError | KqlError | undefined;
  hasMore: boolean;
  loadMore: () => void;
  /** True when the search ran and found nothing. */
  none: boolean;
}

function translate(question: Question): { query?: Clause; error?: KqlError } {
  try {
    return { query: buildQuery(question) };
  } catch (cause) {
    if (cause instanceof KqlError) return { error: cause };
    throw cause;
  }
}

const selectPages = (data: { pages: EventRow[][] }): EventRow[][] => data.pages;

/** The last defined value of a changing one. */
function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}

/** The search of the page: bars and count in one request, rows in pages. */
export function useEvents(state: EventsState, fields: Fields): Events {
  const { span, now, zone } = useTime();
  const { timeField, ready } = fields;
  const question = useMemo<Question>(
    () => ({ text: state.text, language: state.language, filters: state.filters, timeField, span }),
    [state.text, state.language, state.filters, timeField, span],
  );
  const { query, error } = useMemo(() => translate(question), [question]);
  const interval = useMemo(() => intervalFor(span, 140), [span]);
  const sort = useMemo<SortClause[]>(() => {
    if (state.sort === undefined) return timeField === undefined ? [{ _id: { order: "asc" } }] : sortBy(timeField, "desc", true);
    const { field, order } = parseSort(state.sort);
    return sortBy(field, order, fields.byName.get(field)?.kind === "date");
  }, [state.sort, timeField, fields.byName]);

  const body = useMemo<SearchBody | undefined>(() => {
    if (query === undefined || !ready) return undefined;
    const aggs: Record<string, JsonObject> = timeField === undefined ? {} : { over_time: { date_histogram: dateHistogram(timeField, span, interval, zone) } };
    return { query, size: 0, track_total_hits: true, aggs };
  }, [query, ready, timeField, span, interval, zone]);
  const summary = useEs<Histogram>(state.pattern, body);

  const pages = useInfiniteQuery<EventRow[], ApiError, EventRow[][], readonly unknown[], SortValues | undefined>({
    queryKey: ["es", "rows", state.pattern, query, sort, timeField, now],
    queryFn: async ({ pageParam, signal }) => {
      const answer = await search(state.pattern, pageBody(query ?? {}, sort, pageSize, pageParam), signal);
      // Each page is made into rows once, when it comes.
      return answer.hits.hits.map((hit) => toRow(hit, timeField));
    },
    initialPageParam: undefined,
    getNextPageParam: (last) => (last.length < pageSize ? undefined : last[last.length - 1]?.sort),
    select: selectPages,
    enabled: query !== undefined && ready,
    // A search that is asked anew is new; comparing it to the old one leaf by leaf would only cost time.
    structuralSharing: false,
  });
  const lastPages = useLast(pages.data);
  const rows = useMemo(() => (lastPages ?? []).flat(), [lastPages]);
  const shown = useLast(summary.data);
  const failed = error ?? summary.error ?? pages.error ?? undefined;
  const total = shown?.hits.total?.value;
  return {
    question,
    query,
    sort,
    interval,
    summary,
    shown,
    rows,
    total,
    stale: pages.data === undefined || summary.isPlaceholderData,
    queryError: failed,
    hasMore: pages.hasNextPage && !pages.isFetchingNextPage,
    loadMore: () => void pages.fetchNextPage(),
    none: failed === undefined && pages.data !== undefined && !summary.isPlaceholderData && summary.data !== undefined && total === 0,
  };
}
