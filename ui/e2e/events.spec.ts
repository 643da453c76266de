import { readFileSync } from "node:fs";
import { expect, openEvents, rows, runQuery, test, total } from "./test";

const cloudtrail = { field: "type", op: "is", value: "cloudtrail" };

test("a query narrows the result and stands in the link", async ({ page }) => {
  await openEvents(page);
  const all = await total(page);
  await runQuery(page, "type:cloudtrail AND event.outcome:failure");
  await expect.poll(() => total(page)).toBeLessThan(all);
  expect(await total(page)).toBeGreaterThan(0);
  await expect(page).toHaveURL(/q=type%3Acloudtrail/);
  await page.reload();
  await expect(page.getByRole("textbox", { name: /^Query/ })).toContainText("event.outcome:failure");
});

test("KQL finds the same as Lucene", async ({ page }) => {
  await openEvents(page, { q: "type:cloudtrail AND event.outcome:failure", to: "now-1m/m" });
  const lucene = await total(page);
  await openEvents(page, { q: "type: cloudtrail and event.outcome: failure", lang: "kql", to: "now-1m/m" });
  await expect.poll(() => total(page)).toBe(lucene);
});

test("completion offers fields, then values with counts", async ({ page }) => {
  await openEvents(page);
  await page.keyboard.press("/");
  await expect(page.locator(".cm-editor")).toBeVisible();
  await page.keyboard.type("event.act");
  await expect(page.locator(".qcomplete li").first()).toContainText("event.action");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Assume");
  const first = page.locator(".qcomplete li").first();
  await expect(first).toContainText("AssumeRole");
  await expect(first.locator(".cnum")).toHaveText(/\d/);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=event.action%3AAssumeRole/);
  await expect(rows(page).first()).toContainText("AssumeRole");
});

test("filters are included, excluded, disabled, pinned and edited", async ({ page }) => {
  await openEvents(page, { filters: [cloudtrail], cols: ["event.action", "user.name"] });
  const before = await total(page);
  const cell = rows(page).first().locator("[data-field='event.action']");
  const action = await cell.innerText();
  await cell.hover();
  await page.getByRole("toolbar", { name: "Value of event.action" }).getByRole("button", { name: "Filter out", exact: true }).click();
  const pill = page.getByRole("button", { name: `Filter NOT event.action: ${action}`, exact: true });
  await expect(pill).toBeVisible();
  await expect.poll(() => total(page)).toBeLessThan(before);

  await pill.click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  await expect.poll(() => total(page)).toBeGreaterThanOrEqual(before - 20);

  await page.getByRole("button", { name: "Filter type: CloudTrail", exact: true }).click();
  await page.getByRole("menuitem", { name: "Pin across pages" }).click();
  await page.getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("button", { name: "Filter type: CloudTrail, pinned", exact: true })).toBeVisible();
  await page.goBack();

  await page.getByRole("button", { name: "Filter type: CloudTrail, pinned", exact: true }).click();
  await page.getByRole("menuitem", { name: "Edit as DSL…" }).click();
  await page.getByLabel("One clause of Elasticsearch's query DSL").fill('{"term": {"type": "vpcflow"}}');
  await page.getByRole("button", { name: "Save filter" }).click();
  await expect(page.getByRole("button", { name: /Filter \{"term":\{"type":"vpcflow"\}\}/ })).toBeVisible();
});

test("a part of the histogram is chosen and zoomed into", async ({ page }) => {
  await openEvents(page);
  const before = await total(page);
  const box = await page.locator(".hist .u-over").boundingBox();
  if (box === null) throw new Error("the histogram is not shown");
  await page.mouse.move(box.x + 300, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + 600, box.y + 30, { steps: 6 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Zoom in" }).click();
  await expect(page).toHaveURL(/from=\d{4}-.*to=\d{4}-/);
  await expect.poll(() => total(page)).toBeLessThan(before);
});

test("the drawer shows an event four ways and follows the keyboard", async ({ page }) => {
  await openEvents(page, { filters: [cloudtrail], cols: ["event.action", "user.name"] });
  await expect(rows(page).first()).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("complementary", { name: "Event", exact: true });
  await expect(drawer.locator(".sum")).toHaveText(/called|failed to call/);
  await expect(drawer.getByText("1 of")).toBeVisible();
  await expect(drawer.getByText("cloud.account.id")).toBeVisible();
  const link = page.url();
  expect(link).toContain("doc=");
  await page.keyboard.press("j");
  await expect(drawer.getByText(/^2 of/)).toBeVisible();
  await drawer.getByRole("tab", { name: "JSON" }).click();
  await expect(drawer.locator("pre")).toContainText('"_source"');
  await drawer.getByRole("tab", { name: "Surrounding" }).click();
  await expect(drawer.locator(".around .here")).toBeVisible();
  await expect(drawer.locator(".around li").nth(3)).toBeVisible();
  await drawer.getByRole("tab", { name: "Raw" }).click();
  await expect(drawer.locator("pre")).toContainText("eventName");
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);
  await page.goto(link);
  await expect(drawer.locator(".sum")).toHaveText(/called|failed to call/);
});

test("f and x filter by the active cell", async ({ page }) => {
  await openEvents(page, { filters: [cloudtrail], cols: ["event.action"] });
  await page.mouse.move(5, 5);
  await expect(rows(page).first()).toBeVisible();
  await page.keyboard.press("j");
  const action = await rows(page).first().locator("[data-field='event.action']").innerText();
  await page.keyboard.press("f");
  await expect(page.getByRole("button", { name: `Filter event.action: ${action}`, exact: true })).toBeVisible();
  await expect(rows(page).first()).toContainText(action);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.getByRole("button", { name: `Filter NOT event.action: ${action}`, exact: true })).toBeVisible();
});

