/** Networks that are not routed on the internet: https://www.rfc-editor.org/rfc/rfc1918, rfc6598, rfc3927, rfc4193 and rfc4291 (link-local). */
const inside = [/^10\./, /^192\.168\./, /^172\.(1[6-9]|2\d|3[01])\./, /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./, /^169\.254\./, /^f[cd][0-9a-f]{2}:/i, /^fe[89ab][0-9a-f]:/i];

/** Whether an address can only be of the own network. */
export function isPrivateAddress(address: string): boolean {
  return inside.some((network) => network.test(address));
}
