// Serves the web interface: its page at every address that it knows, and the files that the page asks for.
import type { RequestHandler, Response } from "express";
import { FleetError } from "../../contracts/core/errors.ts";
import { PAGE_PATHS } from "../../contracts/core/ui-pages.ts";
import type { UiFile, UiFiles } from "./ui-files.ts";
import { htmlPolicy } from "./security-headers.ts";

const NOT_BUILT = "The web interface is not built. Build it with: npm run ui:build";

/**
 * For everyone, and before the set-up too: the page shows nothing but what its calls may read. Comes after the routes,
 * and lets every other address pass to the answer 404. `ui` null: not built.
 */
export function serveUi(ui: UiFiles | null): RequestHandler {
  return (request, response, next) => {
    if (request.method !== "GET" && request.method !== "HEAD") return next();
    const file = ui?.file(request.path) ?? null;
    if (file !== null) return sendFile(file, request.acceptsEncodings("gzip") !== false, response);
    if (!isPage(request.path)) return next();
    if (ui === null) return next(new FleetError("NOT_FOUND", NOT_BUILT));
    const { nonce, policy } = htmlPolicy();
    response.status(200).set("content-security-policy", policy).type("text/html; charset=utf-8").send(ui.page(nonce));
  };
}

function isPage(path: string): boolean {
  return PAGE_PATHS.some((page) => (page.endsWith("/*") ? path.startsWith(page.slice(0, -1)) : path === page));
}

function sendFile(file: UiFile, takesGzip: boolean, response: Response): void {
  const zipped = takesGzip ? file.gzipped : null;
  response.status(200).set({
    "content-type": file.contentType,
    "cache-control": file.cacheControl,
    ...(file.gzipped === null ? {} : { vary: "accept-encoding" }),
    ...(zipped === null ? {} : { "content-encoding": "gzip" }),
  });
  response.send(zipped ?? file.bytes);
}
