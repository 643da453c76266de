import { iso } from "./time";

type Scalar = string | number | boolean;

/**
 * One cell. A text that a spreadsheet would run as a formula gets an apostrophe
 * in front (https://owasp.org/www-community/attacks/CSV_Injection); numbers are
 * left alone, a negative one too.
 */
export function csvCell(value: Scalar | null): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line, CRLF included (RFC 4180). Several values of a field share a cell. */
export function csvLine(cells: readonly (readonly Scalar[] | undefined)[]): string {
  const line = cells.map((values) => {
    if (values === undefined || values.length === 0) return "";
    const [only] = values;
    return csvCell(values.length === 1 ? (only ?? null) : values.map(String).join("; "));
  });
  return `${line.join(",")}\r\n`;
}

/** The first line. A name that reads as a name, such as `@timestamp`, stays as it is; names come out of logs too, so others are cells like any. */
export function csvHeader(columns: readonly string[]): string {
  return `${columns.map((name) => (/^@?[A-Za-z_][\w.-]*$/.test(name) ? name : csvCell(name))).join(",")}\r\n`;
}

/** "vedette-events-20261123T094100Z.csv". */
export function fileName(now: number, extension: "csv" | "ndjson"): string {
  return `vedette-events-${iso(now).slice(0, 19).replace(/[-:]/g, "")}Z.${extension}`;
}
