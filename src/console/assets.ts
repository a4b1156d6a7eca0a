import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import express, { type Router } from "express";
import { packageRoot } from "../package";

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** What pages load beside their HTML. Packages are served from where npm puts them: no build step. */
const FILES: Readonly<Record<string, { readonly from: "package" | "own"; readonly path: string }>> = {
  "bootstrap.css": { from: "package", path: "bootstrap/dist/css/bootstrap.min.css" },
  "htmx.js": { from: "package", path: "htmx.org/dist/htmx.min.js" },
  "console.css": { from: "own", path: "assets/console/console.css" },
  "console.js": { from: "own", path: "assets/console/console.js" },
  "icon.svg": { from: "own", path: "assets/console/icon.svg" },
};

export interface Assets {
  /** The address of an asset; it changes with its bytes, so browsers may keep it for ever. */
  address(name: string): string;
  readonly router: Router;
}

/** Reads every asset once. Throws when one is missing. */
export function loadAssets(base: string): Assets {
  const find = createRequire(join(packageRoot(), "package.json"));
  const loaded = new Map<string, { readonly bytes: Buffer; readonly type: string; readonly name: string }>();
  const addresses = new Map<string, string>();
  for (const [name, file] of Object.entries(FILES)) {
    const path = file.from === "package" ? find.resolve(file.path) : join(packageRoot(), file.path);
    const bytes = readFileSync(path);
    const [stem = "", ending = ""] = name.split(".");
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    const served = `${stem}.${hash}.${ending}`;
    loaded.set(served, { bytes, type: TYPES[ending] ?? "application/octet-stream", name });
    addresses.set(name, `${base}/${served}`);
  }
  const router = express.Router();
  router.get("/:file", (request, response, next) => {
    const asset = loaded.get(request.params.file);
    if (asset === undefined) return next();
    response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
    response.type(asset.type).send(asset.bytes);
  });
  return {
    router,
    address(name) {
      const address = addresses.get(name);
      if (address === undefined) throw new Error(`no asset is called ${name}`);
      return address;
    },
  };
}
