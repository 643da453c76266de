import { pathOf, type SearchBody } from "../api/es";

/** The Elasticsearch API, without a slash at the end, and who asks; undefined while authentication is off. */
export interface ApiPlace {
  url: string;
  user: string | undefined;
}

const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The search as a shell command. curl asks for the password itself, so that none stands in a history of commands. */
export function toCurl(api: ApiPlace, pattern: string, body: SearchBody): string {
  return [
    `curl -sS ${shellQuote(`${api.url}/${pathOf(pattern)}/_search?pretty`)}`,
    ...(api.user === undefined ? [] : [`  -u ${shellQuote(api.user)}`]),
    `  -H 'Content-Type: application/json'`,
    `  -d ${shellQuote(JSON.stringify(body, null, 2))}`,
  ].join(" \\\n");
}

/** The command that loads a folder of log files, from any machine. The password is taken from the environment. */
export function toLoad(api: ApiPlace): string {
  const as = api.user === undefined ? "" : ` --user ${/^[\w.@-]+$/.test(api.user) ? api.user : shellQuote(api.user)}`;
  return `vedette load --url ${api.url}${as} ./AWSLogs/`;
}
