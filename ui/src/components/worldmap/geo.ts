import codes from "i18n-iso-countries/codes.json";
import type { FeatureCollection } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlas from "world-atlas/countries-110m.json";
import { cutAtAntimeridian } from "./cut";

/** ISO 3166-1 numeric to alpha-2: the shapes carry the first, events the second. */
const alpha2 = new Map((codes as [string, string, string][]).map(([two, , numeric]) => [numeric, two]));

export const mapName = "world";

/** Natural Earth's countries at 1:110 million (public domain), named by alpha-2 code. Antarctica is left out. */
export function worldShapes(): FeatureCollection {
  const topology = atlas as unknown as Topology<{ countries: GeometryCollection<{ name: string }> }>;
  const shapes = feature(topology, topology.objects.countries);
  const features = shapes.features
    .filter((f) => f.id !== "010")
    .map((f) => ({ ...f, properties: { ...f.properties, name: alpha2.get(String(f.id)) ?? f.properties.name } }));
  return cutAtAntimeridian({ type: "FeatureCollection", features });
}
