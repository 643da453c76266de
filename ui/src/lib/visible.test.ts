import { describe, expect, it } from "vitest";
import { visible, visibleShort } from "./visible";

describe("visible", () => {
  it.each([
    ["\u202Egnp.exe", "⟨U+202E⟩gnp.exe"],
    ["a\u0000b\u001B[31m", "a⟨U+0000⟩b⟨U+001B⟩[31m"],
    ["zero\u200Bwidth\uFEFF", "zero⟨U+200B⟩width⟨U+FEFF⟩"],
    ["tab\tand\nline\r\n", "tab\tand\nline\r\n"],
    ["Grüße, 東京 🙂", "Grüße, 東京 🙂"],
  ])("%j", (text, want) => {
    expect(visible(text)).toBe(want);
  });

  it("cuts what is too long for its place", () => {
    expect(visibleShort("x".repeat(100_000), 10)).toBe("xxxxxxxxxx…");
    expect(visibleShort("short")).toBe("short");
  });
});
