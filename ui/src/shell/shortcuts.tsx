// Listens for the keyboard's shortcuts and shows them on `?`.
import { lazy, Suspense, useCallback, useState } from "react";
import { useShortcuts } from "./use-shortcuts.ts";
import { loadFile } from "../load-file.ts";

const ShortcutsDialog = lazy(async () => ({
  default: (await loadFile(() => import("./shortcuts-dialog.tsx"))).ShortcutsDialog,
}));

export function Shortcuts({ isAdmin }: { readonly isAdmin: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const open = useCallback(() => setOpen(true), []);
  useShortcuts({ isAdmin, onHelp: open });
  if (!isOpen) return null;
  return (
    <Suspense>
      <ShortcutsDialog isAdmin={isAdmin} onClose={() => setOpen(false)} />
    </Suspense>
  );
}
