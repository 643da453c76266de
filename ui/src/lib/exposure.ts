/** Who could get at the data behind a page, if more people could than should. */
export interface Exposure {
  says: string;
  /** What to do about it. */
  way: string;
}

/** `location` of the page, as far as it matters here. */
export interface Place {
  protocol: string;
  hostname: string;
}

/** Names that stay on this machine (https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy). */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

export function exposure(auth: "off" | "on", place: Place): Exposure | undefined {
  if (auth === "off") return { says: "Authentication is off.", way: "Anybody who reaches this address can read and delete everything: start with --auth on." };
  if (place.protocol === "http:" && !isLoopback(place.hostname)) {
    return { says: "This page came unencrypted.", way: "Anybody on the way can read passwords and take over sessions: start with --tls-cert and --tls-key." };
  }
  return undefined;
}
