import { useIsFetching } from "@tanstack/react-query";
import { Outlet, useNavigate, useRouterState, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState, type ReactElement } from "react";
import { AnnouncerProvider } from "../components/Announcer";
import { FollowProvider } from "../components/Follow";
import { SearchLogProvider } from "../components/SearchLog";
import { ShortcutProvider, useShortcut } from "../components/Shortcuts";
import { TimeProvider } from "../components/TimeContext";
import { useSession } from "../components/useSession";
import { filterTrouble } from "../lib/search";
import { defaultRange, type TimeRange } from "../lib/time";
import { ExposureStrip } from "./ExposureStrip";
import { keptFilters } from "./kept";
import { openedWith } from "./opened";
import { pages } from "./pages";
import { Rail } from "./Rail";
import { ShortcutList } from "./ShortcutList";
import { StatusBar } from "./StatusBar";

const clock = (): number => Date.now();

/** The frame of every page: rail, page, bottom bar, and what they share. */
export function Shell(): ReactElement {
  const { from, to, refresh } = useSearch({ from: "__root__" });
  const navigate = useNavigate();
  const range = useMemo<TimeRange>(() => ({ from: from ?? defaultRange.from, to: to ?? defaultRange.to }), [from, to]);
  const setRange = useCallback((next: TimeRange) => void navigate({ to: ".", search: (prev) => ({ ...prev, ...next }) }), [navigate]);
  const setRefresh = useCallback(
    (seconds: number) => void navigate({ to: ".", search: (prev) => ({ ...prev, refresh: seconds === 0 ? undefined : seconds }), replace: true }),
    [navigate],
  );
  return (
    <ShortcutProvider>
      <AnnouncerProvider>
        <SearchLogProvider>
          <TimeProvider range={range} refresh={refresh ?? 0} onRange={setRange} onRefresh={setRefresh} clock={clock}>
            <FollowProvider><Frame /></FollowProvider>
          </TimeProvider>
        </SearchLogProvider>
      </AnnouncerProvider>
    </ShortcutProvider>
  );
}

function Frame(): ReactElement {
  const [help, setHelp] = useState(false);
  const path = useRouterState({ select: (s) => s.location.pathname });
  useShortcut("?", "This list", () => setHelp(true));
  useEffect(() => {
    const page = pages.find((p) => p.path === path);
    document.title = page === undefined ? "Vedette" : `${page.label} · Vedette`;
  }, [path]);
  return (
    <div className="app">
      <a className="skip" href="#main">Skip to the content</a>
      <Rail />
      {pages.map((page) => <PageKey key={page.path} page={page} />)}
      <main className="main" id="main" tabIndex={-1}>
        <Progress />
        <Exposed />
        <LinkTrouble />
        <Outlet />
      </main>
      <StatusBar onShortcuts={() => setHelp(true)} />
      {help ? <ShortcutList onClose={() => setHelp(false)} /> : null}
    </div>
  );
}

function PageKey({ page }: { page: (typeof pages)[number] }): null {
  const navigate = useNavigate();
  useShortcut(`g ${page.key}`, page.label, () =>
    void navigate({ to: page.path, search: (prev) => ({ from: prev.from, to: prev.to, refresh: prev.refresh, filters: keptFilters(prev.filters) }) }),
  );
  return null;
}

function Exposed(): ReactElement | null {
  const state = useSession();
  return state.is === "in" ? <ExposureStrip auth={state.session.auth} /> : null;
}

/** Says what of the link was left out. The router has cleaned the link by then. */
function LinkTrouble(): ReactElement | null {
  const [trouble, setTrouble] = useState(() => filterTrouble(openedWith["filters"]));
  if (trouble === undefined) return null;
  return (
    <div className="strip warn trouble" role="status">
      <span>{trouble}</span>
      <button type="button" className="lnk" onClick={() => setTrouble(undefined)}>Hide</button>
    </div>
  );
}

function Progress(): ReactElement | null {
  const busy = useIsFetching({ predicate: (query) => query.queryKey[0] === "es" }) > 0;
  return busy ? <div className="progress" role="progressbar" aria-label="Searching" /> : null;
}
