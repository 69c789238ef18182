// A window of a browser in which somebody is signed in already.
import type { Browser, Page } from "playwright-core";
import type { TestUser } from "../core/api.ts";
import { PAGE_PATIENCE_MS } from "./browser.ts";

/** English, without movement; relative addresses are those of `url`. */
export async function loadBrowserPerson(browser: Browser, url: string, { session }: TestUser): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, locale: "en-GB", reducedMotion: "reduce" });
  context.setDefaultTimeout(PAGE_PATIENCE_MS);
  const [name = "", ...value] = session.cookie.split(";")[0]?.split("=") ?? [];
  await context.addCookies([{ name, value: value.join("="), url }]);
  return await context.newPage();
}
