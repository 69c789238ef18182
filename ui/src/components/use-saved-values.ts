// Holds a form beside what is saved, which may change in another tab or by someone else, and takes nothing away that is
// being written.
import type { UseFormReturnType } from "@mantine/form";
import { useLayoutEffect, useState } from "react";

export interface SavedValues<V> {
  /** The saved values when the user began to edit: differences from them are the user's changes. */
  readonly base: V;
  readonly isDirty: boolean;
  /** What is saved has changed since, and so has the form: one of the two has to be chosen. */
  readonly isOutdated: boolean;
  /** Drops the user's changes. */
  readonly load: () => void;
  /** Call after saving; `saved` follows a moment later. What the user typed since the request was sent stays. */
  readonly settle: (sent: V, stored: V) => void;
}

/** A form without changes follows what is `saved`. It may begin with other values than those, such as a draft. */
export function useSavedValues<V extends object>(form: UseFormReturnType<V>, saved: V): SavedValues<V> {
  const [base, setBase] = useState(saved);
  const [own, setOwn] = useState(saved);
  const { values, setValues, getValues } = form;
  const isNewer = !isSame(base, saved);
  const isDirty = !isSame(values, base);
  // What came from here, or is the same as here, is nothing to choose about.
  if (isNewer && (isSame(own, saved) || isSame(values, saved))) setBase(saved);
  // Before the browser paints: what people type into the visible form must not be replaced a moment later.
  useLayoutEffect(() => {
    if (isNewer && !isDirty) setValues(saved);
  }, [isNewer, isDirty, saved, setValues]);
  return {
    base,
    isDirty,
    isOutdated: isNewer && isDirty,
    load: () => {
      setBase(saved);
      setValues(saved);
    },
    settle: (sent, stored) => {
      setOwn(stored);
      if (isSame(getValues(), sent)) setValues(stored);
    },
  };
}

/** Values of forms are plain. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
