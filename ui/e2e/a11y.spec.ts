import { expect, expectAccessible, openEvents, openOverview, rows, test } from "./test";

for (const colorScheme of ["dark", "light"] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });
    // Axe looks at every element, which takes long on a small machine.
    test.slow();

    test("Overview is clean", async ({ page }) => {
      await openOverview(page);
      await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme);
      await expect(page.getByRole("region", { name: "Source countries" }).locator("canvas")).toBeVisible();
      await expectAccessible(page);
    });

    test("Overview as tables is clean", async ({ page }) => {
      await openOverview(page);
      const toggles = page.getByRole("button", { name: "Show as a table" });
      await expect(toggles).toHaveCount(8);
      while ((await toggles.count()) > 0) await toggles.first().click();
      await expectAccessible(page);
    });

    test("Events is clean", async ({ page }) => {
      await openEvents(page);
      await expect(rows(page).first()).toBeVisible();
      await expect(page.locator(".cm-editor")).toBeVisible();
      await expectAccessible(page);
    });

    test("an open event with pills, values and a broken query is clean", async ({ page }) => {
      await openEvents(page, { filters: [{ field: "type", op: "is", value: "cloudtrail" }, { field: "event.action", op: "is", value: "Decrypt", not: true, off: true }] });
      await expect(rows(page).first()).toBeVisible();
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.getByRole("complementary", { name: "Fields" }).locator(".fname[title^='event.action']").click();
      await expect(page.locator(".tvr").first()).toBeVisible();
      await expectAccessible(page);
    });

    test("menus and dialogs are clean", async ({ page }) => {
      await openEvents(page);
      await page.getByRole("button", { name: /^Export/ }).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: /^Time range/ }).click();
      await expect(page.getByRole("textbox", { name: "From" })).toBeVisible();
      await expectAccessible(page);
    });
  });
}
