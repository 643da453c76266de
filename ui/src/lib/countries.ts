const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "code" });

/** "Ireland" for "IE"; the text itself when it is no code. */
export function countryName(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return names.of(code) ?? code;
}
