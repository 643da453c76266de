import type { Json, JsonObject } from "../api/es";

/** One leaf of a document. A list keeps all its values under one name. */
export interface Leaf {
  field: string;
  values: (string | number | boolean)[];
}

const maxDepth = 64;

function walk(prefix: string, value: Json, depth: number, into: Map<string, Leaf["values"]>): void {
  if (value === null || depth > maxDepth) return;
  if (Array.isArray(value)) {
    for (const item of value) walk(prefix, item, depth + 1, into);
    return;
  }
  if (typeof value === "object") {
    for (const [key, inner] of Object.entries(value)) {
      walk(prefix === "" ? key : `${prefix}.${key}`, inner, depth + 1, into);
    }
    return;
  }
  const known = into.get(prefix);
  if (known === undefined) into.set(prefix, [value]);
  else known.push(value);
}

/**
 * A document as dotted names, in order of name. A dotted key and nested objects
 * are the same to Elasticsearch, so they are the same here; null and empty
 * objects are absent.
 */
export function flatten(source: JsonObject): Leaf[] {
  const leaves = new Map<string, Leaf["values"]>();
  walk("", source, 0, leaves);
  return [...leaves]
    .map(([field, values]) => ({ field, values }))
    .sort((a, b) => (a.field < b.field ? -1 : 1));
}

/** The same as a map, for rows of a table. */
export function flatMap(source: JsonObject): ReadonlyMap<string, Leaf["values"]> {
  const leaves = new Map<string, Leaf["values"]>();
  walk("", source, 0, leaves);
  return leaves;
}

/** The values as one text, "–" for none. */
export function asText(values: Leaf["values"] | undefined): string {
  return values === undefined || values.length === 0 ? "–" : values.map(String).join(", ");
}
