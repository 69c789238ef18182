// The search of a list: it asks when one has stopped typing, and follows the address.
import { act, fireEvent, screen } from "@testing-library/react";
import { inApplication, show } from "../../testing/show.tsx";
import { SearchField } from "./filters.tsx";

const { jest } = import.meta;
const SETTLED_MS = 300;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const field = (): HTMLInputElement => screen.getByRole("searchbox", { name: "Search" });
const type = (text: string): void => void fireEvent.change(field(), { target: { value: text } });
const wait = (ms: number): void => act(() => jest.advanceTimersByTime(ms));

test("asks once, for what is written when nobody types any more", () => {
  const asked: unknown[] = [];
  show(<SearchField value={undefined} onChange={(value) => asked.push(value)} />);
  type("an");
  wait(SETTLED_MS - 1);
  type("ana ");
  wait(SETTLED_MS - 1);
  expect(asked).toEqual([]);
  wait(1);
  expect(asked).toEqual(["ana"]);
  type("  ");
  wait(SETTLED_MS);
  expect(asked).toEqual(["ana", undefined]);
});

test("what is written stays while the answer to it comes", () => {
  const { rerender } = show(<SearchField value={undefined} onChange={() => {}} />);
  type("an");
  wait(SETTLED_MS);
  type("ana");
  rerender(inApplication(<SearchField value="an" onChange={() => {}} />));
  expect(field().value).toBe("ana");
});

test("follows the address when that changes by itself", () => {
  const { rerender } = show(<SearchField value="ana" onChange={() => {}} />);
  rerender(inApplication(<SearchField value={undefined} onChange={() => {}} />));
  expect(field().value).toBe("");
  rerender(inApplication(<SearchField value="bruno" onChange={() => {}} />));
  expect(field().value).toBe("bruno");
});
