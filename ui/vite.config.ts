import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `npm run dev` serves the sources and hands /api to a running Vedette.
const target = process.env["VEDETTE_DASHBOARD_URL"] ?? "http://127.0.0.1:5601";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "dist",
    // dist/.gitkeep is committed; Vite empties dist and puts it back from public/.gitkeep.
    emptyOutDir: true,
    target: "es2022",
    manifest: true,
    // Every file stays a file: the Content-Security-Policy allows data: for images only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
  },
  server: { proxy: { "/api": { target, changeOrigin: true } } },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
    testTimeout: 20_000,
    env: { TZ: "UTC" },
  },
});
