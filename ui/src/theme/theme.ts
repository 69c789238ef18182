// The Mantine theme: sizes and variants, with every colour taken from tokens.css.
import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

/** Mantine wants ten shades; ours has one, which the scheme decides. */
const shades = (name: string): MantineColorsTuple => {
  const color = `var(--mosaic-${name})`;
  return [color, color, color, color, color, color, color, color, color, color];
};

/** Accent and danger in each variant; anything else looks as Mantine says. */
const variantColors: VariantColorsResolver = (input) => {
  const name = input.color ?? input.theme.primaryColor;
  if ((name !== "accent" && name !== "danger") || input.variant === "default") return defaultVariantColorsResolver(input);
  const color = (part: string): string => `var(--mosaic-${part})`;
  const quiet = { background: "transparent", hover: color(`${name}-soft`), color: color(name) };
  switch (input.variant) {
    case "filled":
      return {
        background: color(name),
        hover: color(`${name}-hover`),
        color: color(`on-${name}`),
        border: "1px solid transparent",
      };
    case "light":
      return {
        background: color(`${name}-soft`),
        hover: color(`${name}-soft`),
        color: color(name),
        border: "1px solid transparent",
      };
    case "outline":
      return { ...quiet, border: `1px solid ${color(name)}` };
    default:
      return { ...quiet, border: "1px solid transparent" };
  }
};

export const cssVariables: CSSVariablesResolver = () => {
  const variables = {
    "--mantine-color-body": "var(--mosaic-bg)",
    "--mantine-color-text": "var(--mosaic-text)",
    "--mantine-color-bright": "var(--mosaic-text)",
    "--mantine-color-dimmed": "var(--mosaic-dim)",
    "--mantine-color-placeholder": "var(--mosaic-dim)",
    "--mantine-color-anchor": "var(--mosaic-accent)",
    "--mantine-color-error": "var(--mosaic-danger)",
    "--mantine-color-default": "var(--mosaic-surface)",
    "--mantine-color-default-hover": "var(--mosaic-hover)",
    "--mantine-color-default-color": "var(--mosaic-text)",
    "--mantine-color-default-border": "var(--mosaic-line)",
    "--mantine-color-disabled": "var(--mosaic-hover)",
    "--mantine-color-disabled-color": "var(--mosaic-dim)",
    "--mantine-color-disabled-border": "var(--mosaic-line)",
    "--mantine-primary-color-filled": "var(--mosaic-accent)",
    "--mantine-primary-color-filled-hover": "var(--mosaic-accent-hover)",
    "--mantine-primary-color-light": "var(--mosaic-accent-soft)",
    "--mantine-primary-color-light-hover": "var(--mosaic-accent-soft)",
    "--mantine-primary-color-light-color": "var(--mosaic-accent)",
    "--mantine-primary-color-contrast": "var(--mosaic-on-accent)",
    "--mantine-color-accent-filled": "var(--mosaic-accent)",
    "--mantine-color-accent-light": "var(--mosaic-accent-soft)",
    "--mantine-color-accent-light-hover": "var(--mosaic-accent-soft)",
    "--mantine-color-accent-light-color": "var(--mosaic-accent)",
  };
  return { variables: {}, light: variables, dark: variables };
};

const surface = { backgroundColor: "var(--mosaic-surface)" };
/** Borders of things one can write in stand out more than lines that only divide. */
const field = { input: { ...surface, borderColor: "var(--mosaic-control)" } };

export const theme = createTheme({
  primaryColor: "accent",
  colors: { accent: shades("accent"), danger: shades("danger") },
  variantColorResolver: variantColors,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: "0.75rem", sm: "0.875rem", md: "1rem", lg: "1.25rem", xl: "1.5rem" },
  lineHeights: { xs: "1.3333", sm: "1.4286", md: "1.5", lg: "1.4", xl: "1.3333" },
  spacing: { xs: "0.5rem", sm: "0.75rem", md: "1rem", lg: "1.5rem", xl: "2rem" },
  radius: { xs: "4px", sm: "6px", md: "10px", lg: "10px", xl: "16px" },
  defaultRadius: "sm",
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.5rem", lineHeight: "2rem" },
      h2: { fontSize: "1.25rem", lineHeight: "1.75rem" },
      h3: { fontSize: "1rem", lineHeight: "1.5rem" },
    },
  },
  focusRing: "auto",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Paper: { defaultProps: { radius: "md", withBorder: true }, styles: { root: surface } },
    Modal: {
      defaultProps: { centered: true, radius: "md" },
      styles: { header: surface, content: surface, title: { fontWeight: 600, lineHeight: 1.4 } },
    },
    Drawer: { styles: { header: surface, content: surface } },
    Input: { styles: field },
    Menu: { styles: { dropdown: surface } },
    Button: { defaultProps: { size: "sm" } },
    Badge: { defaultProps: { radius: "sm" } },
    SegmentedControl: { styles: { root: { backgroundColor: "var(--mosaic-hover)" }, indicator: surface } },
    Switch: { defaultProps: { withThumbIndicator: false } },
  },
});
