import { defineConfig } from "@playwright/test";
import { findChromium } from "./e2e/chromium";

const baseURL = process.env["VEDETTE_DASHBOARD_URL"];
if (baseURL === undefined) {
  throw new Error("Set VEDETTE_DASHBOARD_URL to the dashboard of a running `vedette demo`, such as http://127.0.0.1:5601.");
}

// e2e/auth needs a server with authentication on and an account on it, all the rest one with demo data and authentication off.
const [user, password] = [process.env["VEDETTE_TEST_USER"], process.env["VEDETTE_TEST_PASSWORD"]];
if ((user === undefined) !== (password === undefined)) throw new Error("Set both VEDETTE_TEST_USER and VEDETTE_TEST_PASSWORD, or neither.");

// The browser is the system's; Playwright is never asked to download one.
export default defineConfig({
  testDir: user === undefined ? "e2e" : "e2e/auth",
  testIgnore: user === undefined ? "auth/**" : [],
  timeout: 60_000,
  expect: { timeout: 10_000 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    baseURL,
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    timezoneId: "UTC",
    colorScheme: "dark",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: findChromium(),
      // Containers run as root and without user namespaces, where Chromium's sandbox cannot start.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
