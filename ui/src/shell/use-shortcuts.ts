// The keyboard's shortcuts: one key, or `g` and one more within a moment. Never while someone writes or a dialog is open.
import { useLocalStorage } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useLayoutEffect, useRef } from "react";

const GOES_WITHIN_MS = 1_500;
const WRITABLE = "input, textarea, select, [contenteditable]:not([contenteditable=false]), [role=combobox], [role=listbox]";
const IN_FRONT = "[role=dialog], [role=alertdialog], [role=menu]";

/** Second key after `g`. `fleet` is an administrator's. */
export const GOES = [
  { key: "h", name: "home", to: "/", isAdmins: false },
  { key: "c", name: "chat", to: "/chat", isAdmins: false },
  { key: "s", name: "settings", to: "/settings", isAdmins: false },
  { key: "f", name: "fleet", to: "/admin/fleet", isAdmins: true },
] as const;

/** Kept in this browser. Single keys get in the way of some who speak to their computer (WCAG 2.1.4). */
export function useShortcutsSetting() {
  return useLocalStorage({ key: "mosaic-shortcuts", defaultValue: true, getInitialValueInEffect: false });
}

export interface ShortcutsOptions {
  readonly isAdmin: boolean;
  readonly onHelp: () => void;
}

export function useShortcuts({ isAdmin, onHelp }: ShortcutsOptions): void {
  const navigate = useNavigate();
  const [isOn] = useShortcutsSetting();
  const leadAtMs = useRef(Number.NEGATIVE_INFINITY);
  // Together with the page, not after it is painted: on a busy machine people press keys in between.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isSecond = event.timeStamp - leadAtMs.current <= GOES_WITHIN_MS;
      leadAtMs.current = Number.NEGATIVE_INFINITY;
      if (isMeantForOthers(event)) return;
      if (event.key === "?") return onHelp();
      if (!isOn) return;
      const goal = isSecond ? GOES.find(({ key, isAdmins }) => key === event.key && (isAdmin || !isAdmins)) : undefined;
      if (goal !== undefined) void navigate({ to: goal.to });
      else if (event.key === "g") leadAtMs.current = event.timeStamp;
      else if (event.key === "/" && focusSearch()) event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [isAdmin, isOn, navigate, onHelp]);
}

function isMeantForOthers(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || event.repeat) return true;
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if (document.querySelector(IN_FRONT) !== null) return true;
  return event.target instanceof Element && event.target.closest(WRITABLE) !== null;
}

/** False when the page has nothing to search in; the key is then the browser's. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>("main input[type=search]");
  field?.focus();
  field?.select();
  return field !== null;
}
