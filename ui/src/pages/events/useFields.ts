import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ApiError } from "../../api/errors";
import { fieldCaps, search, type Count, type Terms } from "../../api/es";
import { listFields, otherTimeField, timeFieldOf, type Field } from "../../lib/fields";

/** Events that the page cannot place in time by its time field. */
export interface Untimed {
  count: number;
  /** The date they do have. */
  field: string;
  /** Their indices, as a pattern. */
  pattern: string;
}

export interface Fields {
  list: readonly Field[];
  byName: ReadonlyMap<string, Field>;
  timeField: string | undefined;
  /** False until the first answer; searches wait for it. */
  ready: boolean;
  untimed: Untimed | undefined;
}

interface Times {
  main: Count;
  other: Count & { indices: Terms };
}

interface Known {
  list: readonly Field[];
  timeField: string | undefined;
  untimed: Untimed | undefined;
}

const nothing: readonly Field[] = [];

/**
 * A mapping may name two dates, `@timestamp` and another, and the events have
 * only one of them. The page is about the first unless no event has it; events
 * that have only the other are counted, so that they can be said.
 */
async function know(pattern: string, signal: AbortSignal): Promise<Known> {
  const list = listFields(await fieldCaps(pattern, signal));
  const timeField = timeFieldOf(list);
  const other = otherTimeField(list, timeField);
  if (timeField === undefined || other === undefined) return { list, timeField, untimed: undefined };
  const lone = { bool: { filter: [{ exists: { field: other } }], must_not: [{ exists: { field: timeField } }] } };
  const answer = await search<Times>(
    pattern,
    {
      size: 0,
      track_total_hits: false,
      aggs: { main: { filter: { exists: { field: timeField } } }, other: { filter: lone, aggs: { indices: { terms: { field: "_index", size: 20 } } } } },
    },
    signal,
  );
  const times = answer.aggregations;
  const count = times?.other.doc_count ?? 0;
  if (times === undefined || count === 0) return { list, timeField, untimed: undefined };
  if (times.main.doc_count === 0) return { list, timeField: other, untimed: undefined };
  return { list, timeField, untimed: { count, field: other, pattern: times.other.indices.buckets.map((b) => String(b.key)).join(",") } };
}

/** The fields of an index pattern, and which of them is its time. */
export function useFields(pattern: string): Fields {
  const known = useQuery<Known, ApiError>({ queryKey: ["fields", pattern], queryFn: ({ signal }) => know(pattern, signal), staleTime: 60_000 });
  const { data, isPending } = known;
  return useMemo(() => {
    const list = data?.list ?? nothing;
    return {
      list,
      byName: new Map(list.map((f) => [f.name, f])),
      // Without an answer the page still works on data streams, which all have @timestamp.
      timeField: list.length === 0 ? "@timestamp" : data?.timeField,
      ready: !isPending,
      untimed: data?.untimed,
    };
  }, [data, isPending]);
}
