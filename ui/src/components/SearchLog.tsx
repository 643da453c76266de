import { createContext, useContext, useMemo, useSyncExternalStore, type ReactElement, type ReactNode } from "react";
import type { Shards } from "../api/es";

/** What the bottom bar says about the searches of the page. */
export interface SearchReport {
  /** The slowest of the round, in milliseconds as the server measured it. */
  tookMs: number;
  shards: Shards;
  timedOut: boolean;
}

/** Gathers the answers of one round of searches: those that were asked for the same moment. */
export class SearchLog {
  private report: SearchReport | undefined;
  private round = "";
  private readonly listeners = new Set<() => void>();

  add(round: string, answer: { took: number; timed_out: boolean; _shards: Shards }): void {
    const before = this.round === round ? this.report : undefined;
    const { failed, total } = answer._shards;
    const worse = before === undefined || failed > before.shards.failed || (failed === before.shards.failed && total > before.shards.total);
    this.round = round;
    this.report = {
      tookMs: Math.max(before?.tookMs ?? 0, answer.took),
      shards: worse ? answer._shards : before.shards,
      timedOut: (before?.timedOut ?? false) || answer.timed_out,
    };
    for (const listener of this.listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly latest = (): SearchReport | undefined => this.report;
}

const Log = createContext<SearchLog | null>(null);

export function SearchLogProvider({ children }: { children: ReactNode }): ReactElement {
  const log = useMemo(() => new SearchLog(), []);
  return <Log value={log}>{children}</Log>;
}

export function useSearchLog(): SearchLog {
  const log = useContext(Log);
  if (log === null) throw new Error("BUG: no SearchLogProvider above");
  return log;
}

export function useSearchReport(): SearchReport | undefined {
  const log = useSearchLog();
  return useSyncExternalStore(log.subscribe, log.latest);
}
