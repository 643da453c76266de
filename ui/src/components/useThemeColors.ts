import { useComputedColorScheme } from "@mantine/core";
import { useMemo } from "react";

type Colors = (variable: string) => string;

/** Looks each variable up once; `scheme` tells the palettes of the themes apart. */
function palette(scheme: string): Colors {
  const known = new Map<string, string>();
  return (variable) => {
    const key = `${scheme} ${variable}`;
    const value = known.get(key) ?? getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
    known.set(key, value);
    return value;
  };
}

/** Reads `--v-*` variables for canvases; a new function when the theme changes. */
export function useThemeColors(): Colors {
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  return useMemo(() => palette(scheme), [scheme]);
}
