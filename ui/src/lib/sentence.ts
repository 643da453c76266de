import type { Leaf } from "./flatten";
import { formatBytes, plural } from "./format";

/** A piece of a sentence; strong pieces come out of the log. */
export interface Piece {
  text: string;
  strong?: boolean;
}

type Row = ReadonlyMap<string, Leaf["values"]>;

const first = (row: Row, field: string): string | undefined => {
  const value = row.get(field)?.[0];
  return value === undefined ? undefined : String(value);
};

const b = (text: string): Piece => ({ text, strong: true });
const t = (text: string): Piece => ({ text });

function place(row: Row): Piece[] {
  const from = first(row, "source.ip") ?? first(row, "source.address");
  if (from === undefined) return [];
  const country = first(row, "source.geo.country_iso_code");
  return [t(" from "), b(from), ...(country === undefined ? [] : [t(` (${country})`)])];
}

function cloudtrail(row: Row): Piece[] {
  const who = first(row, "user.name") ?? first(row, "aws.cloudtrail.user_identity.arn") ?? first(row, "aws.cloudtrail.user_identity.invoked_by");
  const what = first(row, "event.action") ?? "an unnamed call";
  const service = first(row, "event.provider");
  const refused = first(row, "event.outcome") === "failure";
  const code = first(row, "aws.cloudtrail.error_code") ?? first(row, "error.code");
  return [
    b(who ?? "Somebody unnamed"),
    t(refused ? " failed to call " : " called "),
    b(what),
    ...(service === undefined ? [] : [t(" of "), b(service)]),
    ...place(row),
    ...(refused && code !== undefined ? [t(", with "), b(code)] : []),
    t("."),
  ];
}

function flow(row: Row): Piece[] {
  const side = (name: string): Piece => {
    const port = first(row, `${name}.port`);
    const address = first(row, `${name}.ip`) ?? first(row, `${name}.address`) ?? "an unknown address";
    return b(port === undefined ? address : `${address}:${port}`);
  };
  if (first(row, "source.ip") === undefined && first(row, "source.address") === undefined) {
    return [t("No flow was recorded in this interval.")];
  }
  const bytes = Number(first(row, "network.bytes") ?? first(row, "source.bytes") ?? Number.NaN);
  const packets = Number(first(row, "network.packets") ?? first(row, "source.packets") ?? Number.NaN);
  const sent = Number.isNaN(bytes) ? "data" : formatBytes(bytes);
  const over = first(row, "network.transport");
  const refused = first(row, "event.action") === "reject";
  return [
    side("source"),
    t(refused ? " was rejected sending " : " sent "),
    b(sent),
    t(Number.isNaN(packets) ? "" : ` in ${plural(packets, "packet")}`),
    t(" to "),
    side("destination"),
    t(over === undefined ? "." : ` over ${over.toUpperCase()}.`),
  ];
}

function balancer(row: Row): Piece[] {
  const status = first(row, "http.response.status_code");
  const method = first(row, "http.request.method");
  const url = first(row, "url.path") ?? first(row, "url.original");
  const name = first(row, "aws.elb.name");
  return [
    b(first(row, "source.ip") ?? first(row, "source.address") ?? "A client"),
    t(" asked "),
    b(name ?? "the load balancer"),
    t(" for "),
    b([method, url].filter((x) => x !== undefined).join(" ") || "an unreadable request"),
    ...(status === undefined ? [t(" and got no status")] : [t(" and got "), b(status)]),
    t("."),
  ];
}

/** One plain sentence about an event; a message, or nothing, for kinds without one. */
export function sentence(row: Row): Piece[] {
  if (first(row, "event.kind") === "pipeline_error") {
    return [t("This record could not be decoded: "), b(first(row, "error.message") ?? "no reason was kept"), t(".")];
  }
  switch (first(row, "type")) {
    case "cloudtrail":
      return cloudtrail(row);
    case "vpcflow":
      return flow(row);
    case "elblogs":
      return balancer(row);
    default: {
      const message = first(row, "message");
      return message === undefined ? [] : [t(message)];
    }
  }
}

/** The event's title: what happened, as short as the log says it. */
export function title(row: Row): string {
  const type = first(row, "type");
  if (type === "elblogs") {
    const request = [first(row, "http.request.method"), first(row, "url.path")].filter((x) => x !== undefined).join(" ");
    if (request !== "") return request;
  }
  return first(row, "event.action") ?? first(row, "event_type") ?? first(row, "event.kind") ?? first(row, "title") ?? "Event";
}
