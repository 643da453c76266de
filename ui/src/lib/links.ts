/** A value of a log that may be followed: http or https only. The host is shown beside it. */
export function safeLink(value: string): { href: string; host: string } | undefined {
  if (!/^https?:\/\//i.test(value) || value.length > 2000 || /\s/.test(value)) return undefined;
  try {
    const url = new URL(value);
    if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
    return { href: url.href, host: url.host };
  } catch {
    return undefined;
  }
}
