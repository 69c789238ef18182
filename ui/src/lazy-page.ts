// A page whose file is loaded when it is first opened. When that fails, the router reloads the application once, because after
// an update the old one asks for files that are gone; offline, a reload would only take away what is on the screen.
import { lazyRouteComponent } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { loadFile } from "./load-file.ts";
import { ApiError } from "./api/errors.ts";

/** The component fails with ApiError NETWORK when there is no connection, which the router shows with "Try again". */
export function lazyPage<N extends string>(load: () => Promise<Readonly<Record<N, () => ReactNode>>>, name: N) {
  const loadOnline = async () => {
    try {
      return await loadFile(load);
    } catch (error) {
      if (navigator.onLine) throw error;
      throw new ApiError({ code: "NETWORK", message: "There is no connection." });
    }
  };
  return lazyRouteComponent(loadOnline, name);
}
