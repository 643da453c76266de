import type { Page } from "@playwright/test";
import { expect, expectAccessible, openEvents, rows, test } from "../test";
import { password, user } from "../account";

/** The way in, on a server with authentication on. */

const docs = (n: number): string =>
  Array.from({ length: n }, (_, i) => `{"create":{}}\n${JSON.stringify({ "@timestamp": new Date(Date.now() - i * 60_000).toISOString(), type: "cloudtrail", event: { action: `Action${i}`, outcome: "success" } })}\n`).join("");

test.beforeAll(async ({ playwright, baseURL }) => {
  const api = await playwright.request.newContext({ baseURL: baseURL ?? "", httpCredentials: { username: user, password, send: "always" } });
  const stored = await api.post("/api/es/logs-aws.cloudtrail-default/_bulk?refresh=true", { headers: { "Content-Type": "application/x-ndjson" }, data: docs(20) });
  expect(await stored.json()).toMatchObject({ errors: false });
  await api.dispose();
});

const field = (page: Page, name: string): ReturnType<Page["locator"]> => page.getByRole("textbox", { name, exact: true });

async function signIn(page: Page, secret = password): Promise<void> {
  await page.getByLabel("User name").fill(user);
  await page.getByLabel("Password", { exact: true }).fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs in and waits until that is done: a page that goes elsewhere before gives up the login. */
async function signInAndStay(page: Page): Promise<void> {
  await signIn(page);
  await expect(page.getByRole("button", { name: `Signed in as ${user}` })).toBeVisible();
}

/** Ends the session on the server, as an administrator or its age would. */
async function endSession(page: Page): Promise<void> {
  const [cookie] = await page.context().cookies();
  if (cookie === undefined) throw new Error("there is no session to end");
  const gone = await fetch(new URL("/api/v1/session", page.url()), { method: "DELETE", headers: { Cookie: `${cookie.name}=${cookie.value}` } });
  expect(gone.status).toBe(200);
}

const link = { q: "event.outcome:success", cols: ["event.action"], from: "now-6h" };

test("a link leads through the login to what it shows, and nothing is asked for before", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => (request.url().includes("/api/") ? asked.push(new URL(request.url()).pathname) : undefined));
  await page.goto(`/events?q=${encodeURIComponent(link.q)}&from=now-6h`);
  await expect(page.getByRole("heading", { name: "Vedette" })).toBeVisible();
  await expect(page).toHaveTitle("Sign in · Vedette");
  expect(new Set(asked)).toEqual(new Set(["/api/v1/session"]));
  await expect(field(page, "User name")).toBeFocused();
  await signIn(page);
  await expect(rows(page).first()).toContainText("Action0");
  await expect(page).toHaveURL(/q=event.outcome%3Asuccess/);
  await expect(page).toHaveTitle("Events · Vedette");
  await page.reload();
  await expect(rows(page).first()).toContainText("Action0");
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/", expires: -1 });
  expect(await page.evaluate(() => document.cookie)).toBe("");
});

test("a wrong password is told in words, moves nothing, and can be mended from the keyboard", async ({ page }) => {
  await page.goto("/");
  const button = page.getByRole("button", { name: "Sign in" });
  await expect(button).toBeVisible();
  const before = await button.boundingBox();
  await page.keyboard.type(user);
  await page.keyboard.press("Tab");
  await page.keyboard.type("wrong-password");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("User name or password is wrong.");
  await expect(page.getByLabel("Password", { exact: true })).toBeFocused();
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  expect(await button.boundingBox()).toEqual(before);
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("navigation", { name: "Pages" })).toBeVisible();
});

test("password managers find their fields", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByLabel("User name")).toHaveAttribute("autocomplete", "username");
  const secret = page.getByLabel("Password", { exact: true });
  await expect(secret).toHaveAttribute("autocomplete", "current-password");
  await secret.fill("abc");
  await expect(secret).toHaveAttribute("type", "password");
  await page.getByRole("button", { name: "Show the password" }).click();
  await expect(secret).toHaveAttribute("type", "text");
  await expect(secret).toHaveValue("abc");
});

