import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ApiError } from "../../api/errors";
import { fieldCaps } from "../../api/es";
import { listFields, timeFieldOf, type Field } from "../../lib/fields";

export interface Fields {
  list: readonly Field[];
  byName: ReadonlyMap<string, Field>;
  timeField: string | undefined;
  /** False until the first answer; searches wait for it. */
  ready: boolean;
}

const nothing: readonly Field[] = [];

/** The fields of an index pattern, and which of them is its time. */
export function useFields(pattern: string): Fields {
  const caps = useQuery<readonly Field[], ApiError>({
    queryKey: ["fields", pattern],
    queryFn: async ({ signal }) => listFields(await fieldCaps(pattern, signal)),
    staleTime: 60_000,
  });
  const list = caps.data ?? nothing;
  const ready = !caps.isPending;
  return useMemo(
    () => ({
      list,
      byName: new Map(list.map((f) => [f.name, f])),
      // Without an answer the page still works on data streams, which all have @timestamp.
      timeField: list.length === 0 ? "@timestamp" : timeFieldOf(list),
      ready,
    }),
    [list, ready],
  );
}
