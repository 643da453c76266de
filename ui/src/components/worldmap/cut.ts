import type { FeatureCollection, Geometry, Polygon, Position } from "geojson";

type Ring = Position[];

/** Longitudes made continuous: a step over the antimeridian no longer jumps by 360 degrees. */
function unwrap(ring: Ring): Ring {
  let shift = 0;
  let last = ring[0]?.[0] ?? 0;
  return ring.map(([x = 0, y = 0]) => {
    if (x + shift - last > 180) shift -= 360;
    if (x + shift - last < -180) shift += 360;
    last = x + shift;
    return [last, y];
  });
}

/** The part of a ring on one side of a meridian (Sutherland and Hodgman's way). */
function clip(ring: Ring, at: number, side: 1 | -1): Ring {
  const out: Ring = [];
  ring.forEach((b, i) => {
    const a = ring[(i + ring.length - 1) % ring.length] ?? b;
    const [ax = 0, ay = 0] = a;
    const [bx = 0, by = 0] = b;
    const [inA, inB] = [side * (ax - at) >= 0, side * (bx - at) >= 0];
    if (inA !== inB) out.push([at, ay + ((by - ay) * (at - ax)) / (bx - ax)]);
    if (inB) out.push(b);
  });
  return out;
}

const move = (ring: Ring, by: number): Ring => ring.map(([x = 0, y = 0]) => [x + by, y]);

/** A polygon as the parts that lie between 180 west and 180 east. */
function cutPolygon(rings: Ring[]): Ring[][] {
  const flat = rings.map(unwrap);
  const outer = flat[0] ?? [];
  const xs = outer.map(([x = 0]) => x);
  if (Math.min(...xs) >= -180 && Math.max(...xs) <= 180) return [rings];
  return [-360, 0, 360]
    .map((by) => flat.map((ring) => clip(clip(move(ring, by), -180, 1), 180, -1)).filter((ring) => ring.length > 2))
    .filter((part) => part.length > 0);
}

function cutGeometry(geometry: Geometry): Geometry {
  if (geometry.type === "Polygon") {
    const parts = cutPolygon(geometry.coordinates);
    return parts.length === 1 ? { type: "Polygon", coordinates: parts[0] as Polygon["coordinates"] } : { type: "MultiPolygon", coordinates: parts };
  }
  if (geometry.type === "MultiPolygon") return { type: "MultiPolygon", coordinates: geometry.coordinates.flatMap(cutPolygon) };
  return geometry;
}

/** Cuts shapes at the antimeridian, which on a flat map would otherwise draw a band across the world. */
export function cutAtAntimeridian<P extends FeatureCollection>(shapes: P): P {
  return { ...shapes, features: shapes.features.map((f) => ({ ...f, geometry: cutGeometry(f.geometry) })) };
}
