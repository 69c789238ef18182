// A page whose file is loaded when it is first opened. When that fails, the router reloads the application once, because after
// an update the old one asks for files that are gone; offline, a reload would only take away what is on the screen.
import { lazyRouteComponent } from "@tanstack/react-router";
import { createElement, type ReactNode } from "react";
import { loadFile } from "./load-file.ts";
import { ApiError } from "./api/errors.ts";
import type { FeatureTexts } from "./i18n/feature-texts.tsx";

/**
 * The component fails with ApiError NETWORK when there is no connection, which the router shows with "Try again".
 * `texts`: those that the page needs beside the ones of the first load.
 */
export function lazyPage<N extends string>(
  load: () => Promise<Readonly<Record<N, () => ReactNode>>>,
  name: N,
  texts?: FeatureTexts,
) {
  const loadOnline = async () => {
    try {
      const [{ [name]: Page }] = await Promise.all([loadFile(load), texts?.load()]);
      return { Page: texts === undefined ? Page : () => createElement(texts.Texts, null, createElement(Page)) };
    } catch (error) {
      if (navigator.onLine) throw error;
      throw new ApiError({ code: "NETWORK", message: "There is no connection." });
    }
  };
  return lazyRouteComponent(loadOnline, "Page");
}
