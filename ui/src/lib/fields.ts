import type { FieldCapsResponse } from "../api/es";
import type { Filter } from "./filters";

export type FieldKind = "date" | "number" | "ip" | "boolean" | "text" | "keyword" | "other";

export interface Field {
  name: string;
  kind: FieldKind;
  aggregatable: boolean;
}

const kinds: Record<string, FieldKind> = {
  date: "date", date_nanos: "date", ip: "ip", boolean: "boolean", text: "text", match_only_text: "text",
  keyword: "keyword", wildcard: "keyword", constant_keyword: "keyword", version: "keyword", flattened: "keyword",
  long: "number", integer: "number", short: "number", byte: "number", double: "number", float: "number",
  half_float: "number", scaled_float: "number", unsigned_long: "number",
};

/** The fields a person can name, in order of name: no metadata, no objects. */
export function listFields(caps: FieldCapsResponse): Field[] {
  const fields: Field[] = [];
  for (const [name, types] of Object.entries(caps.fields)) {
    const known = Object.entries(types).filter(([type]) => type !== "unmapped" && type !== "object" && type !== "nested");
    const first = known[0];
    if (first === undefined || name.startsWith("_") || known.some(([, c]) => c.metadata_field === true)) continue;
    fields.push({ name, kind: kinds[first[0]] ?? "other", aggregatable: known.every(([, c]) => c.aggregatable) });
  }
  return fields.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const usualTimeFields = ["@timestamp", "timestamp", "time", "event.created", "created_at"];

/** The field that time is about: `@timestamp`, else a usual name, else the first date. */
export function timeFieldOf(fields: readonly Field[]): string | undefined {
  const dates = fields.filter((f) => f.kind === "date").map((f) => f.name);
  return usualTimeFields.find((name) => dates.includes(name)) ?? dates[0];
}

/** Another usual date that events may have instead of `timeField`. */
export function otherTimeField(fields: readonly Field[], timeField: string | undefined): string | undefined {
  const dates = fields.filter((f) => f.kind === "date").map((f) => f.name);
  return usualTimeFields.find((name) => name !== timeField && dates.includes(name));
}

/** The field to ask for exact values and for counts: itself, or its `.keyword`. */
export function exactField(fields: ReadonlyMap<string, Field>, name: string): string | undefined {
  const field = fields.get(name);
  if (field?.aggregatable === true) return name;
  const keyword = `${name}.keyword`;
  return fields.get(keyword)?.aggregatable === true ? keyword : undefined;
}

/** A filter for one value of a field, fit for the field's kind. */
export function filterFor(
  fields: ReadonlyMap<string, Field>,
  name: string,
  value: string | number | boolean,
  not: boolean,
): Filter {
  const exact = exactField(fields, name);
  // A field that is not mapped (or not known yet) is asked for as a keyword.
  const op = exact === undefined && fields.has(name) ? "match" : "is";
  return { field: exact ?? name, op, value, ...(not ? { not: true } : {}) };
}

/** Long names lose their head, not their tail: "…user_identity.arn". At least the last part stays. */
export function shortName(name: string, most = 24): string {
  if (name.length <= most) return name;
  const parts = name.split(".");
  let short = parts.pop() ?? name;
  for (let part = parts.pop(); part !== undefined && part.length + short.length + 1 < most; part = parts.pop()) short = `${part}.${short}`;
  return short === name ? name : `…${short}`;
}

/** The share of rows (0 to 1) that have each field. */
export function coverage(rows: readonly ReadonlyMap<string, unknown>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) for (const name of row.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map([...counts].map(([name, n]) => [name, n / rows.length]));
}
