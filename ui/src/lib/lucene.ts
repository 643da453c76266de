/** Reading Lucene's query syntax, as far as colouring, completion and friendly errors need it. */

export type TokenKind = "field" | "value" | "operator" | "punctuation" | "phrase" | "regex" | "space";

export interface Token {
  kind: TokenKind;
  /** Half-open offsets into the text. */
  from: number;
  to: number;
}

export interface QueryError {
  /** Half-open; may be empty at the end of the text. */
  from: number;
  to: number;
  message: string;
  /** The query mended. */
  fix?: { label: string; text: string };
}

const operators = new Set(["AND", "OR", "NOT", "TO"]);
const special = new Set(["(", ")", "[", "]", "{", "}", "+", "!", "^", "~"]);

/** The end of a quoted run that starts at `at`; the text's end when it is never closed. */
function closing(text: string, at: number, quote: string): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === quote) return i + 1;
  }
  return text.length;
}

function wordEnd(text: string, at: number): number {
  let i = at;
  for (; i < text.length; i++) {
    const c = text[i] ?? "";
    if (c === "\\") i++;
    else if (/\s/.test(c) || c === ":" || c === '"' || special.has(c)) break;
  }
  return Math.min(i, text.length);
}

function word(text: string, from: number): Token {
  // A date or an IPv6 address inside a range or after a field holds colons; only a colon after the first word makes a field.
  const to = wordEnd(text, from);
  if (operators.has(text.slice(from, to))) return { kind: "operator", from, to };
  return { kind: text[to] === ":" && to > from ? "field" : "value", from, to };
}

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const c = text[at] ?? "";
    let token: Token;
    if (/\s/.test(c)) {
      let to = at + 1;
      while (to < text.length && /\s/.test(text[to] ?? "")) to++;
      token = { kind: "space", from: at, to };
    } else if (c === '"') token = { kind: "phrase", from: at, to: closing(text, at, '"') };
    else if (c === "/" && (at === 0 || /[\s(:]/.test(text[at - 1] ?? ""))) {
      token = { kind: "regex", from: at, to: closing(text, at, "/") };
    } else if (text.startsWith("&&", at) || text.startsWith("||", at)) {
      token = { kind: "operator", from: at, to: at + 2 };
    } else if (c === ":" || special.has(c)) token = { kind: "punctuation", from: at, to: at + 1 };
    else token = word(text, at);
    if (token.to <= at) token.to = at + 1;
    tokens.push(token);
    at = token.to;
  }
  return tokens;
}

const pairs: Record<string, string> = { "(": ")", "[": "]", "{": "}" };
const names: Record<string, string> = { "(": "bracket", "[": "range", "{": "range" };

function unclosedQuote(text: string, tokens: readonly Token[]): QueryError | undefined {
  for (const t of tokens) {
    const quote = t.kind === "phrase" ? '"' : t.kind === "regex" ? "/" : undefined;
    if (quote === undefined) continue;
    const closed = t.to - t.from > 1 && text[t.to - 1] === quote && text[t.to - 2] !== "\\";
    if (closed) continue;
    const what = quote === '"' ? "quote" : "regular expression";
    return { from: t.from, to: t.from + 1, message: `this ${what} is never closed`, fix: { label: "Close it", text: text + quote } };
  }
  return undefined;
}

function unpaired(text: string, tokens: readonly Token[]): QueryError | undefined {
  const open: Token[] = [];
  for (const t of tokens) {
    if (t.kind !== "punctuation") continue;
    const c = text[t.from] ?? "";
    if (c in pairs) open.push(t);
    else if (c === ")" || c === "]" || c === "}") {
      const last = open.pop();
      if (last === undefined) return { from: t.from, to: t.to, message: `this ${c === ")" ? "bracket" : "range"} was never opened` };
    }
  }
  const left = open.pop();
  if (left === undefined) return undefined;
  const c = text[left.from] ?? "(";
  return {
    from: left.from,
    to: left.to,
    message: `this ${names[c] ?? "bracket"} is never closed`,
    ...(c === "(" ? { fix: { label: "Close it", text: `${text})` } } : {}),
  };
}

