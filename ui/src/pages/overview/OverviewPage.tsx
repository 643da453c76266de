import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, type ReactElement } from "react";
import { FilterPills } from "../../components/FilterPills";
import { PageHead } from "../../components/PageHead";
import { useStorage } from "../../components/useConsole";
import { useTime } from "../../components/TimeContext";
import { useEs } from "../../components/useEs";
import { plural } from "../../lib/format";
import { intervalFor } from "../../lib/interval";
import { BalancersPanel } from "./BalancersPanel";
import { CallsPanels } from "./CallsPanels";
import { CountriesPanel } from "./CountriesPanel";
import { EmptyOverview, NothingThen } from "./EmptyOverview";
import { FailedPanel } from "./FailedPanel";
import { IngestPanel } from "./IngestPanel";
import { OverTimePanel } from "./OverTimePanel";
import {
  balancersBody, beforeBody, byTypeBody, callsBody, countriesBody, extentBody, pattern, regionsBody, talkersBody, troubleBody,
  type Balancers, type Before, type ByType, type Calls, type Countries, type Extent, type Regions, type Scope, type Talkers, type Troubles,
} from "./queries";
import { RegionsPanel } from "./RegionsPanel";
import { TalkersPanel } from "./TalkersPanel";
import { Tiles } from "./Tiles";
import "./overview.css";

/** What happened in the time chosen, against the time before. */
export function OverviewPage(): ReactElement {
  const { filters } = useSearch({ from: "__root__" });
  const storage = useStorage();
  const extent = useEs<Extent>(pattern, useMemo(() => extentBody(), []));
  const stored = extent.data?.hits.total?.value;
  const nothing = stored === 0 && storage.data?.documents === 0;
  const a = extent.data?.aggregations;
  const sub = a === undefined || stored === 0 ? undefined : `${plural(a.accounts.value ?? 0, "account")}, ${plural(a.regions.value ?? 0, "region")}`;
  return (
    <>
      <PageHead title="Overview" sub={sub} />
      <div className="body">{nothing ? <EmptyOverview /> : <Panels filters={filters} stored={stored} newest={a?.newest.value ?? null} documents={storage.data?.documents ?? 0} />}</div>
    </>
  );
}

interface PanelsProps {
  filters: Scope["filters"] | undefined;
  /** Events of AWS logs, whatever their time; undefined while not known. */
  stored: number | undefined;
  newest: number | null;
  documents: number;
}

function Panels({ filters = [], stored, newest, documents }: PanelsProps): ReactElement {
  const { span, zone } = useTime();
  const navigate = useNavigate();
  const scope = useMemo<Scope>(() => ({ span, zone, filters }), [span, zone, filters]);
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
      {none ? <NothingThen stored={stored ?? 0} newest={newest} documents={documents} /> : null}
      <div className="grid overview">
        <Tiles result={byType} before={before.data?.aggregations} />
        <IngestPanel />
        <OverTimePanel result={byType} interval={interval} />
        <FailedPanel result={trouble} before={before.data?.aggregations} interval={coarse} />
        <TalkersPanel result={talkers} />
        <CallsPanels result={calls} />
        <CountriesPanel result={countries} />
        <RegionsPanel result={regions} />
        <BalancersPanel result={balancers} />
      </div>
    </>
  );
}
