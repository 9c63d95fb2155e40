/** Mantine with the program's theme and the nonce the content security policy asks for. */
import { MantineProvider, useMantineColorScheme, type MantineColorSchemeManager } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import type { Theme } from "../ipc";
import { resolveVariables, theme } from "./theme";

const nonce = () => document.getElementById("csp-nonce")?.nonce ?? "";

/** Without transitions tests see at once what a user sees in a moment. */
const environment = import.meta.env.MODE === "test" ? "test" : "default";

/** The choice lives in the host's settings; the page stores nothing. */
const forgetful: MantineColorSchemeManager = {
  get: (fallback) => fallback, set: () => {}, subscribe: () => {}, unsubscribe: () => {}, clear: () => {},
};

export function Themed({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      env={environment} theme={theme} cssVariablesResolver={resolveVariables} getStyleNonce={nonce} colorSchemeManager={forgetful} defaultColorScheme="auto"
    >
      {children}
    </MantineProvider>
  );
}

/** Applies the chosen theme to the page it stands in. */
export function ChosenTheme({ theme: chosen }: { theme: Theme }) {
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => setColorScheme(chosen === "system" ? "auto" : chosen), [chosen, setColorScheme]);
  return null;
}
