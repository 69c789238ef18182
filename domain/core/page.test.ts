import { pageOf } from "./page.ts";

test("a page within the list is given as asked", () => {
  expect(pageOf({ page: 2, limit: 25 }, 60)).toEqual({ page: 2, limit: 25, total: 60, totalPages: 3, offset: 25 });
});

test.each([
  [4, 60, 3, 50],
  [1_000_000, 51, 3, 50],
  [3, 50, 2, 25],
])("page %i of %i rows becomes page %i", (page, total, given, offset) => {
  expect(pageOf({ page, limit: 25 }, total)).toMatchObject({ page: given, offset, totalPages: given });
});

test("an empty list has one page", () => {
  expect(pageOf({ page: 7, limit: 25 }, 0)).toEqual({ page: 1, limit: 25, total: 0, totalPages: 1, offset: 0 });
});
