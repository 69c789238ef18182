// What a workflow says of itself, for the frame that the Temporal Web UI shows it in: plain text, without any markup of its own.
import { randomBytes } from "node:crypto";
import type { Request, Response } from "express";

const TEXT_MAX_CHARS = 20_000;

export function markdownPage(request: Request, response: Response): void {
  const { content, theme } = request.query;
  const text = typeof content === "string" ? content.slice(0, TEXT_MAX_CHARS) : "";
  const colours = theme === "dark" ? "background: #141414; color: #f8fafc" : "background: #fff; color: #121416";
  const nonce = randomBytes(16).toString("base64");
  const style = `body { margin: 0; padding: 1rem; font: 14px sans-serif; white-space: pre-wrap; ${colours} }`;
  response
    .status(200)
    .set({
      "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}'; frame-ancestors 'self'; sandbox`,
      "x-frame-options": "SAMEORIGIN",
    })
    .type("text/html; charset=utf-8")
    .send(`<!doctype html><html><head><style nonce="${nonce}">${style}</style></head><body>${escaped(text)}</body></html>`);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
