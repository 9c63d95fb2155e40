/** Mantine dressed in the tokens of styles/tokens.css. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const ink: MantineColorsTuple = [
  "#eef7f5", "#dfeeeb", "#bcdcd6", "#92c7bf", "#64c8bd", "#3a9c93", "#1f7c76", "#0b5d5b", "#084a49", "#063a39",
];

const gray: MantineColorsTuple = [
  "#f3f4ef", "#eaece6", "#e2e5de", "#d8dcd4", "#7d8b88", "#6b7977", "#51626a", "#3c4b52", "#27383d", "#16262a",
];
const dark: MantineColorsTuple = [
  "#e6eceb", "#b8c4c3", "#a3b3b2", "#8a9c9a", "#708482", "#2c3b3d", "#1e2b2d", "#172123", "#121b1c", "#0f1718",
];

const heading = { title: { fontSize: "var(--text-lg)", fontWeight: 620 } };

export const theme = createTheme({
  primaryColor: "ink",
  primaryShade: { light: 7, dark: 6 },
  // The fifth grey borders every field and box: it needs three to one against the surface.
  colors: { ink, gray, dark },
  fontFamily: "var(--font-ui)",
  fontFamilyMonospace: "var(--font-mono)",
  fontSizes: { xs: "12px", sm: "14px", md: "15px", lg: "16px", xl: "20px" },
  defaultRadius: 6,
  headings: { fontWeight: "620" },
  focusRing: "auto",
  cursorType: "pointer",
  components: {
    // The page never scrolls as a whole, and locking would inject a style the content security policy refuses.
    Button: { defaultProps: { size: "sm" }, styles: { label: { whiteSpace: "normal", lineHeight: 1.2 } } },
    Modal: { styles: heading, defaultProps: { centered: true, lockScroll: false, overlayProps: { backgroundOpacity: 0.45 } } },
    Drawer: { styles: heading, defaultProps: { lockScroll: false, overlayProps: { backgroundOpacity: 0.35 } } },
    // Quieter than the bar in both themes.
    Progress: { styles: { root: { backgroundColor: "var(--line)" } } },
    SegmentedControl: { defaultProps: { withItemsBorders: false } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, multiline: true } },
  },
});

const shared = {
  "--mantine-color-body": "var(--surface)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--muted)",
  "--mantine-color-placeholder": "var(--muted)",
  "--mantine-color-error": "var(--bad)",
  "--mantine-color-default": "var(--surface)",
  "--mantine-color-default-hover": "var(--hover)",
  "--mantine-color-default-color": "var(--ink)",
  "--mantine-color-default-border": "var(--line-strong)",
  "--mantine-color-ink-light": "var(--accent-soft)",
  "--mantine-color-ink-light-hover": "var(--hover)",
  "--mantine-color-ink-light-color": "var(--accent)",
  "--mantine-color-anchor": "var(--accent)",
};

export const resolveVariables: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
