// The keys of the keyboard.
export const shortcuts = {
  title: "Keyboard shortcuts",
  search: "To the search of the page",
  help: "This list",
  home: "Home",
  chat: "Chat",
  settings: "Settings",
  fleet: "Fleet",
  next: "then",
  enabled: "Use keyboard shortcuts",
  enabledHint: "In this browser. When they are off, ? opens this list all the same.",
} as const;
