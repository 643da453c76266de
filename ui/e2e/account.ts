/** Who signs in; playwright.config.ts makes sure that both are set where they are needed. */
export const user = process.env["VEDETTE_TEST_USER"] ?? "";
export const password = process.env["VEDETTE_TEST_PASSWORD"] ?? "";
