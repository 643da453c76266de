import { fireEvent, render, screen } from "@testing-library/react";
import type { ReactElement } from "react";
import { describe, expect, it, vi } from "vitest";
import { ShortcutBook, ShortcutProvider, useShortcut } from "./Shortcuts";

function Keys({ run }: { run: (name: string) => void }): ReactElement {
  useShortcut("f", "Filter", () => run("f"));
  useShortcut("g o", "Overview", () => run("g o"));
  useShortcut("o", undefined, () => run("o"));
  useShortcut("Enter", "Open", () => run("Enter"));
  useShortcut("Escape", "Close", () => run("Escape"));
  return (
    <>
      <input aria-label="field" />
      <button type="button">button</button>
      <div role="dialog"><span>inside</span></div>
    </>
  );
}

function pressed(...keys: [key: string, on?: HTMLElement, more?: object][]): string[] {
  const ran: string[] = [];
  render(<ShortcutProvider><Keys run={(name) => ran.push(name)} /></ShortcutProvider>);
  for (const [key, on, more] of keys) fireEvent.keyDown(on ?? document.body, { key, ...more });
  return ran;
}

describe("shortcuts", () => {
  it("run single keys and pairs", () => {
    expect(pressed(["f"], ["g"], ["o"], ["o"])).toEqual(["f", "g o", "o"]);
  });

  it("forget the first of a pair when another key follows", () => {
    expect(pressed(["g"], ["f"], ["o"])).toEqual(["f", "o"]);
  });

  it("leave chords alone", () => {
    expect(pressed(["f", undefined, { ctrlKey: true }], ["f", undefined, { metaKey: true }])).toEqual([]);
  });

  it("leave a field its keys, all but Escape", () => {
    const ran: string[] = [];
    render(<ShortcutProvider><Keys run={(name) => ran.push(name)} /></ShortcutProvider>);
    const field = screen.getByLabelText("field");
    for (const key of ["f", "Enter", "Escape"]) fireEvent.keyDown(field, { key });
    expect(ran).toEqual(["Escape"]);
  });

  it("leave Enter to a button, and everything to a dialog", () => {
    const ran: string[] = [];
    render(<ShortcutProvider><Keys run={(name) => ran.push(name)} /></ShortcutProvider>);
    fireEvent.keyDown(screen.getByText("button"), { key: "Enter" });
    fireEvent.keyDown(screen.getByText("button"), { key: "f" });
    fireEvent.keyDown(screen.getByText("inside"), { key: "Escape" });
    expect(ran).toEqual(["f"]);
  });

  it("are gone with their component", () => {
    const run = vi.fn();
    const { unmount } = render(<ShortcutProvider><Keys run={run} /></ShortcutProvider>);
    unmount();
    fireEvent.keyDown(document.body, { key: "f" });
    expect(run).not.toHaveBeenCalled();
  });

  it("list each key once, the newest, and none without words", () => {
    const book = new ShortcutBook();
    book.add({ keys: "f", says: "old", run: vi.fn() });
    const drop = book.add({ keys: "f", says: "new", run: vi.fn() });
    book.add({ keys: "h", run: vi.fn() });
    expect(book.list().map((s) => s.says)).toEqual(["new"]);
    drop();
    expect(book.list().map((s) => s.says)).toEqual(["old"]);
  });
});