function dangling(text: string, tokens: readonly Token[]): QueryError | undefined {
  const solid = tokens.filter((t) => t.kind !== "space");
  for (const [i, t] of solid.entries()) {
    const next = solid[i + 1];
    const c = text.slice(t.from, t.to);
    const end = next === undefined || text[next.from] === ")";
    if (t.kind === "operator" && c !== "TO" && end) return { from: t.from, to: t.to, message: `nothing follows ${c}` };
    if (c === ":" && t.kind === "punctuation" && end) return { from: t.from, to: t.to, message: "the field has no value" };
  }
  const first = solid[0];
  const head = first === undefined ? "" : text.slice(first.from, first.to);
  if (first !== undefined && ["AND", "OR", "&&", "||"].includes(head)) {
    return { from: first.from, to: first.to, message: `nothing stands before ${head}` };
  }
  return undefined;
}

const network = /([^\s:()"]{1,200}):((?:\d{1,3}(?:\.\d{1,3}){0,3}|[0-9a-f]{0,4}:[0-9a-f:.]{0,45})\/\d{1,3})(?=[\s)]|$)/gi;

/** A network that is not in quotes: Lucene takes its slash for the start of a regular expression. */
export function bareNetwork(text: string): QueryError | undefined {
  const phrases = tokenize(text).filter((t) => t.kind === "phrase");
  const bare = [...text.matchAll(network)].filter((m) => !phrases.some((p) => m.index >= p.from && m.index < p.to));
  const [first] = bare;
  if (first === undefined) return undefined;
  const [whole, field = "", value = ""] = first;
  let mended = text;
  for (const m of bare.reverse()) mended = `${mended.slice(0, m.index)}${m[1] ?? ""}:"${m[2] ?? ""}"${mended.slice(m.index + m[0].length)}`;
  const from = first.index + field.length + 1;
  return { from, to: first.index + whole.length, message: `put a network in quotes: ${field}:"${value}"`, fix: { label: "Put it in quotes", text: mended } };
}

/** The names of fields that a query asks for, each once; patterns such as `user.*` and metadata such as `_id` are left out. */
export function fieldNames(text: string): string[] {
  const solid = tokenize(text).filter((t) => t.kind !== "space");
  const names = solid.flatMap((t, i) => {
    const name = text.slice(t.from, t.to);
    const exists = t.kind === "value" && i > 1 && text.slice(solid[i - 2]?.from, solid[i - 2]?.to) === "_exists_";
    return t.kind === "field" || exists ? [name.replace(/^-/, "").replace(/\\(.)/g, "$1")] : [];
  });
  return [...new Set(names)].filter((name) => name !== "" && !name.startsWith("_") && !name.includes("*"));
}

/** The query with one name of a field in place of another. */
export function renameField(text: string, from: string, to: string): string {
  let renamed = "";
  let last = 0;
  for (const t of tokenize(text)) {
    const raw = text.slice(t.from, t.to);
    const bare = raw.replace(/^-/, "");
    if ((t.kind !== "field" && t.kind !== "value") || bare.replace(/\\(.)/g, "$1") !== from) continue;
    renamed += text.slice(last, t.to - bare.length) + escapeField(to);
    last = t.to;
  }
  return renamed + text.slice(last);
}

/** The first thing wrong with a query that a person can see; the server has the last word. */
export function check(text: string): QueryError | undefined {
  const tokens = tokenize(text);
  return bareNetwork(text) ?? unclosedQuote(text, tokens) ?? unpaired(text, tokens) ?? dangling(text, tokens);
}

/** The place that a server's message names, as an offset: "line 1, column 5" counts from 0 in Lucene. */
export function columnIn(message: string): number | undefined {
  const found = /\bcol(?:umn)?\s*:?\s*(\d+)/i.exec(message) ?? /\b(?:position|offset)\s*:?\s*(\d+)/i.exec(message);
  return found === null ? undefined : Number(found[1]);
}

/** A value as it must stand in a query: bare when it can, else quoted. */
export function quoteValue(value: string): string {
  if (/^[\w.@-]+$/.test(value) && !operators.has(value) && !value.startsWith("-")) return value;
  return `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

/** A field name as it must stand in a query. */
export const escapeField = (field: string): string => field.replace(/[\s:\\()"/]/g, "\\$&");

/** Text as the start of a Lucene regular expression that matches exactly it. */
export const escapeRegex = (text: string): string => text.replace(/[.?+*|{}[\]()"\\#@&<>~^$/-]/g, "\\$&");
