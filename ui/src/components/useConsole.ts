import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { getIngest, getStatus, getStorage, type Ingest, type Status, type Storage } from "../api/console";
import type { ApiError } from "../api/errors";

// The console's own numbers move on their own, so they are asked for again while somebody looks.

export function useStatus(): UseQueryResult<Status, ApiError> {
  return useQuery<Status, ApiError>({ queryKey: ["status"], queryFn: ({ signal }) => getStatus(signal), refetchInterval: 60_000 });
}

/** Faster while a load is running, so that its bar moves. */
export function useIngest(): UseQueryResult<Ingest, ApiError> {
  return useQuery<Ingest, ApiError>({
    queryKey: ["ingest"],
    queryFn: ({ signal }) => getIngest(signal),
    refetchInterval: (query) => (query.state.data?.sources.some((s) => s.state === "loading") === true ? 2000 : 15_000),
  });
}

export function useStorage(): UseQueryResult<Storage, ApiError> {
  return useQuery<Storage, ApiError>({ queryKey: ["storage"], queryFn: ({ signal }) => getStorage(signal), refetchInterval: 15_000 });
}
