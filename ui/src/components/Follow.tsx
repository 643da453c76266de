import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore, type ReactElement, type ReactNode } from "react";
import type { Source } from "../api/console";
import { look, type Growth } from "../lib/follow";
import { formatCount, plural } from "../lib/format";
import { useTime } from "./TimeContext";
import { useIngest, useStorage } from "./useConsole";

/** Keeps what was stored when the pages asked last, across pages. */
export class Follower {
  private growth: Growth | undefined;
  private at = 0;
  private readonly listeners = new Set<() => void>();

  /** True when the page must ask again. `at` names the answer, so that one answer is one look. */
  look(at: number, documents: number, loading: boolean): boolean {
    if (at === this.at) return false;
    this.at = at;
    const { growth, ask } = look(this.growth, documents, loading);
    this.growth = growth;
    for (const listener of this.listeners) listener();
    return ask;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly isOn = (): boolean => this.growth?.on ?? false;
}

const Context = createContext<Follower | null>(null);

export function FollowProvider({ children }: { children: ReactNode }): ReactElement {
  const follower = useMemo(() => new Follower(), []);
  return <Context value={follower}>{children}</Context>;
}

/** Milliseconds between looks while something grows, or nothing is there yet. */
const often = 2500;

/**
 * Lets the page follow what is being stored: it runs again every few seconds
 * while a source loads or the store grows, and once more at the end. Otherwise
 * the person's refresh alone decides. True while it follows.
 */
export function useFollow(enabled = true): boolean {
  const follower = useContext(Context);
  if (follower === null) throw new Error("BUG: no FollowProvider above");
  const on = useSyncExternalStore(follower.subscribe, follower.isOn);
  const loading = loadingSources(useIngest().data?.sources).length > 0;
  const { rerun } = useTime();
  const queries = useQueryClient();
  const storage = useStorage(on || loading ? often : undefined);
  const { dataUpdatedAt } = storage;
  const documents = storage.data?.documents;
  useEffect(() => {
    if (!enabled || documents === undefined || document.hidden) return;
    if (!follower.look(dataUpdatedAt, documents, loading)) return;
    void queries.invalidateQueries({ queryKey: ["fields"] });
    rerun();
  }, [enabled, follower, documents, dataUpdatedAt, loading, queries, rerun]);
  return on || loading;
}

export const loadingSources = (sources: readonly Source[] | undefined): Source[] => (sources ?? []).filter((s) => s.state === "loading");

/** "Loading demo: 1,204 of 3,299 files; numbers grow". */
export function growingText(sources: readonly Source[] | undefined, documents: number): string {
  const loading = loadingSources(sources);
  if (loading.length === 0) return `Events are coming in: ${plural(documents, "document")} stored; numbers grow`;
  const names = loading.length === 1 ? (loading[0]?.name ?? "") : plural(loading.length, "source");
  const known = loading.map((s) => s.progress).filter((p) => p !== null);
  const [done, all] = [known.reduce((sum, p) => sum + p.files_done, 0), known.reduce((sum, p) => sum + p.files_total, 0)];
  return `Loading ${names}${all === 0 ? "" : `: ${formatCount(done)} of ${plural(all, "file")}`}; numbers grow`;
}

/** The thin line above numbers that are not final yet. */
export function GrowingStrip(): ReactElement {
  const { data } = useIngest();
  const documents = useStorage().data?.documents ?? 0;
  return <div className="strip info growing" data-testid="growing">{growingText(data?.sources, documents)}</div>;
}
