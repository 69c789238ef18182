// A line above the page, about something that lasts and takes nothing away.
import type { ReactNode } from "react";

const STYLE = {
  padding: "0.5rem 1rem",
  background: "var(--mosaic-amber-fill)",
  color: "var(--mosaic-amber)",
  fontWeight: 600,
} as const;

export function Bar({ children }: { readonly children: ReactNode }) {
  return (
    <div role="status" style={STYLE}>
      {children}
    </div>
  );
}
