// The keyboard's shortcuts: where they lead, when they keep quiet, and how they are switched off.
import { TextInput } from "@mantine/core";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  RouterProvider,
  type AnyRouter,
} from "@tanstack/react-router";
import { createEvent, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { useLayoutEffect } from "react";
import { inApplication, showAt } from "../../testing/show.tsx";
import { Shortcuts } from "./shortcuts.tsx";

/** Well within the moment in which two keys belong together, however long this machine takes between them. */
const BETWEEN_KEYS_MS = 100;
const PATHS = ["/", "/chat", "/settings", "/admin/fleet", "/elsewhere"] as const;

async function open({ isAdmin = true, hasSearch = true } = {}): Promise<AnyRouter> {
  const root = createRootRoute({
    component: () => (
      <main>
        <Shortcuts isAdmin={isAdmin} />
        {hasSearch ? <TextInput type="search" aria-label="Search" /> : null}
        <TextInput aria-label="Name" />
        <Outlet />
      </main>
    ),
  });
  const pages = PATHS.map((path) => createRoute({ getParentRoute: () => root, path, component: () => null }));
  const history = createMemoryHistory({ initialEntries: ["/elsewhere"] });
  const router = createRouter({ routeTree: root.addChildren(pages), history });
  await router.load();
  render(inApplication(<RouterProvider<AnyRouter> router={router} />));
  return router;
}

let pressedAtMs = 0;
/** True if the key's default action in the browser is not prevented. */
function press(key: string, at: Element = document.body, more: object = {}): boolean {
  pressedAtMs += BETWEEN_KEYS_MS;
  const event = createEvent.keyDown(at, { key, ...more });
  return fireEvent(at, Object.defineProperty(event, "timeStamp", { value: pressedAtMs }));
}
const at = (router: AnyRouter): string => router.history.location.pathname;

beforeEach(() => localStorage.clear());

test.each([
  ["h", "/"],
  ["c", "/chat"],
  ["s", "/settings"],
  ["f", "/admin/fleet"],
])("g and %s lead to %s", async (key, path) => {
  const router = await open();
  press("g");
  press(key);
  await waitFor(() => expect(at(router)).toBe(path));
});

test("two keys with a pause between them are two keys", async () => {
  const router = await open();
  press("g");
  pressedAtMs += 10_000;
  press("h");
  press("g");
  press("c");
  await waitFor(() => expect(at(router)).toBe("/chat"));
  expect(router.history.length).toBe(2);
});

test("nothing is led to by one key alone, by another one between, by a chord, or where one may not be", async () => {
  const router = await open({ isAdmin: false });
  press("c");
  for (const key of ["g", "x", "c"]) press(key);
  press("g");
  press("f");
  press("g");
  press("c", document.body, { ctrlKey: true });
  press("s");
  // The last of them shows that the keys before were heard.
  press("g");
  press("h");
  await waitFor(() => expect(at(router)).toBe("/"));
  expect(router.history.length).toBe(2);
});

test("the slash goes to the search and is not written there; without one it is the browser's", async () => {
  await open();
  expect(press("/")).toBe(false);
  expect(document.activeElement).toBe(screen.getByRole("searchbox", { name: "Search" }));
});

test("on a page without a search the slash is left to the browser", async () => {
  await open({ hasSearch: false });
  expect(press("/")).toBe(true);
});

test("nobody who writes is interrupted", async () => {
  const router = await open();
  const name = screen.getByRole("textbox", { name: "Name" });
  name.focus();
  for (const key of ["/", "?", "g", "h"]) expect(press(key, name)).toBe(true);
  expect(document.activeElement).toBe(name);
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(at(router)).toBe("/elsewhere");
});

test("the question mark lists them, and there they are switched off; the list itself still opens", async () => {
  const router = await open({ isAdmin: false });
  press("?");
  const list = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
  expect(list.textContent).toContain("Settings");
  expect(list.textContent).not.toContain("Fleet");
  press("g");
  press("h");
  expect(at(router)).toBe("/elsewhere");
  fireEvent.click(screen.getByRole("switch", { name: /^Use keyboard shortcuts/ }));
  fireEvent.click(screen.getByRole("button", { name: "Close" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(press("/")).toBe(true);
  press("g");
  press("h");
  press("?");
  expect(await screen.findByRole("switch", { name: /^Use keyboard shortcuts/ })).toHaveProperty("checked", false);
  expect(at(router)).toBe("/elsewhere");
});

test("a key that is pressed as soon as the page is rendered is handled", async () => {
  /** In the same tick in which the page is inserted into the document, before it is painted. */
  function PressedAtOnce() {
    useLayoutEffect(() => void document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "?", bubbles: true })), []);
    return null;
  }
  await showAt("/list", () => (
    <>
      <Shortcuts isAdmin />
      <PressedAtOnce />
    </>
  ));
  expect(await screen.findByRole("dialog", { name: "Keyboard shortcuts" })).not.toBeNull();
});
