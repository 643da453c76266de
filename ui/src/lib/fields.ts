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

const longest = 48;

/** Suffixes of a name from the short one to the whole, each one part longer. */
function suffixes(name: string, most: number): string[] {
  const parts = name.split(".");
  const all = parts.map((_, i) => parts.slice(i).join(".")).reverse();
  const first = shortName(name, most).replace(/^…/, "");
  const fit = all.filter((s) => s.length >= first.length).map((s) => (s === name ? s : `…${s}`));
  const tail = first.length > longest ? [`…${first.slice(-longest)}`] : [];
  return [...tail, ...fit];
}

/**
 * Short names for fields that stand together: as [shortName], but where two
 * would read the same each keeps so much more of its head that they differ.
 */
export function shortNames(names: readonly string[], most = 24): Map<string, string> {
  const choices = new Map(names.map((name) => [name, suffixes(name, most)]));
  const at = new Map(names.map((name) => [name, 0]));
  const shown = (name: string): string => choices.get(name)?.[at.get(name) ?? 0] ?? name;
  for (let again = true; again; ) {
    again = false;
    const users = new Map<string, string[]>();
    for (const name of choices.keys()) {
      const same = users.get(shown(name));
      if (same === undefined) users.set(shown(name), [name]);
      else same.push(name);
    }
    for (const same of users.values()) {
      if (same.length === 1) continue;
      for (const name of same) {
        const next = (at.get(name) ?? 0) + 1;
        if (next >= (choices.get(name)?.length ?? 0)) continue;
        at.set(name, next);
        again = true;
      }
    }
  }
  return new Map([...choices.keys()].map((name) => [name, shown(name)]));
}

/** Insertions, deletions and exchanges between two short texts. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The field that a misspelt name most likely means; undefined when none is near. */
export function closestField(name: string, known: readonly string[]): string | undefined {
  if (name.length > 100) return undefined;
  const last = (n: string): string => n.slice(n.lastIndexOf(".") + 1);
  const lower = name.toLowerCase();
  const ranked = known
    .filter((k) => k.length <= 100)
    .map((k) => {
      const whole = distance(lower, k.toLowerCase());
      // The same last part counts for much: "ip" or "src.ip" means "source.ip".
      return { k, d: last(k).toLowerCase() === last(lower) ? Math.min(whole, 2 + k.split(".").length / 10) : whole };
    })
    .sort((a, b) => a.d - b.d || a.k.length - b.k.length);
  const [best] = ranked;
  return best !== undefined && best.d <= Math.max(2.9, name.length / 3) ? best.k : undefined;
}

/** Names that no field of the indices has; a name under a known one (a flattened field) passes. */
export function unknownFields(names: readonly string[], known: ReadonlyMap<string, Field>): string[] {
  if (known.size === 0) return [];
  const covered = (name: string): boolean => name.split(".").some((_, i, parts) => known.has(parts.slice(0, i + 1).join(".")));
  return names.filter((name) => !covered(name));
}

/** The share of rows (0 to 1) that have each field. */
export function coverage(rows: readonly ReadonlyMap<string, unknown>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) for (const name of row.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map([...counts].map(([name, n]) => [name, n / rows.length]));
}
