import { expect, openOverview, test, total } from "./test";

const panels = ["Events by type", "Failed or denied", "Top talkers", "Principals", "Actions", "Source countries", "Regions", "Load balancer status", "Ingest"];

test("every tile and panel shows demo data", async ({ page }) => {
  await openOverview(page);
  for (const key of ["cloudtrail", "vpcflow", "elblogs"]) await expect(page.locator(`[data-tile=${key}] .n`)).toHaveText(/[1-9]/);
  for (const name of panels) {
    const panel = page.getByRole("region", { name, exact: true });
    await expect(panel).toBeVisible();
    await expect(panel.getByRole("alert")).toHaveCount(0);
    await expect(panel.getByText("No events match")).toHaveCount(0);
  }
  await expect(page.getByRole("region", { name: "Source countries" }).locator("canvas")).toBeVisible();
  await expect(page.getByText(/events stored/)).toBeVisible();
  await expect(page.getByText(/all \d+ indices answered/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Authentication is off" })).toBeVisible();
});

test("a tile leads to exactly its events", async ({ page }) => {
  await openOverview(page);
  const tile = page.locator("[data-tile=cloudtrail]");
  const shown = Number((await tile.locator(".n").innerText()).replaceAll(",", ""));
  await tile.click();
  await expect(page).toHaveURL(/\/events\?/);
  await expect(page.getByRole("button", { name: "Filter type: CloudTrail", exact: true })).toBeVisible();
  await expect(page.getByTestId("total")).toHaveText(/[1-9]/);
  // The window moves with the clock between the two pages, so a few events may leave it.
  expect(Math.abs((await total(page)) - shown)).toBeLessThanOrEqual(Math.max(5, shown * 0.01));
});

test("every list and chart clicks through with its filter", async ({ page }) => {
  await openOverview(page);
  const address = page.getByRole("region", { name: "Top talkers" }).locator(".vl .l").first();
  const ip = (await address.getAttribute("title")) ?? "";
  await address.click();
  await expect(page.getByRole("button", { name: `Filter source.ip: ${ip}`, exact: true })).toBeVisible();
  await page.goBack();
  await page.getByRole("button", { name: "API errors" }).click();
  await expect(page.getByRole("button", { name: "Filter event.outcome: failure", exact: true })).toBeVisible();
  await page.goBack();
  await page.getByRole("region", { name: "Load balancer status" }).getByRole("button", { name: "5xx" }).click();
  await expect(page.getByRole("button", { name: "Filter http.response.status_code: ≥ 500 and < 600", exact: true })).toBeVisible();
  await page.goBack();
  const chart = page.getByRole("region", { name: "Events by type" }).locator(".u-over");
  await chart.click({ position: { x: 300, y: 120 } });
  await expect(page).toHaveURL(/from=\d{4}-/);
});

test("each chart is also a table", async ({ page }) => {
  await openOverview(page);
  const panel = page.getByRole("region", { name: "Events by type", exact: true });
  await panel.getByRole("button", { name: "Show as a table" }).click();
  await expect(panel.getByRole("columnheader", { name: "From" })).toBeVisible();
  await panel.getByRole("columnheader", { name: "All" }).getByRole("button").click();
  await expect(panel.getByRole("columnheader", { name: "All" })).toHaveAttribute("aria-sort", /ascending|descending/);
  await panel.getByRole("button", { name: "Show as a chart" }).click();
  await expect(panel.locator("canvas")).toBeVisible();
});

test("time is stepped, zoomed and shared by the link", async ({ page }) => {
  await openOverview(page);
  await page.keyboard.press("[");
  await expect(page).toHaveURL(/from=\d{4}-.*to=\d{4}-/);
  await page.goBack();
  await page.keyboard.press("-");
  await expect(page.getByRole("button", { name: "Time range: Last 48 hours" })).toBeVisible();
  await page.getByRole("button", { name: /^Time range/ }).click();
  await page.getByRole("textbox", { name: "From" }).fill("now-90m");
  await page.getByRole("button", { name: "Set time" }).click();
  await expect(page.getByRole("button", { name: "Time range: Last 90 minutes" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Time range: Last 90 minutes" })).toBeVisible();
});

test("a time without events says where they are", async ({ page }) => {
  await page.goto("/?from=2001-01-01&to=2001-01-02");
  await expect(page.getByText(/No events in this time\. The newest of/)).toBeVisible();
  await page.getByRole("button", { name: "Show its last 24 hours" }).click();
  await expect(page.locator("[data-tile=all] .n")).toHaveText(/[1-9]/);
});

test("the zone is chosen in the bottom bar and kept", async ({ page }) => {
  await openOverview(page);
  await page.getByRole("button", { name: "Time zone: UTC" }).click();
  await page.getByRole("menuitem", { name: "Asia/Tokyo" }).click();
  await expect(page.getByRole("button", { name: "Time zone: GMT+9" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Time zone: GMT+9" })).toBeVisible();
});

test("letters lead to pages and ? lists them", async ({ page }) => {
  await openOverview(page);
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await expect(page.getByTestId("total")).toHaveText(/\d/);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toContainText("Filter the value out");
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
});
