import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { getIngest, getStatus, getStorage, type Ingest, type Status, type Storage } from "../api/console";
import type { ApiError } from "../api/errors";

// The console's own numbers move on their own, so they are asked for again while somebody looks.

export function useStatus(): UseQueryResult<Status, ApiError> {
  return useQuery<Status, ApiError>({ queryKey: ["status"], queryFn: ({ signal }) => getStatus(signal), refetchInterval: 60_000 });
}

/** Faster while something is read, so that its numbers move, and before the first time. */
export function useIngest(): UseQueryResult<Ingest, ApiError> {
  return useQuery<Ingest, ApiError>({
    queryKey: ["ingest"],
    queryFn: ({ signal }) => getIngest(signal),
    refetchInterval: (query) => {
      const sources = query.state.data?.sources ?? [];
      return sources.length === 0 || sources.some((s) => s.state === "loading" || s.events_per_second > 0) ? 2000 : 15_000;
    },
  });
}

/** Faster while nothing is stored, so that the first events are seen; `every` (milliseconds) for a caller who follows growth. */
export function useStorage(every = 15_000): UseQueryResult<Storage, ApiError> {
  return useQuery<Storage, ApiError>({
    queryKey: ["storage"],
    queryFn: ({ signal }) => getStorage(signal),
    refetchInterval: (query) => (query.state.data?.documents === 0 ? Math.min(every, 2500) : every),
  });
}
