/**
 * Characters that change how text around them is read without being seen: C0
 * and C1 controls, marks and overrides of direction, invisible separators. With
 * them a log line could look like another one (https://trojansource.codes).
 */
// The rule takes control characters in a pattern for a slip; here they are what is looked for.
// eslint-disable-next-line no-control-regex
const hidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g;

const code = (c: string): string => `⟨U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`;

/** Text of a log as it may be shown: hidden characters stand there by their number. */
export const visible = (text: string): string => text.replace(hidden, code);

/** The same, cut for a place where more could not be read anyway. */
export function visibleShort(text: string, most = 400): string {
  return text.length > most ? `${visible(text.slice(0, most))}…` : visible(text);
}
