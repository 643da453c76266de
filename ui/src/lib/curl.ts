import { pathOf, type SearchBody } from "../api/es";

const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The search as a shell command against the Elasticsearch API at `address` (host:port). */
export function toCurl(address: string, pattern: string, body: SearchBody): string {
  const url = `http://${address}/${pathOf(pattern)}/_search?pretty`;
  return [
    `curl -sS ${shellQuote(url)}`,
    `  -H 'Content-Type: application/json'`,
    `  -d ${shellQuote(JSON.stringify(body, null, 2))}`,
  ].join(" \\\n");
}
