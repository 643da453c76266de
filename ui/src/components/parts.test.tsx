import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen, within } from "@testing-library/react";
import type { ReactElement } from "react";
import { describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/errors";
import type { SearchResponse } from "../api/es";
import { hostile } from "../test/hostile";
import { DataTable } from "./DataTable";
import { FilterPills } from "./FilterPills";
import { Panel } from "./Panel";
import { Spark } from "./Spark";
import type { EsResult } from "./useEs";
import { ValueList } from "./ValueList";

interface Numbers {
  n: number;
}

const shards = { total: 6, successful: 6, skipped: 0, failed: 0 };
const answer = (part: Partial<SearchResponse<Numbers>>): SearchResponse<Numbers> => ({ took: 1, timed_out: false, _shards: shards, hits: { hits: [] }, ...part });
const result = (part: object): EsResult<Numbers> => ({ isError: false, isPlaceholderData: false, data: undefined, refetch: vi.fn(), ...part }) as unknown as EsResult<Numbers>;

const show = (of: EsResult<Numbers>): ReturnType<typeof render> =>
  render(
    <Panel title="Things" result={of} empty={(a) => a?.n === 0} table={(a) => ({ columns: ["name", "n"], rows: [["x", a.n], ["y", 10 + a.n]] })}>
      {(a) => <p>n is {a.n}</p>}
    </Panel>,
  );

describe("Panel", () => {
  it("shows its picture, and the same as a table", () => {
    show(result({ data: answer({ aggregations: { n: 5 } }) }));
    expect(screen.getByText("n is 5")).toBeTruthy();
    fireEvent.click(screen.getByLabelText("Show as a table"));
    expect(within(screen.getByRole("table")).getByText("15")).toBeTruthy();
  });

  it("says when it loads, is empty, or no index matched", () => {
    const { unmount } = show(result({}));
    expect(screen.getByLabelText("Loading")).toBeTruthy();
    unmount();
    const { unmount: next } = show(result({ data: answer({ aggregations: { n: 0 } }) }));
    expect(screen.getByText("No events match")).toBeTruthy();
    next();
    show(result({ data: answer({}) }));
    expect(screen.getByText("No events match")).toBeTruthy();
  });

  it("says why it failed, and tries again", () => {
    const refetch = vi.fn();
    const error = new ApiError({ kind: "refused", status: 400, type: "x", reasons: ["outer", "source.bytes is a keyword"], call: "POST /x" });
    show(result({ isError: true, error, refetch }));
    expect(screen.getByRole("alert").textContent).toContain("source.bytes is a keyword");
    fireEvent.click(screen.getByText("Try again"));
    expect(refetch).toHaveBeenCalledOnce();
  });

  it("says what is missing, beside what there is", () => {
    show(result({ data: answer({ aggregations: { n: 5 }, _shards: { ...shards, failed: 1 } }) }));
    expect(screen.getByText("1 of 6 indices did not answer. Counts are too low.")).toBeTruthy();
    expect(screen.getByText("n is 5")).toBeTruthy();
  });
});

describe("DataTable", () => {
  it("sorts by a click on the head", () => {
    render(<DataTable caption="T" data={{ columns: ["name", "n"], rows: [["b", 10], ["a", 9], ["c", 1000]] }} />);
    const column = (): (string | null)[] => screen.getAllByRole("row").slice(1).map((r) => r.textContent);
    fireEvent.click(screen.getByText("n"));
    expect(column()).toEqual(["c1,000", "b10", "a9"]);
    fireEvent.click(screen.getByText("n"));
    expect(column()).toEqual(["a9", "b10", "c1,000"]);
    expect(screen.getByRole("columnheader", { name: "n" }).getAttribute("aria-sort")).toBe("ascending");
  });
});

describe("ValueList", () => {
  it("shows hostile values as text and hands them out as they are", () => {
    const pick = vi.fn();
    const { container } = render(<ValueList total={100} rows={hostile.map((key) => ({ key, amount: 1, shown: "1" }))} onPick={pick} />);
    expect(container.querySelectorAll("script, img, svg, iframe")).toHaveLength(0);
    for (const button of screen.getAllByRole("button")) fireEvent.click(button);
    expect(pick.mock.calls.map(([key]: unknown[]) => key)).toEqual(hostile);
  });
});

describe("Spark", () => {
  const path = (values: (number | undefined)[]): string => {
    const { container } = render(<Spark values={values} color="--x" label="s" />);
    return container.querySelector("path")?.getAttribute("d") ?? "";
  };
  it("breaks at a gap instead of drawing through it", () => {
    expect(path([1, 1, undefined, 1, 1]).match(/M/g)).toHaveLength(2);
    expect(path([undefined, 1, undefined])).toContain("h.5");
    expect(path([])).toBe("");
  });
});

describe("FilterPills", () => {
  it("call a known type what the tiles call it, and keep the value in the tooltip", () => {
    render(<MantineProvider><FilterPills filters={[{ field: "type", op: "is", value: "elblogs" }]} onChange={vi.fn()} /></MantineProvider>);
    expect(screen.getByLabelText("Filter type: Load balancer").textContent).toBe("type:Load balancer");
    expect(screen.getByLabelText("Filter type: Load balancer").title).toBe("type: elblogs");
  });
  const pills = (change: () => void): ReactElement => (
    <MantineProvider>
      <FilterPills filters={[{ field: "a", op: "is", value: "<b>x</b>", not: true }, { field: "b", op: "exists", off: true }]} onChange={change} />
    </MantineProvider>
  );
  it("say what they filter, and go when told", () => {
    const change = vi.fn();
    render(pills(change));
    expect(screen.getByLabelText("Filter NOT a: <b>x</b>").textContent).toBe("NOTa:<b>x</b>");
    expect(screen.getByLabelText("Filter b: exists, disabled")).toBeTruthy();
    fireEvent.click(screen.getByLabelText("Remove filter NOT a: <b>x</b>"));
    expect(change).toHaveBeenCalledWith([{ field: "b", op: "exists", off: true }]);
  });
});
