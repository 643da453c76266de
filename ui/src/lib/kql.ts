import type { Clause } from "../api/es";

/**
 * Kibana's query language, translated to the query DSL as Kibana does it
 * (https://www.elastic.co/guide/en/kibana/8.19/kuery-query.html): `field: value`,
 * phrases, `*` wildcards, `field: (a or b)`, comparisons, `and`, `or`, `not`,
 * brackets and free text. Nested fields (`field: { … }`) are refused.
 */

/** A query that cannot be read; `column` is the offset it happened at. */
export class KqlError extends Error {
  override readonly name = "KqlError";
  readonly column: number;
  constructor(message: string, column: number) {
    super(message);
    this.column = column;
  }
}

type Kind = "(" | ")" | ":" | "<" | "<=" | ">" | ">=" | "word" | "phrase" | "end";

interface Lexeme {
  kind: Kind;
  /** Unescaped; a word keeps `\*` apart from `*` by way of `wild`. */
  text: string;
  /** The word as a wildcard pattern, when it holds an unescaped star. */
  wild?: string;
  at: number;
}

function lexPhrase(text: string, at: number): { lexeme: Lexeme; to: number } {
  let value = "";
  for (let i = at + 1; i < text.length; i++) {
    const c = text[i] ?? "";
    if (c === "\\") value += text[++i] ?? "";
    else if (c === '"') return { lexeme: { kind: "phrase", text: value, at }, to: i + 1 };
    else value += c;
  }
  throw new KqlError("this quote is never closed", at);
}

