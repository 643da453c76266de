import AxeBuilder from "@axe-core/playwright";
import { expect, test as base, type Page } from "@playwright/test";

/** A test whose page must throw nothing, break no Content-Security-Policy and open no dialog. */
export const test = base.extend<{ quiet: undefined }>({
  quiet: [
    async ({ page }, use) => {
      const noise: string[] = [];
      page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
      page.on("console", (message) => {
        if (message.text().includes("Content Security Policy")) noise.push(message.text());
      });
      page.on("dialog", (dialog) => {
        noise.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      await use(undefined);
      expect(noise).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect } from "@playwright/test";

/** Opens Overview and waits until its numbers are there. */
export async function openOverview(page: Page): Promise<void> {
  await page.goto("/");
  await expect(page.locator("[data-tile=all] .n")).toHaveText(/[1-9]/);
}

export interface EventsLink {
  q?: string;
  filters?: object[];
  [more: string]: unknown;
}

/** Opens Events by a link and waits until a count is there. */
export async function openEvents(page: Page, link: EventsLink = {}): Promise<void> {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(link)) query.set(key, typeof value === "string" ? value : JSON.stringify(value));
  await page.goto(`/events?${query.toString()}`);
  await expect(page.getByTestId("total")).toHaveText(/\d/);
}

/** The number of matches the page shows. */
export async function total(page: Page): Promise<number> {
  return Number((await page.getByTestId("total").innerText()).replaceAll(",", ""));
}

export const rows = (page: Page): ReturnType<Page["locator"]> => page.locator(".evbody [role=row][aria-rowindex]");

/** Writes a query into the editor and runs it. */
export async function runQuery(page: Page, query: string): Promise<void> {
  await page.keyboard.press("/");
  const field = page.getByRole("textbox", { name: /^Query/ });
  await expect(field).toBeFocused();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(query);
  await page.keyboard.press("Enter");
}

export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(" | ")}`)).toEqual([]);
}
