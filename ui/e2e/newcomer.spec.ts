import { expect, openEvents, openOverview, rows, runQuery, test, total } from "./test";

/** What a person meets in the first hour: a server that is empty, half loaded, or asked in an unusual way. */

const noHits = { took: 1, timed_out: false, _shards: { total: 0, successful: 0, skipped: 0, failed: 0 }, hits: { total: { value: 0, relation: "eq" }, hits: [] } };
const storageOf = (documents: number): object => ({ documents, bytes: 0, indices: [] });

test("Overview follows a load, says so, and stops when it ended", async ({ page }) => {
  let [looks, searches, loading] = [0, 0, true];
  await page.route("**/api/v1/storage", (route) => route.fulfill({ json: storageOf(loading ? ++looks * 1000 : 9000) }));
  await page.route("**/api/v1/ingest", async (route) => {
    const answer = (await (await route.fetch()).json()) as { sources: { state: string; progress: object | null }[] };
    const [first] = answer.sources;
    if (first !== undefined && loading) Object.assign(first, { state: "loading", progress: { started_at: new Date().toISOString(), files_done: 1204, files_total: 3299, bytes_done: 1, bytes_total: 2, seconds_left: null } });
    await route.fulfill({ json: answer });
  });
  page.on("request", (request) => (searches += request.url().includes("/_search") ? 1 : 0));
  await openOverview(page);
  await expect(page.getByTestId("growing")).toHaveText("Loading demo: 1,204 of 3,299 files; numbers grow");
  const before = searches;
  await expect.poll(() => searches).toBeGreaterThan(before + 8);
  loading = false;
  await expect(page.getByTestId("growing")).toHaveCount(0);
});

for (const path of ["/", "/events"]) {
  test(`an empty server shows the ways in at ${path}, and recovers by itself`, async ({ page }) => {
    let empty = true;
    await page.route("**/api/v1/storage", (route) => (empty ? route.fulfill({ json: storageOf(0) }) : route.continue()));
    await page.route("**/_search*", (route) => (empty ? route.fulfill({ json: noHits }) : route.continue()));
    await page.route("**/_field_caps*", (route) => (empty ? route.fulfill({ json: { indices: [], fields: {} } }) : route.continue()));
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "No events yet" })).toBeVisible();
    empty = false;
    await expect(page.getByRole("heading", { name: "No events yet" })).toHaveCount(0);
    await expect(page.locator(path === "/" ? "[data-tile=all] .n" : "[data-testid=total]")).toHaveText(/[1-9]/);
    await expect(page.getByText(/None of the/)).toHaveCount(0);
  });
}

for (const filters of ["xx", "{}", "1", '"abc"', "[1]"]) {
  test(`a link with filters=${filters} still opens`, async ({ page }) => {
    await page.goto(`/events?filters=${encodeURIComponent(filters)}`);
    await expect(page.getByText(/of this link cannot be read/)).toBeVisible();
    await expect(rows(page).first()).toBeVisible();
    await expect(page.getByRole("navigation", { name: "Pages" })).toBeVisible();
    await page.getByRole("button", { name: "Hide" }).click();
    await expect(page.getByText(/of this link cannot be read/)).toHaveCount(0);
  });
}

test("Enter takes the entry a person went to, and offers what follows", async ({ page }) => {
  await openEvents(page);
  await page.keyboard.press("/");
  await expect(page.locator(".cm-editor")).toBeVisible();
  await page.keyboard.type("event.outc");
  await expect(page.locator(".qcomplete li").first()).toContainText("event.outcome");
  await expect(page.locator(".qcomplete li[aria-selected]")).toHaveCount(0);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const field = page.getByRole("textbox", { name: /^Query/ });
  await expect(field).toHaveText("event.outcome:");
  const value = page.locator(".qcomplete li", { hasText: "failure" });
  await expect(value).toBeVisible();
  await value.hover();
  await expect(value).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(field).toHaveText("event.outcome:failure");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=event.outcome%3Afailure/);
});

test("Enter searches when no entry was chosen", async ({ page }) => {
  await openEvents(page);
  await page.keyboard.press("/");
  await expect(page.locator(".cm-editor")).toBeVisible();
  await page.keyboard.type("accept");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=accept/);
});

test("a network without quotes is explained and mended", async ({ page }) => {
  await openEvents(page);
  await runQuery(page, "source.ip:10.0.0.0/8");
  await expect(page.getByRole("alert")).toContainText('put a network in quotes: source.ip:"10.0.0.0/8"');
  await page.getByRole("button", { name: "Put it in quotes" }).click();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect.poll(() => total(page)).toBeGreaterThan(0);
});

test("a field that is nowhere is named, and the nearest offered", async ({ page }) => {
  await page.goto("/events?q=source.ipp%3A1");
  await expect(page.getByText("There is no field named source.ipp in these indices.")).toBeVisible();
  await page.getByRole("button", { name: "Use source.ip", exact: true }).click();
  await expect(page).toHaveURL(/q=source.ip%3A1/);
});

