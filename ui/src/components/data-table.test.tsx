// A list in a table: nothing there, nothing found, its order, and a selection that reaches over pages.
import { fireEvent, screen, within } from "@testing-library/react";
import { show } from "../../testing/show.tsx";
import { DataTable, type DataTableProps } from "./data-table.tsx";
import type { ListState } from "./use-list-search.ts";

interface Person {
  readonly id: string;
  readonly name: string;
}
const ANA: Person = { id: "1", name: "Ana" };
const BRUNO: Person = { id: "2", name: "Bruno" };

const nothing = (): void => {};
const LIST: ListState = { search: {}, filter: nothing, toPage: nothing, toOrder: nothing, isFiltered: false, clear: nothing };

const props = (more: Partial<DataTableProps<Person>> = {}): DataTableProps<Person> => ({
  label: "People",
  rows: [ANA, BRUNO],
  idOf: ({ id }) => id,
  nameOf: ({ name }) => name,
  columns: [
    { key: "name", header: "Name", sortBy: "name", render: ({ name }) => name },
    { key: "id", header: "Id", render: ({ id }) => id },
  ],
  meta: { page: 1, limit: 50, total: 2, totalPages: 1 },
  list: LIST,
  empty: "Nobody is here yet.",
  ...more,
});
const NOBODY = { rows: [], meta: { page: 1, limit: 50, total: 0, totalPages: 1 } } as const;

test("nothing there is not nothing found", () => {
  let isCleared = false;
  const { unmount } = show(<DataTable {...props(NOBODY)} />);
  expect(screen.getByText("Nobody is here yet.")).toBeDefined();
  expect(screen.queryByRole("button")).toBeNull();
  unmount();
  const list = { ...LIST, isFiltered: true, clear: () => void (isCleared = true) };
  show(<DataTable {...props({ ...NOBODY, list })} />);
  expect(screen.queryByText("Nobody is here yet.")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Clear filters" }));
  expect(isCleared).toBe(true);
});

test("is a table by its roles, which no layout takes away, with a name to each row", () => {
  const { container } = show(<DataTable {...props()} />);
  const table = screen.getByRole("table", { name: "People" });
  expect(
    within(table)
      .getAllByRole("columnheader")
      .map(({ textContent }) => textContent),
  ).toEqual(["Name", "Id"]);
  expect(screen.getByRole("rowheader", { name: "Ana" })).toBeDefined();
  const parts = container.querySelectorAll("table, thead, tbody, tr, th, td");
  expect([...parts].filter((part) => !part.hasAttribute("role"))).toEqual([]);
});

test("one page has no way to others, two have", () => {
  const { unmount } = show(<DataTable {...props()} />);
  expect(screen.queryByRole("button", { name: "Next page" })).toBeNull();
  unmount();
  const pages: number[] = [];
  const meta = { page: 2, limit: 25, total: 51, totalPages: 3 };
  show(<DataTable {...props({ meta, list: { ...LIST, toPage: (page) => void pages.push(page) } })} />);
  expect(screen.getByText("26–50 of 51")).toBeDefined();
  fireEvent.click(screen.getByRole("button", { name: "Next page" }));
  fireEvent.click(screen.getByRole("button", { name: "Previous page" }));
  expect(pages).toEqual([3, 1]);
});

test("the head of a column says the order and turns it round", () => {
  const asked: unknown[] = [];
  const sorting = { by: "name", order: "ascending", onChange: (...order: unknown[]) => asked.push(order) } as const;
  show(<DataTable {...props({ sorting })} />);
  expect(screen.getByRole("columnheader", { name: "Name" }).getAttribute("aria-sort")).toBe("ascending");
  fireEvent.click(screen.getByRole("button", { name: "Name" }));
  expect(asked).toEqual([["name", "descending"]]);
});

test("selecting this page keeps what is selected on others", () => {
  let ids: ReadonlySet<string> = new Set(["9", "1"]);
  const selection = { ids, onChange: (next: ReadonlySet<string>) => void (ids = next) };
  const { unmount } = show(<DataTable {...props({ selection })} />);
  fireEvent.click(screen.getByRole("checkbox", { name: "Select all on this page" }));
  expect([...ids].toSorted((a, b) => a.localeCompare(b))).toEqual(["1", "2", "9"]);
  unmount();
  show(<DataTable {...props({ selection: { ...selection, ids } })} />);
  fireEvent.click(screen.getByRole("checkbox", { name: "Select all on this page" }));
  expect([...ids]).toEqual(["9"]);
});
