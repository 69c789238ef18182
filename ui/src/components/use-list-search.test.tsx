// A list's query in the address: a new filter starts at the first page, and a page past the end is replaced.
import { act, screen, waitFor } from "@testing-library/react";
import { useEffect } from "react";
import { showAt } from "../../testing/show.tsx";
import { queryString, sortingOf, useAdoptedPage, useListSearch, type ListState } from "./use-list-search.ts";

const states: ListState[] = [];
const list = (): ListState => {
  const newest = states.at(-1);
  if (newest === undefined) throw new Error("Nothing has been shown yet.");
  return newest;
};
const meta = (page: number) => ({ page, limit: 50, total: 120, totalPages: 3 });

function Probe({ given }: { readonly given?: number }) {
  const state = useListSearch();
  useEffect(() => void states.push(state));
  useAdoptedPage(state, given === undefined ? undefined : meta(given));
  return <p>shown</p>;
}

const opened = async (address: string, given?: number) => {
  const router = await showAt(address, () => <Probe {...(given === undefined ? {} : { given })} />);
  await screen.findByText("shown");
  return { router, address: () => router.history.location.href };
};

test("past the end, the address changes from the requested page to the returned one", async () => {
  const { router, address } = await opened("/list?page=9&search=ana", 3);
  await act(() => router.load());
  await waitFor(() => expect(address()).toBe("/list?page=3&search=ana"));
  expect(router.history.length).toBe(1);
});

test("while nothing is known, the address stays", async () => {
  const { router, address } = await opened("/list?page=9");
  await act(() => router.load());
  expect(address()).toBe("/list?page=9");
});

test("another filter begins at the first page, and clearing keeps size and order", async () => {
  const { router, address } = await opened("/list?page=3&limit=25&sort=name&order=desc&role=admin");
  expect(list().isFiltered).toBe(true);
  await act(async () => {
    list().filter({ status: "active" });
    await router.load();
  });
  expect(new URLSearchParams(address().split("?")[1]).get("page")).toBeNull();
  expect(list().search).toMatchObject({ status: "active", role: "admin", limit: 25 });
  await act(async () => {
    list().clear();
    await router.load();
  });
  expect(list().search).toMatchObject({ limit: 25, sort: "name", order: "desc" });
  expect(list().isFiltered).toBe(false);
});

test("the order is the default until another one is chosen", async () => {
  await opened("/list");
  expect(sortingOf(list(), { by: "name", order: "ascending" })).toMatchObject({ by: "name", order: "ascending" });
  expect(
    sortingOf({ ...list(), search: { sort: "createdAt", order: "desc" } }, { by: "name", order: "ascending" }),
  ).toMatchObject({
    by: "createdAt",
    order: "descending",
  });
});

test("absent values stay out of a call", () => {
  expect(queryString({ page: undefined, search: "a&b" })).toBe("?search=a%26b");
  expect(queryString({ page: undefined })).toBe("");
});
