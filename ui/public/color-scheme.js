// Sets the colour scheme before the first paint. The key and the attribute are those of ui/src/theme/color-scheme.ts.
(() => {
  let wanted = "auto";
  try {
    wanted = localStorage.getItem("mosaic-color-scheme") ?? "auto";
  } catch {
    // Storage may be closed to us; the system's scheme is right then.
  }
  const isDark = wanted === "dark" || (wanted !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", isDark ? "dark" : "light");
})();
