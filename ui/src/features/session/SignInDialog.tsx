/** Signing in again over whatever is open: the page below and all that was typed on it stay. */
import { Modal } from "@mantine/core";
import { createContext, useContext, useMemo, useState, type ReactNode } from "react";
import { useTexts } from "../../shared/useTexts";
import { SignInPanel } from "./SignInPanel";
import own from "./SignInPanel.module.css";

const Context = createContext<(() => void) | null>(null);

export function SignInDialog({ children }: { children: ReactNode }) {
  const { t } = useTexts();
  const [opened, setOpened] = useState(false);
  const open = useMemo(() => () => setOpened(true), []);
  const close = () => setOpened(false);
  const closing = { "aria-label": t("ui.close"), "data-testid": "close-sign-in" };
  return (
    <Context value={open}>
      {children}
      <Modal
        opened={opened} onClose={close} size="min(1080px, 94vw)" title={t("ui.signIn.dialogTitle")} closeOnClickOutside={false}
        closeButtonProps={closing} data-testid="sign-in-dialog"
      >
        <p className={`muted ${own.dialogLead}`}>{t("ui.signIn.dialogText")}</p>
        <SignInPanel onDone={close} />
      </Modal>
    </Context>
  );
}

/** Opens the dialog. */
export function useSignIn(): () => void {
  const open = useContext(Context);
  if (!open) throw new Error("useSignIn outside SignInDialog");
  return open;
}
