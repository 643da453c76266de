import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef, useState, type ReactElement } from "react";
import { useThemeColors } from "../useThemeColors";
import type { MapValue, WorldChart } from "./chart";

/** Countries by count. ECharts and the shapes are fetched when the map is first shown. */
export function WorldMap({ values, summary, onPick }: { values: readonly MapValue[]; summary: string; onPick: (code: string) => void }): ReactElement {
  const { ref: sizeRef, width, height } = useElementSize<HTMLDivElement>();
  const host = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<WorldChart>();
  const [failed, setFailed] = useState(false);
  const color = useThemeColors();
  const latest = useRef(onPick);
  useEffect(() => {
    latest.current = onPick;
  });

  useEffect(() => {
    let made: WorldChart | undefined;
    let gone = false;
    import("./chart").then(
      ({ createWorld }) => {
        if (gone || host.current === null) return;
        made = createWorld(host.current, (code) => latest.current(code));
        setChart(made);
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
      made?.dispose();
      setChart(undefined);
    };
  }, []);

  useEffect(() => {
    if (chart === undefined || width === 0 || height === 0) return;
    chart.resize();
    chart.update(values, color);
  }, [chart, values, color, width, height]);

  return (
    <div ref={sizeRef} style={{ height: "100%", minHeight: 150 }}>
      {failed ? <p className="t3 f12">The map could not be fetched. The list beside it holds the same values.</p> : null}
      <div ref={host} role="img" aria-label={summary} style={{ width, height }} />
    </div>
  );
}
