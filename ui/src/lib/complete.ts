import { tokenize } from "./lucene";

/** What stands at the cursor and could be completed. */
export type Spot =
  | { kind: "field"; from: number; prefix: string }
  | { kind: "value"; from: number; prefix: string; field: string }
  | { kind: "none" };

/**
 * What a person is writing at `at`. Works for Lucene and KQL, which agree on
 * `field:value`. Ranges and regular expressions are not completed.
 */
export function spotAt(text: string, at: number): Spot {
  const tokens = tokenize(text.slice(0, at));
  const last = tokens[tokens.length - 1];
  if (last === undefined || last.kind === "space") return { kind: "field", from: at, prefix: "" };
  const before = tokens.slice(0, -1);
  if (last.kind === "punctuation" && text[last.from] === ":") {
    const name = before[before.length - 1];
    return name?.kind === "field" ? { kind: "value", from: at, prefix: "", field: fieldName(text, name) } : { kind: "none" };
  }
  if (last.kind === "punctuation") return text[last.from] === "(" ? { kind: "field", from: at, prefix: "" } : { kind: "none" };
  if (last.kind === "operator" || last.kind === "regex" || last.kind === "field") {
    return last.kind === "operator" ? { kind: "field", from: last.from, prefix: text.slice(last.from, at) } : { kind: "none" };
  }
  const colon = before[before.length - 1];
  if (colon?.kind === "punctuation" && /[[{]/.test(text[colon.from] ?? "")) return { kind: "none" };
  const name = before[before.length - 2];
  const isValue = colon?.kind === "punctuation" && text[colon.from] === ":" && name?.kind === "field";
  const raw = text.slice(last.from, at);
  if (!isValue) return last.kind === "phrase" ? { kind: "none" } : { kind: "field", from: last.from, prefix: raw };
  const prefix = last.kind === "phrase" ? raw.slice(1) : raw;
  if (/^[[{<>]/.test(prefix)) return { kind: "none" };
  return { kind: "value", from: last.from, prefix: prefix.replace(/\\(.)/g, "$1"), field: fieldName(text, name) };
}

const fieldName = (text: string, token: { from: number; to: number }): string =>
  text.slice(token.from, token.to).replace(/^-/, "").replace(/\\(.)/g, "$1");

/** Names that fit a prefix: those that begin with it, then those with a part that does, then those that hold it. */
export function rankNames(names: readonly string[], prefix: string, most: number): string[] {
  const p = prefix.toLowerCase();
  const rank = (name: string): number => {
    const n = name.toLowerCase();
    if (n.startsWith(p)) return 0;
    if (n.includes(`.${p}`)) return 1;
    return n.includes(p) ? 2 : 3;
  };
  return names
    .map((name) => ({ name, rank: rank(name) }))
    .filter((x) => x.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map((x) => x.name);
}
