// A refused sign-in counts down, retries once automatically, and can be stopped.
import { act, fireEvent, screen } from "@testing-library/react";
import { show } from "../../../testing/show.tsx";
import { SignInWait } from "./sign-in-wait.tsx";

const { jest } = import.meta;

let tries: number;
let stops: number;
beforeEach(() => {
  jest.useFakeTimers({ now: 1_000_000 });
  [tries, stops] = [0, 0];
});
afterEach(() => jest.useRealTimers());

const wait = () => show(<SignInWait at={1_020_000} onAgain={() => (tries += 1)} onStop={() => (stops += 1)} />);

test("it says how long it takes, and tries again by itself when that is over, once", () => {
  wait();
  expect(screen.getByRole("timer").textContent).toBe("Retrying in 20 seconds.");
  act(() => jest.advanceTimersByTime(19_000));
  expect([screen.getByRole("timer").textContent, tries]).toEqual(["Retrying in 1 second.", 0]);
  act(() => jest.advanceTimersByTime(1_000));
  expect(tries).toBe(1);
  act(() => jest.advanceTimersByTime(30_000));
  expect(tries).toBe(1);
});

test("it can be stopped, and is said aloud once and not each second", () => {
  wait();
  fireEvent.click(screen.getByRole("button", { name: "Stop waiting" }));
  expect([stops, tries]).toEqual([1, 0]);
  expect(screen.getByRole("status").contains(screen.getByRole("timer"))).toBe(true);
});
