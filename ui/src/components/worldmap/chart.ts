import { MapChart } from "echarts/charts";
import { AriaComponent, GeoComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { formatCount, formatShort } from "../../lib/format";
import { countryName } from "../../lib/countries";
import { mapName, worldShapes } from "./geo";

echarts.use([MapChart, GeoComponent, TooltipComponent, VisualMapComponent, AriaComponent, CanvasRenderer]);

export interface MapValue {
  /** ISO 3166-1 alpha-2. */
  code: string;
  count: number;
}

export interface WorldChart {
  update: (values: readonly MapValue[], color: (variable: string) => string) => void;
  resize: () => void;
  dispose: () => void;
}

const shapes = worldShapes();
const drawn = new Set(shapes.features.map((f) => String(f.properties?.["name"])));

/** Codes too small for a map of this scale. */
export const isDrawn = (code: string): boolean => drawn.has(code);

/**
 * The map in `host`; the logarithm of the count decides the shade. The tooltip
 * is drawn on the canvas, so that no value becomes markup.
 */
export function createWorld(host: HTMLElement, onPick: (code: string) => void): WorldChart {
  // ECharts wants the GeoJSON once per name; a second registration replaces the first.
  echarts.registerMap(mapName, { geoJSON: shapes as never, specialAreas: {} });
  const chart = echarts.init(host, null, { renderer: "canvas" });
  chart.on("click", (event) => {
    if (typeof event.name === "string" && typeof event.value === "number" && !Number.isNaN(event.value)) onPick(event.name);
  });
  return {
    update: (values, color) => chart.setOption(option(values, color), true),
    resize: () => chart.resize(),
    dispose: () => chart.dispose(),
  };
}

function option(values: readonly MapValue[], color: (variable: string) => string): echarts.EChartsCoreOption {
  const most = Math.max(10, ...values.map((v) => v.count));
  return {
    animation: false,
    aria: { enabled: false },
    tooltip: {
      renderMode: "richText",
      backgroundColor: color("--v-surface"),
      borderColor: color("--v-line-2"),
      textStyle: { color: color("--v-text"), fontSize: 12 },
      formatter: (p: { name: string; data?: { count: number } }) => `${countryName(p.name)}: ${formatCount(p.data?.count ?? 0)}`,
    },
    visualMap: {
      show: false,
      min: 0,
      max: Math.log10(most),
      inRange: { color: [1, 2, 3, 4, 5].map((i) => color(`--v-h${i}`)) },
      formatter: (v: number) => formatShort(10 ** v),
    },
    series: [
      {
        type: "map",
        map: mapName,
        roam: false,
        selectedMode: false,
        left: 0, right: 0, top: 0, bottom: 0,
        preserveAspect: "contain",
        itemStyle: { areaColor: color("--v-land"), borderColor: color("--v-land-line"), borderWidth: 0.5 },
        emphasis: { label: { show: false }, itemStyle: { areaColor: color("--v-accent"), borderColor: color("--v-land-line") } },
        data: values.map((v) => ({ name: v.code, value: Math.log10(Math.max(1, v.count)), count: v.count })),
      },
    ],
  };
}
