import { hostile } from "../src/test/hostile";
import { expect, openEvents, rows, test } from "./test";

const index = "security-events-hostile";

/** Writes hostile events through the Elasticsearch API, as a shipper would. */
test.beforeAll(async ({ playwright, baseURL }) => {
  const request = await playwright.request.newContext({ ...(baseURL === undefined ? {} : { baseURL }) });
  const status = (await (await request.get("/api/v1/status")).json()) as { elasticsearch_address: string };
  // A minute ago: whoever writes them again meanwhile does not move them out of the time that is shown.
  const at = new Date(Date.now() - 60_000).toISOString();
  const lines = hostile.flatMap((value, i) => [
    JSON.stringify({ index: { _index: index, _id: String(i) } }),
    JSON.stringify({ "@timestamp": at, timestamp: at, event_type: value, severity: value, user: value, message: value, source_ip: "192.0.2.1" }),
  ]);
  const answer = await request.post(`http://${status.elasticsearch_address}/_bulk?refresh=true`, {
    headers: { "Content-Type": "application/x-ndjson" },
    data: `${lines.join("\n")}\n`,
  });
  expect(answer.status()).toBe(200);
  await request.dispose();
});

test("hostile values are text everywhere", async ({ page }) => {
  await openEvents(page, { index, cols: ["event_type", "user", "_summary"] });
  await expect(rows(page).first()).toBeVisible();
  await expect(page.locator(".evbody")).toContainText("<script>alert(1)</script>");
  await expect(page.locator(".evbody img, .evbody script, .evbody svg")).toHaveCount(0);

  await page.getByRole("complementary", { name: "Fields" }).locator(".fname[title^='event_type']").click();
  await expect(page.locator(".tvr").first()).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("complementary", { name: "Event", exact: true });
  for (const tab of ["JSON", "Surrounding", "Table"]) {
    await drawer.getByRole("tab", { name: tab }).click();
    await expect(drawer.getByRole("tabpanel", { name: tab })).toBeVisible();
  }
  for (let i = 0; i < 5; i++) await page.keyboard.press("j");
  await expect(drawer.locator("img, script, iframe, a[href^='javascript'], a[href^='data']")).toHaveCount(0);
  expect(await page.evaluate(() => document.querySelectorAll("[onerror], [onload]").length)).toBe(0);
});

test("a hostile value can be filtered by and completed", async ({ page }) => {
  await openEvents(page, { index, cols: ["event_type"], filters: [{ field: "event_type", op: "is", value: hostile[0] }] });
  await expect(page.getByTestId("total")).toHaveText("1");
  await page.keyboard.press("/");
  await expect(page.locator(".cm-editor")).toBeVisible();
  await page.keyboard.type("event_type:");
  await expect(page.locator(".qcomplete li").first()).toContainText("<script>alert(1)</script>");
  await expect(page.locator(".qcomplete img, .qcomplete script")).toHaveCount(0);
});
