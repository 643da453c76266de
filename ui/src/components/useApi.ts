import type { ApiPlace } from "../lib/curl";
import { useStatus } from "./useConsole";
import { useSession } from "./useSession";

/** Where programs find the Elasticsearch API, and as whom. Both servers have TLS or neither has, so this page's tells of the other's. */
export function useApi(): ApiPlace {
  const address = useStatus().data?.elasticsearch_address ?? "127.0.0.1:9200";
  const state = useSession();
  const user = state.is === "in" ? state.session.user?.name : undefined;
  return { url: `${window.location.protocol}//${address}`, user };
}
