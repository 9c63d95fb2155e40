import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [react()],
  clearScreen: false,
  resolve: { alias: { "@locales": here("../assets/locales") } },
  // The port is named in tauri.conf.json; the texts live one folder up.
  server: { host: "127.0.0.1", port: 1420, strictPort: true, fs: { allow: [".."] } },
  build: {
    target: ["chrome120", "safari17"],
    // The content security policy allows fonts from 'self' only, so nothing may become a data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: here("index.html"), secret: here("secret.html") } },
  },
  test: {
    environment: "jsdom",
    setupFiles: ["src/testing/setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: { modules: { classNameStrategy: "non-scoped" } },
    testTimeout: 20_000,
    // Files take turns on all processors: by default one of two would have nothing to do.
    maxWorkers: "100%",
  },
});
