import { createTheme, localStorageColorSchemeManager, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/** public/theme.js reads the same key before the first paint. */
export const colorSchemes = localStorageColorSchemeManager({ key: "vedette-theme" });

const accent: MantineColorsTuple = ["#e6effc", "#cfe2ff", "#a3c3ef", "#7fb0f5", "#6aa5ff", "#5f96e0", "#2f6fe0", "#1f63d6", "#1b5fd0", "#143f7d"];
/** text, –, text-2, text-3, line-2, surface-3, surface-2, surface, bg, rail-bg of the dark theme. */
const dark: MantineColorsTuple = ["#e6ebf1", "#c9d1da", "#a9b4c2", "#8b98aa", "#35424f", "#263140", "#1d252f", "#161c24", "#0f141a", "#0b0f14"];

export const theme = createTheme({
  colors: { accent, dark },
  primaryColor: "accent",
  primaryShade: { light: 7, dark: 6 },
  defaultRadius: 6,
  fontFamily: "var(--v-font)",
  fontFamilyMonospace: "var(--v-mono)",
  fontSizes: { xs: "11px", sm: "12px", md: "13px", lg: "14px", xl: "16px" },
  respectReducedMotion: true,
  components: {
    Menu: { defaultProps: { transitionProps: { duration: 120 }, width: "max-content" } },
    Popover: { defaultProps: { transitionProps: { duration: 120 } } },
    Modal: { defaultProps: { transitionProps: { duration: 120 }, centered: true, closeButtonProps: { "aria-label": "Close" } } },
    Tooltip: { defaultProps: { openDelay: 300 } },
  },
});

const shared = {
  "--mantine-color-body": "var(--v-bg)",
  "--mantine-color-text": "var(--v-text)",
  "--mantine-color-dimmed": "var(--v-text-3)",
  "--mantine-color-default": "var(--v-surface)",
  "--mantine-color-default-hover": "var(--v-surface-2)",
  "--mantine-color-default-color": "var(--v-text)",
  "--mantine-color-default-border": "var(--v-line-2)",
  "--mantine-color-placeholder": "var(--v-text-3)",
  "--mantine-color-anchor": "var(--v-accent)",
  "--mantine-shadow-md": "var(--v-shadow)",
};

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
