// What a feature gives to the api, and all that the api knows of it.
import type { Route } from "./define-route.ts";

/** `Deps`: what the composition root offers. */
export interface ApiFeature<Deps> {
  readonly name: string;
  /** Where several match a request, the first one answers it. */
  routes(deps: Deps): readonly Route[];
}
