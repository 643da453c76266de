import type { ReactElement } from "react";

/** A small line without axes. Undefined values are gaps; a point between two gaps is a dot. */
export function Spark({ values, color, label, width = 116, height = 22 }: { values: readonly (number | undefined)[]; color: string; label: string; width?: number; height?: number }): ReactElement {
  const most = Math.max(0, ...values.filter((v) => v !== undefined));
  const x = (i: number): number => 1 + (i * (width - 2)) / Math.max(1, values.length - 1);
  const y = (v: number): number => height - 2 - (most === 0 ? 0 : (v * (height - 4)) / most);
  let path = "";
  values.forEach((v, i) => {
    if (v === undefined) return;
    const start = i === 0 || values[i - 1] === undefined;
    path += `${start ? "M" : "L"}${x(i).toFixed(1)} ${y(v).toFixed(1)}`;
    if (start && values[i + 1] === undefined) path += "h.5";
  });
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <path d={path} fill="none" stroke={`var(${color})`} strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
}
