import type { Bucket, Buckets, Clause, Count, JsonObject, Metric, SearchBody, Terms } from "../../api/es";
import type { Filter } from "../../lib/filters";
import { dateHistogram, type Interval } from "../../lib/interval";
import { buildQuery } from "../../lib/query";
import type { Span } from "../../lib/time";

/** What the Overview asks, and the shape of the answers. */

export const pattern = "logs-*";
const timeField = "@timestamp";

export interface Scope {
  span: Span;
  zone: string;
  filters: readonly Filter[];
}

const is = (field: string, value: string): Clause => ({ term: { [field]: { value } } });
const status = (from: number, to: number): Clause => ({ range: { "http.response.status_code": { gte: from, lt: to } } });

function body(scope: Scope, aggs: Record<string, JsonObject>, only?: Clause): SearchBody {
  const query = buildQuery({ text: "", language: "lucene", filters: scope.filters, timeField, span: scope.span });
  return { size: 0, track_total_hits: true, query: only === undefined ? query : { bool: { filter: [query, only] } }, aggs };
}

/** The period of the same length before. */
export function before(scope: Scope): Scope {
  const { from, to } = scope.span;
  return { ...scope, span: { from: from - (to - from), to: from } };
}

export interface ByType {
  types: Terms;
  over_time: Buckets<Bucket & { types: Terms }>;
}

/** Pipeline errors of a format that is not known carry no type. */
const types = (): JsonObject => ({ terms: { field: "type", size: 20, missing: "other" } });

export function byTypeBody(scope: Scope, interval: Interval): SearchBody {
  return body(scope, {
    types: types(),
    over_time: { date_histogram: dateHistogram(timeField, scope.span, interval, scope.zone), aggs: { types: types() } },
  });
}

/** One row of "Failed or denied": a share of the events of one type. */
export interface Trouble {
  key: "api" | "flows" | "server" | "client";
  label: string;
  color: string;
  all: Filter & { value: string };
  bad: Filter;
}

const range = (from: number, to: number): Filter => ({ field: "http.response.status_code", op: "range", value: { gte: from, lt: to } });

export const troubles: readonly Trouble[] = [
  { key: "api", label: "API errors", color: "--v-t-cloudtrail", all: { field: "type", op: "is", value: "cloudtrail" }, bad: { field: "event.outcome", op: "is", value: "failure" } },
  { key: "flows", label: "Rejected flows", color: "--v-t-vpcflow", all: { field: "type", op: "is", value: "vpcflow" }, bad: { field: "event.action", op: "is", value: "reject" } },
  { key: "server", label: "5xx responses", color: "--v-t-elb", all: { field: "type", op: "is", value: "elblogs" }, bad: range(500, 600) },
  { key: "client", label: "4xx responses", color: "--v-t-elb", all: { field: "type", op: "is", value: "elblogs" }, bad: range(400, 500) },
];

const badClause: Record<Trouble["key"], Clause> = {
  api: is("event.outcome", "failure"),
  flows: is("event.action", "reject"),
  server: status(500, 600),
  client: status(400, 500),
};

const allClause = (t: Trouble): Clause => is("type", t.all.value);

export interface Share extends Count {
  bad: Count;
}
export type Troubles = Record<Trouble["key"], Share & { over_time: Buckets<Bucket & { bad: Count }> }>;
export type Before = Record<Trouble["key"], Share> & { types: Terms };

export function troubleBody(scope: Scope, interval: Interval): SearchBody {
  const row = (t: Trouble): JsonObject => {
    const bad: JsonObject = { filter: badClause[t.key] };
    const over_time = { date_histogram: dateHistogram(timeField, scope.span, interval, scope.zone), aggs: { bad } };
    return { filter: allClause(t), aggs: { bad, over_time } };
  };
  return body(scope, Object.fromEntries(troubles.map((t) => [t.key, row(t)])));
}

/** The period before, for the number tiles and the shares at once. */
export function beforeBody(scope: Scope): SearchBody {
  const row = (t: Trouble): JsonObject => ({ filter: allClause(t), aggs: { bad: { filter: badClause[t.key] } } });
  return body(before(scope), { types: types(), ...Object.fromEntries(troubles.map((t) => [t.key, row(t)])) });
}

export interface Talkers {
  talkers: Terms<Bucket & { bytes: Metric; country: Terms }>;
  bytes: Metric;
}

export function talkersBody(scope: Scope): SearchBody {
  const bytes = { sum: { field: "source.bytes" } };
  return body(
    scope,
    {
      talkers: {
        terms: { field: "source.ip", size: 6, order: { bytes: "desc" } },
        aggs: { bytes, country: { terms: { field: "source.geo.country_iso_code", size: 1 } } },
      },
      bytes,
    },
    is("type", "vpcflow"),
  );
}

export interface Calls {
  principals: Terms;
  actions: Terms;
  all: Metric;
}

export function callsBody(scope: Scope): SearchBody {
  return body(
    scope,
    {
      principals: { terms: { field: "user.name", size: 6 } },
      actions: { terms: { field: "event.action", size: 6 } },
      all: { value_count: { field: "event.action" } },
    },
    is("type", "cloudtrail"),
  );
}

export interface Regions {
  regions: Terms;
}
export const regionsBody = (scope: Scope): SearchBody => body(scope, { regions: { terms: { field: "cloud.region", size: 7 } } });

export const statusClasses = ["2xx", "3xx", "4xx", "5xx"] as const;
export interface Balancers {
  classes: { buckets: Record<string, Count & { time: { values: Record<string, number | null> } }> };
  balancers: Metric;
}

export function balancersBody(scope: Scope): SearchBody {
  const filters: Record<string, Clause> = { none: { bool: { must_not: [{ exists: { field: "http.response.status_code" } }] } } };
  for (const name of statusClasses) filters[name] = status(Number(name[0]) * 100, Number(name[0]) * 100 + 100);
  return body(
    scope,
    {
      classes: {
        filters: { filters },
        aggs: { time: { percentiles: { field: "aws.elb.backend_processing_time.sec", percents: [95] } } },
      },
      balancers: { cardinality: { field: "aws.elb.name" } },
    },
    is("type", "elblogs"),
  );
}

export interface Countries {
  countries: Terms;
  without: Count;
}

export function countriesBody(scope: Scope): SearchBody {
  return body(
    scope,
    {
      countries: { terms: { field: "source.geo.country_iso_code", size: 300 } },
      without: { filter: { bool: { must_not: [{ exists: { field: "source.geo.country_iso_code" } }] } } },
    },
    { exists: { field: "source.ip" } },
  );
}

export interface Extent {
  newest: Metric;
  oldest: Metric;
}

/** All that is stored, whatever the time: tells "nothing yet" from "nothing then". */
export function extentBody(): SearchBody {
  return {
    size: 0,
    track_total_hits: true,
    query: { match_all: {} },
    aggs: {
      newest: { max: { field: timeField } },
      oldest: { min: { field: timeField } },
    },
  };
}

export interface Where {
  accounts: Metric;
  regions: Metric;
}

export const whereBody = (scope: Scope): SearchBody =>
  body(scope, { accounts: { cardinality: { field: "cloud.account.id" } }, regions: { cardinality: { field: "cloud.region" } } });
