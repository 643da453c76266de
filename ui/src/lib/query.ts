import type { Clause } from "../api/es";
import { isOn, positive, type Filter } from "./filters";
import { kqlToClause } from "./kql";
import { iso, type Span } from "./time";

export type Language = "lucene" | "kql";

export interface Question {
  text: string;
  language: Language;
  filters: readonly Filter[];
  /** The field the span is about; undefined leaves time out. */
  timeField: string | undefined;
  span: Span;
}

export function timeClause(field: string, span: Span): Clause {
  return { range: { [field]: { gte: iso(span.from), lt: iso(span.to), format: "strict_date_optional_time" } } };
}

/** The text of the query bar as a clause; undefined when it is empty. Throws KqlError. */
export function textClause(text: string, language: Language): Clause | undefined {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed === "*") return undefined;
  if (language === "kql") return kqlToClause(trimmed);
  return { query_string: { query: text, analyze_wildcard: true } };
}

/** Time, text and filters as one `bool`: everything in filter context, since nothing is ranked. */
export function buildQuery(question: Question): Clause {
  const filter: Clause[] = [];
  if (question.timeField !== undefined) filter.push(timeClause(question.timeField, question.span));
  const text = textClause(question.text, question.language);
  if (text !== undefined) filter.push(text);
  const on = question.filters.filter(isOn);
  filter.push(...on.filter((f) => f.not !== true).map(positive));
  const mustNot = on.filter((f) => f.not === true).map(positive);
  if (filter.length === 0 && mustNot.length === 0) return { match_all: {} };
  return { bool: { filter, ...(mustNot.length > 0 ? { must_not: mustNot } : {}) } };
}
