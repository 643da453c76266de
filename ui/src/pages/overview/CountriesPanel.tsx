import { useMemo, type ReactElement } from "react";
import { Panel } from "../../components/Panel";
import type { EsResult } from "../../components/useEs";
import { useOpenEvents } from "../../components/useOpenEvents";
import { ValueList } from "../../components/ValueList";
import { WorldMap } from "../../components/worldmap/WorldMap";
import { countryName } from "../../lib/countries";
import type { Filter } from "../../lib/filters";
import { formatCount, formatShort, plural } from "../../lib/format";
import type { Countries } from "./queries";

const field = "source.geo.country_iso_code";
const unknown = "";

const filtersOf = (code: string): Filter[] =>
  code === unknown ? [{ field: "source.ip", op: "exists" }, { field, op: "exists", not: true }] : [{ field, op: "is", value: code }];

/** Where events come from: a map and the same as a list. */
export function CountriesPanel({ result }: { result: EsResult<Countries> }): ReactElement {
  const openEvents = useOpenEvents();
  const answer = result.data?.aggregations;
  const values = useMemo(() => (answer?.countries.buckets ?? []).map((b) => ({ code: String(b.key), count: b.doc_count })), [answer]);
  const placed = values.reduce((sum, v) => sum + v.count, 0);
  const most = values[0]?.count ?? 0;
  const rows = [
    ...values.slice(0, 5).map((v) => ({ key: v.code, label: countryName(v.code), amount: v.count, shown: formatCount(v.count) })),
    { key: unknown, label: "No country", amount: answer?.without.doc_count ?? 0, shown: formatCount(answer?.without.doc_count ?? 0) },
  ];
  const all = placed + (answer?.without.doc_count ?? 0);
  return (
    <Panel
      title="Source countries"
      sub={<span title={`${plural(placed, "event")} with a country`}>{plural(values.length, "country", "countries")}</span>}
      className="s5 tall"
      result={result}
      extra={most === 0 ? null : <MapLegend most={most} />}
      empty={() => all === 0}
      table={(a) => ({
        columns: ["Country", "Code", "Events"],
        rows: [...a.countries.buckets.map((b) => [countryName(String(b.key)), String(b.key), b.doc_count] as const), ["No country: private or unknown", "", a.without.doc_count]],
      })}
    >
      {() => (
        <div className="mapsplit">
          <WorldMap values={values} summary={`Map of source countries, most from ${countryName(values[0]?.code ?? "nowhere")}`} onPick={(code) => openEvents(filtersOf(code))} />
          <ValueList mono={false} total={all} rows={rows} onPick={(code) => openEvents(filtersOf(code))} />
        </div>
      )}
    </Panel>
  );
}

function MapLegend({ most }: { most: number }): ReactElement {
  return (
    <span className="leg">
      1
      <span className="ramp" aria-hidden="true">{[1, 2, 3, 4, 5].map((i) => <i key={i} style={{ background: `var(--v-h${i})` }} />)}</span>
      {formatShort(most)}, log scale
    </span>
  );
}
