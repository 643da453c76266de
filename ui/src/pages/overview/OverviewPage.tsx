import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, type ReactElement } from "react";
import { FilterPills } from "../../components/FilterPills";
import { GrowingStrip, useFollow } from "../../components/Follow";
import { PageHead } from "../../components/PageHead";
import { useStorage } from "../../components/useConsole";
import { useTime } from "../../components/TimeContext";
import { useEs } from "../../components/useEs";
import { Ways } from "../../components/Ways";
import { beginsText } from "../../lib/compare";
import { plural } from "../../lib/format";
import { intervalFor } from "../../lib/interval";
import { BalancersPanel } from "./BalancersPanel";
import { CallsPanels } from "./CallsPanels";
import { CountriesPanel } from "./CountriesPanel";
import { NothingThen } from "./NothingThen";
import { FailedPanel } from "./FailedPanel";
import { IngestPanel } from "./IngestPanel";
import { OverTimePanel } from "./OverTimePanel";
import {
  balancersBody, before as beforeOf, beforeBody, byTypeBody, callsBody, countriesBody, extentBody, pattern, regionsBody, talkersBody, troubleBody, whereBody,
  type Balancers, type Before, type ByType, type Calls, type Countries, type Extent, type Regions, type Scope, type Talkers, type Troubles, type Where,
} from "./queries";
import { RegionsPanel } from "./RegionsPanel";
import { TalkersPanel } from "./TalkersPanel";
import { Tiles } from "./Tiles";
import "./overview.css";

const noFilters: Scope["filters"] = [];

/** What happened in the time chosen, against the time before. */
export function OverviewPage(): ReactElement {
  const { filters = noFilters } = useSearch({ from: "__root__" });
  const { span, zone } = useTime();
  const scope = useMemo<Scope>(() => ({ span, zone, filters }), [span, zone, filters]);
  const following = useFollow();
  const storage = useStorage();
  const extent = useEs<Extent>(pattern, useMemo(() => extentBody(), []));
  const where = useEs<Where>(pattern, useMemo(() => whereBody(scope), [scope]));
  const documents = storage.data?.documents ?? 0;
  // An answer from before the first events came is none.
  const old = extent.isPlaceholderData || (following && extent.data?.hits.total?.value === 0);
  const stored = old && documents > 0 ? undefined : extent.data?.hits.total?.value;
  const nothing = stored === 0 && storage.data?.documents === 0;
  const a = extent.data?.aggregations;
  const w = where.data?.aggregations;
  const sub = w === undefined || where.data?.hits.total?.value === 0 ? undefined : `${plural(w.accounts.value ?? 0, "account")}, ${plural(w.regions.value ?? 0, "region")}`;
  return (
    <>
      <PageHead title="Overview" sub={sub} />
      <div className="body ovbody">
        {following && !nothing ? <GrowingStrip /> : null}
        {nothing ? <Ways /> : <Panels scope={scope} stored={stored} newest={a?.newest.value ?? null} oldest={a?.oldest.value ?? null} documents={documents} />}
      </div>
    </>
  );
}

interface PanelsProps {
  scope: Scope;
  /** Events of AWS logs, whatever their time; undefined while not known. */
  stored: number | undefined;
  newest: number | null;
  oldest: number | null;
  documents: number;
}

function Panels({ scope, stored, newest, oldest, documents }: PanelsProps): ReactElement {
  const { now } = useTime();
  const { span, filters } = scope;
  const navigate = useNavigate();
  const interval = useMemo(() => intervalFor(span, 100), [span]);
  const coarse = useMemo(() => intervalFor(span, 50), [span]);

  const byType = useEs<ByType>(pattern, useMemo(() => byTypeBody(scope, interval), [scope, interval]));
  const before = useEs<Before>(pattern, useMemo(() => beforeBody(scope), [scope]));
  const trouble = useEs<Troubles>(pattern, useMemo(() => troubleBody(scope, coarse), [scope, coarse]));
  const talkers = useEs<Talkers>(pattern, useMemo(() => talkersBody(scope), [scope]));
  const calls = useEs<Calls>(pattern, useMemo(() => callsBody(scope), [scope]));
  const regions = useEs<Regions>(pattern, useMemo(() => regionsBody(scope), [scope]));
  const balancers = useEs<Balancers>(pattern, useMemo(() => balancersBody(scope), [scope]));
  const countries = useEs<Countries>(pattern, useMemo(() => countriesBody(scope), [scope]));
  const begins = beginsText(oldest, beforeOf(scope).span.from, now);
  const then = begins === undefined ? before.data?.aggregations : undefined;
  const none = byType.data?.hits.total?.value === 0 && !byType.isPlaceholderData;
  return (
    <>
      {filters.length === 0 ? null : (
        <div className="ovfilters" role="group" aria-label="Filters">
          <FilterPills
            filters={filters}
            onChange={(next) => void navigate({ to: ".", search: (prev) => ({ ...prev, filters: next.length > 0 ? next : undefined }) })}
          />
        </div>
      )}
      {none ? <NothingThen stored={stored} newest={newest} documents={documents} /> : null}
      <div className="grid overview">
        <Tiles result={byType} before={then} begins={begins} />
        <IngestPanel />
        <OverTimePanel result={byType} interval={interval} />
        <FailedPanel result={trouble} before={then} begins={begins} interval={coarse} />
        <TalkersPanel result={talkers} />
        <CallsPanels result={calls} />
        <CountriesPanel result={countries} />
        <RegionsPanel result={regions} />
        <BalancersPanel result={balancers} />
      </div>
    </>
  );
}
