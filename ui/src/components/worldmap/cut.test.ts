import type { FeatureCollection, Position } from "geojson";
import { describe, expect, it } from "vitest";
import { cutAtAntimeridian } from "./cut";
import { worldShapes } from "./geo";

const square = (ring: Position[]): FeatureCollection => ({
  type: "FeatureCollection",
  features: [{ type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } }],
});

const longitudes = (shapes: FeatureCollection): number[] =>
  shapes.features.flatMap((f) => {
    if (f.geometry.type === "Polygon") return f.geometry.coordinates.flat().map(([x = 0]) => x);
    if (f.geometry.type === "MultiPolygon") return f.geometry.coordinates.flat(2).map(([x = 0]) => x);
    return [];
  });

describe("cutAtAntimeridian", () => {
  it("leaves a shape alone that does not cross", () => {
    const shapes = square([[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]);
    expect(cutAtAntimeridian(shapes)).toEqual(shapes);
  });

  it("cuts a shape that crosses into a part on each side", () => {
    const cut = cutAtAntimeridian(square([[170, 0], [-170, 0], [-170, 10], [170, 10], [170, 0]]));
    expect(cut.features[0]?.geometry.type).toBe("MultiPolygon");
    const xs = longitudes(cut);
    expect(Math.min(...xs)).toBe(-180);
    expect(Math.max(...xs)).toBe(180);
    expect(xs.some((x) => x > -170 && x < 170)).toBe(false);
  });
});

describe("worldShapes", () => {
  it("names countries by their two letters", () => {
    const names = worldShapes().features.map((f) => String(f.properties?.["name"]));
    expect(names).toEqual(expect.arrayContaining(["US", "DE", "IE", "NL", "RU", "BR"]));
    expect(names).not.toContain("AQ");
  });

  it("has no edge that runs across the world", () => {
    for (const f of worldShapes().features) {
      const rings = f.geometry.type === "Polygon" ? f.geometry.coordinates : f.geometry.type === "MultiPolygon" ? f.geometry.coordinates.flat() : [];
      for (const ring of rings) {
        ring.forEach(([x = 0], i) => {
          const [before = 0] = ring[i - 1] ?? ring[0] ?? [0];
          expect(Math.abs(x - before)).toBeLessThan(180);
        });
      }
    }
  });
});
