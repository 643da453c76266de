import { fireEvent, render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { ShortcutProvider } from "../../components/Shortcuts";
import { toRow, type EventRow } from "../../lib/events";
import { visible } from "../../lib/visible";
import { hostile } from "../../test/hostile";
import { DetailJson, jsonPieces } from "./DetailJson";
import { DetailRaw } from "./DetailRaw";
import { DetailTable } from "./DetailTable";
import { Row } from "./Row";
import { ValueBar, ValueBarProvider, type ValueActions } from "./ValueBar";

const rowOf = (source: object): EventRow => toRow({ _index: "logs", _id: "1", _source: source as never }, "@timestamp");
const evil = rowOf({ "@timestamp": "2026-11-23T09:13:02Z", type: "cloudtrail", message: hostile[0], "event.original": hostile[1], "user.name": hostile[1], list: [...hostile], link: "https://example.com/x" });

const noMarkup = (node: Element): void => expect(node.querySelectorAll("script, img, iframe, svg, [onerror], [onload]")).toHaveLength(0);

describe("an event with hostile values", () => {
  it("is text in the table of fields, and only http links lead out", () => {
    const { container } = render(<DetailTable row={evil} />);
    noMarkup(container);
    expect(screen.getAllByText(hostile[0] ?? "").length).toBeGreaterThan(0);
    expect([...container.querySelectorAll("a")].map((a) => a.getAttribute("href"))).toEqual(["https://example.com/x"]);
    expect(screen.getByText("open example.com").getAttribute("rel")).toContain("noopener");
  });

  it("is text as JSON and as the raw record", () => {
    const json = render(<DetailJson row={evil} />);
    noMarkup(json.container.querySelector("pre") ?? json.container);
    expect(json.container.querySelector("pre")?.textContent).toBe(visible(JSON.stringify({ _index: "logs", _id: "1", _source: evil.source }, null, 2)));
    json.unmount();
    const raw = render(<DetailRaw row={evil} loading={false} />);
    expect(raw.container.querySelector("pre")?.textContent).toBe(hostile[1]);
  });

  it("is text in the table of events, and opens by a click", () => {
    const [open, cursor] = [vi.fn(), vi.fn()];
    const { container } = render(
      <Row row={evil} at={3} columns={["user.name", "_summary", "absent"]} template="" offset={0} height={26} byTime phone={false} zone="UTC" activeColumn={0} onOpen={open} onCursor={cursor} />,
    );
    noMarkup(container);
    expect(container.textContent).toContain("09:13:02");
    fireEvent.click(screen.getByRole("row"));
    expect(open).toHaveBeenCalledWith(evil, false);
    expect(cursor).toHaveBeenCalledWith(3);
  });
});

describe("jsonPieces", () => {
  it("loses nothing and tells keys from values", () => {
    for (const text of ['{"a": "b", "c": [1, -2.5e3, true, null]}', '{"a\\"b": "x: \\"y\\""}', JSON.stringify(hostile)]) {
      expect(jsonPieces(text).map((p) => p.text).join("")).toBe(text);
    }
    expect(jsonPieces('{"a": "b"}').filter((p) => p.kind !== undefined)).toEqual([{ text: '"a"', kind: "key" }, { text: '"b"', kind: "string" }]);
  });
});

describe("the finder of an event", () => {
  it("looks at names and values", () => {
    render(<DetailTable row={rowOf({ alpha: "one", beta: "two" })} />);
    fireEvent.change(screen.getByLabelText("Find in this event"), { target: { value: "TWO" } });
    expect(screen.queryByText("alpha")).toBeNull();
    expect(screen.getByText("beta")).toBeTruthy();
  });
});

describe("ValueBar", () => {
  it("acts on the value at the cursor, by button and by key", () => {
    const actions: ValueActions = { filter: vi.fn(), toggleColumn: vi.fn(), isColumn: () => false };
    document.createRange = () => ({ selectNodeContents: () => undefined, getBoundingClientRect: () => ({ right: 10 }) }) as unknown as Range;
    render(
      <ShortcutProvider>
        <ValueBarProvider actions={actions}>
          <DetailTable row={rowOf({ code: 502, name: hostile[1] })} />
          <ValueBar />
        </ValueBarProvider>
      </ShortcutProvider>,
    );
    fireEvent.mouseOver(screen.getByText("502"));
    fireEvent.click(screen.getByLabelText("Filter for"));
    expect(actions.filter).toHaveBeenLastCalledWith("code", 502, false);
    fireEvent.mouseOver(screen.getByText(hostile[1] ?? ""));
    fireEvent.keyDown(document.body, { key: "x" });
    expect(actions.filter).toHaveBeenLastCalledWith("name", hostile[1], true);
    fireEvent.mouseOver(screen.getByText("502"));
    fireEvent.click(screen.getByLabelText("Add as a column"));
    expect(actions.toggleColumn).toHaveBeenCalledWith("code");
  });

  it.each([
    ["all actions in a wide cell", { left: 100, right: 300, text: 290 }, 4, 116],
    ["the filters alone in a narrow cell", { left: 100, right: 210, text: 205 }, 2, 62],
  ])("shows %s, and stays out of the next column", (_, edges, buttons, width) => {
    const actions: ValueActions = { filter: vi.fn(), toggleColumn: vi.fn(), isColumn: () => false };
    document.createRange = () => ({ selectNodeContents: () => undefined, getBoundingClientRect: () => ({ right: edges.text }) }) as unknown as Range;
    render(
      <ShortcutProvider>
        <ValueBarProvider actions={actions}>
          <Row row={rowOf({ a: "value" })} at={0} columns={["a"]} template="" offset={0} height={26} byTime phone={false} zone="UTC" activeColumn={-1} onOpen={vi.fn()} onCursor={vi.fn()} />
          <ValueBar />
        </ValueBarProvider>
      </ShortcutProvider>,
    );
    const cell = screen.getByText("value");
    cell.getBoundingClientRect = () => ({ top: 0, height: 26, ...edges }) as unknown as DOMRect;
    fireEvent.mouseOver(cell);
    const bar = screen.getByRole("toolbar");
    expect(bar.querySelectorAll("button")).toHaveLength(buttons);
    // The gap between columns is 8 px; the bar takes half of it.
    expect(Number.parseFloat(bar.style.left) + width).toBeLessThanOrEqual(edges.right + 4);
  });
});