function lexWord(text: string, at: number): { lexeme: Lexeme; to: number } {
  let [value, pattern, wild] = ["", "", false];
  let i = at;
  for (; i < text.length; i++) {
    let c = text[i] ?? "";
    if (/[\s():<>"{}]/.test(c)) break;
    if (c === "*") {
      wild = true;
      value += c;
      pattern += c;
      continue;
    }
    if (c === "\\" && i + 1 < text.length) c = text[++i] ?? "";
    value += c;
    pattern += c === "*" || c === "?" || c === "\\" ? `\\${c}` : c;
  }
  return { lexeme: { kind: "word", text: value, at, ...(wild ? { wild: pattern } : {}) }, to: i };
}

function lex(text: string): Lexeme[] {
  const lexemes: Lexeme[] = [];
  for (let at = 0; at < text.length; ) {
    const c = text[at] ?? "";
    if (/\s/.test(c)) {
      at++;
      continue;
    }
    if (c === "{" || c === "}") throw new KqlError("nested fields are not supported", at);
    if (c === '"') {
      const { lexeme, to } = lexPhrase(text, at);
      lexemes.push(lexeme);
      at = to;
    } else if (c === "<" || c === ">") {
      const kind: Kind = text[at + 1] === "=" ? `${c}=` : c;
      lexemes.push({ kind, text: kind, at });
      at += kind.length;
    } else if (c === "(" || c === ")" || c === ":") {
      lexemes.push({ kind: c, text: c, at });
      at++;
    } else {
      const { lexeme, to } = lexWord(text, at);
      lexemes.push(lexeme);
      at = to;
    }
  }
  lexemes.push({ kind: "end", text: "", at: text.length });
  return lexemes;
}

const comparisons: Partial<Record<Kind, string>> = { "<": "lt", "<=": "lte", ">": "gt", ">=": "gte" };

class Parser {
  private readonly lexemes: readonly Lexeme[];
  private next = 0;
  private depth = 0;

  constructor(lexemes: readonly Lexeme[]) {
    this.lexemes = lexemes;
  }

  private peek(ahead = 0): Lexeme {
    return this.lexemes[Math.min(this.next + ahead, this.lexemes.length - 1)] as Lexeme;
  }

  private isKeyword(word: string): boolean {
    const l = this.peek();
    return l.kind === "word" && l.wild === undefined && l.text.toLowerCase() === word;
  }

  private fail(): never {
    const l = this.peek();
    throw new KqlError(l.kind === "end" ? "the query ends too early" : `"${l.text}" is not expected here`, l.at);
  }

  whole(): Clause {
    const clause = this.or(undefined);
    if (this.peek().kind !== "end") this.fail();
    return clause;
  }

  /** `field` is set inside `field: ( … )`, where only values may stand. */
  private or(field: Lexeme | undefined): Clause {
    const parts = [this.and(field)];
    while (this.isKeyword("or")) {
      this.next++;
      parts.push(this.and(field));
    }
    return parts.length === 1 ? (parts[0] as Clause) : { bool: { should: parts, minimum_should_match: 1 } };
  }

  private and(field: Lexeme | undefined): Clause {
    const parts = [this.not(field)];
    while (this.isKeyword("and")) {
      this.next++;
      parts.push(this.not(field));
    }
    return parts.length === 1 ? (parts[0] as Clause) : { bool: { filter: parts } };
  }

  private not(field: Lexeme | undefined): Clause {
    if (!this.isKeyword("not")) return this.primary(field);
    this.next++;
    return { bool: { must_not: [this.not(field)] } };
  }

  private primary(field: Lexeme | undefined): Clause {
    const l = this.peek();
    if (l.kind === "(") {
      if (++this.depth > 50) throw new KqlError("too many brackets inside each other", l.at);
      this.next++;
      const inner = this.or(field);
      if (this.peek().kind !== ")") throw new KqlError("this bracket is never closed", l.at);
      this.next++;
      this.depth--;
      return inner;
    }
    if (l.kind !== "word" && l.kind !== "phrase") this.fail();
    if (field === undefined) {
      const after = this.peek(1).kind;
      if (after === ":") return this.fieldValue(l);
      if (after in comparisons) return this.comparison(l);
    }
    return this.values(field);
  }

  private comparison(field: Lexeme): Clause {
    this.next++;
    const op = comparisons[this.peek().kind] ?? "gte";
    this.next++;
    const value = this.peek();
    if (value.kind !== "word" && value.kind !== "phrase") this.fail();
    this.next++;
    return { range: { [field.text]: { [op]: value.text } } };
  }

  private fieldValue(field: Lexeme): Clause {
    this.next += 2;
    if (this.peek().kind === "(") return this.primary(field);
    if (this.peek().kind in comparisons) {
      this.next--;
      return this.comparison(field);
    }
    return this.values(field);
  }

  /** A phrase, or words up to the next keyword: `message: access denied` is one text. */
  private values(field: Lexeme | undefined): Clause {
    const first = this.peek();
    if (first.kind === "phrase") {
      this.next++;
      return leaf(field, { ...first }, true);
    }
    const words: Lexeme[] = [];
    while (this.peek().kind === "word" && !["and", "or", "not"].some((k) => this.isKeyword(k))) {
      const after = this.peek(1).kind;
      if (words.length > 0 && (after === ":" || after in comparisons)) break;
      words.push(this.peek());
      this.next++;
    }
    if (words.length === 0) this.fail();
    const joined = words.map((w) => w.text).join(" ");
    const wild = words.some((w) => w.wild !== undefined);
    return leaf(field, { kind: "word", text: joined, at: first.at, ...(wild ? { wild: words.map((w) => w.wild ?? w.text).join(" ") } : {}) }, false);
  }
}

/** Free text goes through query_string, which knows the fields that are searched without a name. */
function leaf(field: Lexeme | undefined, value: Lexeme, phrase: boolean): Clause {
  if (field === undefined) {
    if (value.wild === "*") return { match_all: {} };
    const escaped = value.text.replace(/[+\-=&|!(){}[\]^"~?:\\/]/g, "\\$&");
    return { query_string: { query: phrase ? `"${value.text.replace(/[\\"]/g, "\\$&")}"` : escaped, default_operator: "AND" } };
  }
  if (value.wild === "*") return { exists: { field: field.text } };
  if (value.wild !== undefined) return { wildcard: { [field.text]: { value: value.wild } } };
  return phrase
    ? { match_phrase: { [field.text]: value.text } }
    : { match: { [field.text]: { query: value.text, lenient: true } } };
}

/** Translates a query that is not blank. Throws [KqlError]. */
export function kqlToClause(text: string): Clause {
  return new Parser(lex(text)).whole();
}
