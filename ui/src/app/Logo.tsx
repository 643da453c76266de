import type { ReactElement } from "react";

/** `label` is its name; without one it is decoration. */
export function Logo({ size, label }: { size: number; label?: string }): ReactElement {
  const named = label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label };
  return (
    <svg width={size} height={size} viewBox="0 0 28 28" {...named}>
      <path d="M3 5h5.4l5.6 13.2L19.6 5H25L16.4 24h-4.8z" fill="var(--v-text)" />
      <circle cx="14" cy="6.6" r="2.9" fill="var(--v-accent)" />
    </svg>
  );
}
