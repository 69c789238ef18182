// Shows a component as the application would: theme, English texts, and an address that can change.
import { MantineProvider } from "@mantine/core";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
  type AnyRouter,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { IntlProvider } from "use-intl";
import { allMessages } from "../src/i18n/en/all-messages.ts";
import { listSearch } from "../src/search-params.ts";

export function show(content: ReactNode) {
  return render(inApplication(content));
}

export function inApplication(content: ReactNode) {
  return (
    <MantineProvider env="test">
      <IntlProvider locale="en" messages={allMessages} timeZone="UTC">
        {content}
      </IntlProvider>
    </MantineProvider>
  );
}

/** At `/list`, with this query. */
export async function showAt(address: string, Content: () => ReactNode): Promise<AnyRouter> {
  const root = createRootRoute({ component: Outlet });
  const list = createRoute({ getParentRoute: () => root, path: "/list", component: Content, validateSearch: listSearch });
  const router = createRouter({
    routeTree: root.addChildren([list]),
    history: createMemoryHistory({ initialEntries: [address] }),
  });
  await router.load();
  render(inApplication(<RouterProvider<AnyRouter> router={router} />));
  return router;
}