test("the field list opens to values and adds columns", async ({ page }) => {
  await openEvents(page, { filters: [cloudtrail] });
  await page.keyboard.press(".");
  await page.keyboard.type("user.name");
  const list = page.getByRole("complementary", { name: "Fields" });
  await list.locator(".fname[title^='user.name']").click();
  await expect(list.locator(".tvr").first()).toContainText("%");
  await list.getByRole("button", { name: "Add user.name as a column" }).click();
  await expect(page.getByRole("columnheader", { name: "user.name" })).toBeVisible();
  await page.getByRole("columnheader", { name: "user.name" }).getByRole("button").click();
  await page.getByRole("menuitem", { name: "Sort up" }).click();
  await expect(page).toHaveURL(/sort=user.name%3Aasc/);
  await expect(page.getByRole("columnheader", { name: "user.name" })).toHaveAttribute("aria-sort", "ascending");
});

test("every match is exported", async ({ page }) => {
  await openEvents(page, { filters: [cloudtrail, { field: "event.outcome", op: "is", value: "failure" }], cols: ["event.action", "user.name"], to: "now-1m/m" });
  const matches = await total(page);
  await page.getByRole("button", { name: /^Export/ }).click();
  const dialog = page.getByRole("dialog");
  const [csv] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: /^Export/ }).click()]);
  expect(csv.suggestedFilename()).toMatch(/^vedette-events-.*\.csv$/);
  const lines = readFileSync(await csv.path(), "utf8").trimEnd().split("\r\n");
  expect(lines[0]).toBe("@timestamp,event.action,user.name,_index,_id");
  expect(new Set(lines.slice(1).map((l) => l.split(",").at(-1))).size).toBe(matches);
  await dialog.getByRole("radio", { name: /NDJSON/ }).check();
  const [ndjson] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Export again" }).click()]);
  const events = readFileSync(await ndjson.path(), "utf8").trimEnd().split("\n").map((l) => JSON.parse(l) as { _id: string });
  expect(events).toHaveLength(matches);
});

test("scrolling loads more rows", async ({ page }) => {
  await openEvents(page);
  await page.locator(".evgrid").focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press("End");
  await expect.poll(async () => Number(await rows(page).last().getAttribute("aria-rowindex"))).toBeGreaterThan(260);
});

test("no match says what to drop", async ({ page }) => {
  await page.goto(`/events?q=user.name%3Anobody-at-all&filters=${encodeURIComponent(JSON.stringify([cloudtrail]))}`);
  await expect(page.getByText("No events match")).toBeVisible();
  const suspect = page.locator(".suspect", { hasText: "the query" });
  await expect(suspect).toContainText(/[1-9][\d,]* events/);
  await suspect.getByRole("button", { name: "Drop it" }).click();
  await expect(rows(page).first()).toBeVisible();
});

test("a broken query is marked at its column and the old rows stay", async ({ page }) => {
  await openEvents(page);
  await expect(rows(page).first()).toBeVisible();
  await runQuery(page, "a AND");
  await expect(page.getByRole("alert")).toContainText("Column 3: nothing follows AND");
  await expect(page.locator(".qerr")).toHaveText("AND");
  await expect(rows(page).first()).toBeVisible();
  await runQuery(page, "type:cloudtrail");
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a newer search cancels the older one", async ({ page }) => {
  await openEvents(page);
  const aborted: string[] = [];
  page.on("requestfailed", (request) => aborted.push(request.failure()?.errorText ?? ""));
  await page.route("**/_search*", async (route) => {
    if (route.request().postData()?.includes("slow-one") === true) return;
    await route.continue();
  });
  await runQuery(page, "slow-one");
  await expect(page.getByRole("progressbar", { name: "Searching" })).toBeVisible();
  await runQuery(page, "type:cloudtrail");
  await expect.poll(() => aborted.filter((text) => text === "net::ERR_ABORTED").length).toBeGreaterThan(0);
  await expect(rows(page).first()).toBeVisible();
});

test("the search is copied as curl", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openEvents(page, { filters: [cloudtrail] });
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: "Copy as curl" }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("curl -sS 'http://");
});

test("a phone shows rows of two lines and an event as a page", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openEvents(page);
  await expect(rows(page).first()).toHaveClass(/two/);
  await rows(page).first().click();
  await expect(page.getByRole("complementary", { name: "Event", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Close the event" }).click();
  await expect(page.getByRole("complementary", { name: "Event", exact: true })).toHaveCount(0);
});
