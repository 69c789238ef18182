// The frame of a page: where the focus is after a change of pages.
import { screen } from "@testing-library/react";
import { useLayoutEffect } from "react";
import { show } from "../../testing/show.tsx";
import { Page } from "./page.tsx";

test("the heading of a new page has the focus as soon as it is rendered, not later, when someone may already be typing", () => {
  const focused: (string | null | undefined)[] = [];
  /** Checks in the same tick in which the page is inserted into the document. */
  function Look() {
    useLayoutEffect(() => void focused.push(document.activeElement?.textContent), []);
    return null;
  }
  const first = show(<Page title="First">{null}</Page>);
  expect(document.activeElement).toBe(document.body);
  first.unmount();
  show(
    <Page title="Second">
      <Look />
    </Page>,
  );
  expect(focused).toEqual(["Second"]);
  expect(document.activeElement).toBe(screen.getByRole("heading", { level: 1 }));
});
