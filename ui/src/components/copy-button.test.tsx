// A copy that the browser refuses, in each of its ways to do so.
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { useRef } from "react";
import { show } from "../../testing/show.tsx";
import { CopyButton } from "./copy-button.tsx";

const REFUSED = "Copying was blocked. The text is selected.";

function Example() {
  const shown = useRef<HTMLElement>(null);
  return (
    <>
      <code ref={shown}>a secret</code>
      <CopyButton text="a secret" shown={shown} />
    </>
  );
}

function setClipboard(writeText?: (text: string) => Promise<void>): void {
  if (writeText === undefined) Reflect.deleteProperty(navigator, "clipboard");
  else Object.defineProperty(navigator, "clipboard", { configurable: true, value: { writeText } });
}

beforeEach(() => getSelection()?.removeAllRanges());
afterEach(() => setClipboard());

test.each([
  ["there is no clipboard", undefined],
  ["a person or a policy forbids it", () => Promise.reject(new Error("Write permission denied."))],
])("when %s, the button says so and the text is selected", async (_name, writeText) => {
  setClipboard(writeText);
  show(<Example />);
  fireEvent.click(screen.getByRole("button", { name: "Copy" }));
  expect(await screen.findByRole("button", { name: REFUSED })).not.toBeNull();
  await waitFor(() => expect(getSelection()?.toString()).toBe("a secret"));
});

test("what is copied is said, and nothing is selected", async () => {
  const copied: string[] = [];
  setClipboard(async (text) => void copied.push(text));
  show(<Example />);
  fireEvent.click(screen.getByRole("button", { name: "Copy" }));
  expect(await screen.findByRole("button", { name: "Copied" })).not.toBeNull();
  expect(copied).toEqual(["a secret"]);
  expect(getSelection()?.toString()).toBe("");
});
