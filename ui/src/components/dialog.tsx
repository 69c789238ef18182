// A dialog that gives the focus back. Ours are there only while they are open, and Mantine gives it back only to those that
// have been there before.
import { Modal, type ModalProps } from "@mantine/core";
import { useEffect, useState } from "react";

export function Dialog(props: ModalProps) {
  useFocusBack();
  return <Modal {...props} />;
}

/** Where the first of several dialogs that follow one another was opened from. */
let lastOrigin: HTMLElement | null = null;

function useFocusBack(): void {
  const [origin] = useState(currentOrigin);
  useEffect(() => {
    lastOrigin = origin;
    return () => {
      // Not before the dialog has gone; and not when something else has taken the focus, such as the next dialog.
      setTimeout(() => {
        if (document.activeElement !== null && document.activeElement !== document.body) return;
        const heading = document.querySelector<HTMLElement>("h1");
        (origin?.isConnected === true ? origin : heading)?.focus({ preventScroll: true });
      });
    };
  }, [origin]);
}

/** What was pressed: of a menu, which closes, the button that opens it. */
function currentOrigin(): HTMLElement | null {
  const active = document.activeElement;
  if (!(active instanceof HTMLElement)) return null;
  if (active.closest("[role=dialog]") !== null) return lastOrigin;
  const opener = active.closest("[role=menu]")?.getAttribute("aria-labelledby") ?? null;
  return opener === null ? active : document.getElementById(opener);
}