test("too many tries are said as such", async ({ page }) => {
  await page.route("**/api/v1/session", (route) =>
    route.request().method() === "POST" ? route.fulfill({ status: 429, json: { status: 429, error: { root_cause: [], type: "security_exception", reason: "too many wrong passwords: try again in [30] seconds" } } }) : route.continue());
  await page.goto("/");
  await signIn(page);
  await expect(page.getByRole("alert")).toHaveText("Too many wrong passwords: try again in 30 seconds.");
});

test("a session that ends in the middle loses nothing", async ({ page }) => {
  test.slow(); // axe
  await page.goto("/");
  await signInAndStay(page);
  await openEvents(page, link);
  await expect(rows(page).first()).toContainText("Action0");
  const here = page.url();
  await page.keyboard.press("/");
  await expect(page.locator(".cm-editor")).toBeVisible();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText("event.action:Action7 AND half typ");
  await endSession(page);
  await page.getByRole("button", { name: "Fields" }).or(page.getByRole("button", { name: /^Time range/ })).first().focus();
  await page.keyboard.press("r"); // run again
  const dialog = page.getByRole("dialog", { name: "Sign in" });
  await expect(dialog).toBeVisible();
  await expect(dialog).toContainText("Your session has ended");
  await expect(dialog.getByLabel("User name")).toHaveValue(user);
  await expect(dialog.getByLabel("Password", { exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  await signIn(page);
  await expect(dialog).toHaveCount(0);
  expect(page.url()).toBe(here);
  await expect(page.getByRole("textbox", { name: /^Query/ })).toHaveText("event.action:Action7 AND half typ");
  await expect(rows(page).first()).toContainText("Action0");
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("signing out ends the session and leaves nothing on the page", async ({ page }) => {
  await page.goto("/");
  await signInAndStay(page);
  await openEvents(page, link);
  const [cookie] = await page.context().cookies();
  const me = page.getByRole("button", { name: `Signed in as ${user}` });
  await me.click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByLabel("User name")).toBeVisible();
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/");
  expect(await page.context().cookies()).toEqual([]);
  const again = await fetch(new URL("/api/v1/session", page.url()), { headers: { Cookie: `${cookie?.name ?? ""}=${cookie?.value ?? ""}` } });
  expect(again.status).toBe(401);
  await page.goBack();
  await expect(page.getByLabel("User name")).toBeVisible();
  await expect(rows(page)).toHaveCount(0);
});

test("signing in in one tab opens the others", async ({ page, context }) => {
  await page.goto("/events");
  await expect(page.getByLabel("User name")).toBeVisible();
  const other = await context.newPage();
  await other.goto("/");
  await signIn(other);
  await expect(other.getByRole("navigation", { name: "Pages" })).toBeVisible();
  await page.evaluate(() => window.dispatchEvent(new Event("focus"))); // what looking at the tab does, which a headless browser has not
  await expect(rows(page).first()).toBeVisible();
});

for (const colorScheme of ["dark", "light"] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });
    test.slow();

    test("the login is clean, with and without a message", async ({ page }) => {
      await page.goto("/");
      await expect(page.getByLabel("User name")).toBeVisible();
      await expectAccessible(page);
      await signIn(page, "wrong-password");
      await expect(page.getByRole("alert")).toHaveText(/wrong/);
      await expectAccessible(page);
    });
  });
}

test("the login fits a phone, with targets for thumbs", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");
  for (const target of [page.getByLabel("User name"), page.getByLabel("Password", { exact: true }), page.getByRole("button", { name: "Sign in" }), page.getByRole("button", { name: "Show the password" })]) {
    const box = await target.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(40);
    expect(box?.x).toBeGreaterThanOrEqual(0);
    expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(390);
  }
});