test("Events on old data leads to where the data is", async ({ page }) => {
  await page.goto("/events?from=2001-01-01&to=2001-01-02");
  await page.getByRole("button", { name: "Show its last 24 hours" }).click();
  await expect(rows(page).first()).toBeVisible();
});

test("time goes no further than now, and reads what it shows", async ({ page }) => {
  await openOverview(page);
  await expect(page.getByRole("button", { name: "Later" })).toBeDisabled();
  await page.keyboard.press("]");
  await expect(page.getByRole("button", { name: "Time range: Last 24 hours" })).toBeVisible();
  await page.getByRole("button", { name: /^Time range/ }).click();
  await page.getByRole("textbox", { name: "From" }).fill("-1h");
  await page.getByRole("button", { name: "Set time" }).click();
  await expect(page.getByRole("button", { name: "Time range: Last hour" })).toBeVisible();
});

test("a period before the data is not compared with", async ({ page }) => {
  await openOverview(page);
  const tiles = page.getByRole("region", { name: "Events by log type" });
  await expect(tiles).toContainText(/data begins \d+ [hd] ago/);
  await expect(tiles).not.toContainText("before");
  await expect(page.getByRole("region", { name: "Failed or denied" }).locator(".bad")).toHaveCount(0);
});

test("the summary is exported when it is a column", async ({ page }) => {
  const { readFileSync } = await import("node:fs");
  await openEvents(page, { filters: [{ field: "type", op: "is", value: "cloudtrail" }, { field: "event.outcome", op: "is", value: "failure" }], cols: ["event.action", "_summary"], from: "now-1h" });
  await page.getByRole("button", { name: /^Export/ }).click();
  const [csv] = await Promise.all([page.waitForEvent("download"), page.getByRole("dialog").getByRole("button", { name: /^Export/ }).click()]);
  const [head, first] = readFileSync(await csv.path(), "utf8").split("\r\n");
  expect(head).toBe("@timestamp,event.action,summary,_index,_id");
  expect(first).toMatch(/failed to call/);
});

for (const path of ["/", "/events"]) {
  test(`the page at ${path} is no taller than the window`, async ({ page }) => {
    for (const [width, height] of [[1440, 900], [1280, 720], [390, 844]] as const) {
      await page.setViewportSize({ width, height });
      await page.goto(path);
      await expect(page.locator(".main h1")).toHaveCount(1);
      expect(await page.evaluate(() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth])).toEqual([height, width]);
    }
  });
}

test("a server that is open to all says so on every page, for as long as it is", async ({ page }) => {
  for (const open of [openOverview, openEvents]) {
    await open(page);
    await expect(page.getByRole("note")).toContainText("Anybody who reaches this address can read and delete everything: start with --auth on.");
    await page.getByRole("button", { name: "Put this warning away for now" }).click();
    await expect(page.getByRole("note")).toHaveCount(0);
    await page.reload();
    await expect(page.getByRole("note")).toBeVisible();
  }
  await expect(page.getByRole("button", { name: /^Signed in/ })).toHaveCount(0);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  for (const path of ["/", `/events?q=type%3A*&filters=${encodeURIComponent(JSON.stringify([{ field: "type", op: "is", value: "cloudtrail" }, { field: "event.outcome", op: "is", value: "failure" }]))}`]) {
    test(`all targets of ${path.slice(0, 7)} are large and inside the screen`, async ({ page }) => {
      await page.goto(path);
      await expect(page.locator(path === "/" ? "[data-tile=all] .n" : "[data-testid=total]")).toHaveText(/[1-9]/);
      await expect(page.getByRole("button", { name: "Authentication is off" })).toBeVisible();
      await page.getByRole("button", { name: /^Time range/ }).click();
      await expect(page.getByRole("textbox", { name: "From" })).toBeVisible();
      const wrong = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>("button, a[href], input:not([type=radio])")].flatMap((e) => {
          const box = e.getBoundingClientRect();
          if (box.width === 0 || e.classList.contains("skip")) return [];
          const name = e.getAttribute("aria-label") ?? e.innerText;
          const small = box.height < 40 ? [`${name}: ${box.height} px high`] : [];
          return box.left < -1 || box.right > 391 ? [...small, `${name}: outside`] : small;
        }));
      expect(wrong).toEqual([]);
    });
  }

  test("Events has its indices, its language and Search", async ({ page }) => {
    await openEvents(page);
    for (const name of [/^Indices/, /^Query language/, "Search"]) await expect(page.getByRole("button", { name, ...(typeof name === "string" ? { exact: true } : {}) })).toBeVisible();
    await page.getByRole("button", { name: /^Indices/ }).click();
    await page.getByRole("button", { name: /^AWS logs/ }).click();
    await expect(page).toHaveURL(/index=logs-/);
  });
});
