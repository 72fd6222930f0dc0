import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { constants, brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const dist = resolve(import.meta.dirname, "dist");

/** Writes .gz and .br beside every text file, so that the web server never compresses a file twice. */
function compressed(): Plugin {
  const walk = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? walk(path) : [path];
    });
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      for (const path of walk(dist).filter((name) => /\.(js|css|svg)$/.test(name))) {
        const body = readFileSync(path);
        writeFileSync(`${path}.gz`, gzipSync(body, { level: 9 }));
        writeFileSync(`${path}.br`, brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
      }
    },
  };
}

export default defineConfig({
  // Relative, so that the built files work under any STATIC_URL.
  base: "./",
  plugins: [compressed()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    // Fonts stay files: a data: font would break font-src 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    // htmx holds an eval that htmx.config.allowEval=false never reaches; the content policy would stop it anyway.
    rollupOptions: { checks: { eval: false }, input: { main: resolve(import.meta.dirname, "src/main.ts") } },
  },
});
