import { keepPreviousData, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { search, type SearchBody, type SearchResponse } from "../api/es";
import type { ApiError } from "../api/errors";
import { useSearchLog } from "./SearchLog";
import { useTime } from "./TimeContext";

export type EsResult<A> = UseQueryResult<SearchResponse<A>, ApiError>;

/**
 * One search of a page. It runs again when pattern, body or the moment of the
 * page change, and aborts the one before. Meanwhile the old answer stays
 * (`isPlaceholderData`). An undefined body asks nothing.
 */
export function useEs<A>(pattern: string, body: SearchBody | undefined): EsResult<A> {
  const { now } = useTime();
  const log = useSearchLog();
  return useQuery<SearchResponse<A>, ApiError>({
    queryKey: ["es", pattern, body, now],
    queryFn: async ({ signal }) => {
      const answer = await search<A>(pattern, body ?? {}, signal);
      log.add(String(now), answer);
      return answer;
    },
    enabled: body !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** True when some part of the answer is missing. */
export function isPartial(answer: SearchResponse<unknown>): boolean {
  return answer.timed_out || answer._shards.failed > 0;
}

/** "1 of 6 indices did not answer. Counts are too low." */
export function partialText(answer: SearchResponse<unknown>): string {
  const { failed, total } = answer._shards;
  const cause = answer.timed_out && failed === 0 ? "The search ran out of time." : `${failed} of ${total} indices did not answer.`;
  const reason = answer._shards.failures?.[0]?.reason?.reason;
  return `${cause} Counts are too low.${reason === undefined ? "" : ` ${reason}`}`;
}
