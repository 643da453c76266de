import { describe, expect, it } from "vitest";
import { look, type Growth } from "./follow";

/** Runs looks in turn and says which of them make the page ask again. */
function asks(...looks: [documents: number, loading: boolean][]): boolean[] {
  let growth: Growth | undefined;
  return looks.map(([documents, loading]) => {
    const next = look(growth, documents, loading);
    growth = next.growth;
    return next.ask;
  });
}

describe("following what is stored", () => {
  it("asks at every look while a source loads, and once more when it ended", () => {
    expect(asks([60, false], [60, true], [5000, true], [200_000, true], [200_100, false], [200_100, false], [200_100, false])).toEqual([false, true, true, true, false, true, false]);
  });

  it("sees the first events of an empty store", () => {
    expect(asks([0, false], [0, false], [1, false], [3001, false], [3001, false], [3001, false])).toEqual([false, false, true, true, true, false]);
  });

  it("leaves a trickle to the person's own refresh", () => {
    expect(asks([1_000_000, false], [1_000_100, false], [1_000_200, false], [1_000_200, false])).toEqual([false, false, false, false]);
  });

  it("does not end while the store still grows", () => {
    expect(asks([0, true], [10_000, true], [10_050, false], [10_060, false], [10_060, false])).toEqual([false, true, false, false, true]);
  });

  it("asks when much was deleted", () => {
    expect(asks([1000, false], [10, false])).toEqual([false, true]);
  });

  it("starts on when the page opens in the middle of a load", () => {
    expect(look(undefined, 5, true).growth.on).toBe(true);
  });
});
