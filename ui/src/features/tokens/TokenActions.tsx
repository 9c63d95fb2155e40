/** What can be done with a token. PINs have their own window, files the dialogs of the system; what came of it is said in place. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { host, type TokenView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { isDead } from "./PinNotes";
import styles from "./Tokens.module.css";

type Props = { token: TokenView; onChanged: () => void; onOrder: () => void };

type Deed = "change-pin" | "unblock" | "import" | "forget";

export function TokenActions({ token, onChanged, onOrder }: Props) {
  const { t, date } = useTexts();
  const [running, setRunning] = useState<Deed | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const deeds: Record<Deed, () => Promise<string | null>> = {
    "change-pin": async () => {
      await host.changePin(token.id);
      return t("ui.tokens.done.pinChanged");
    },
    unblock: async () => {
      await host.unblockPin(token.id);
      return t("ui.tokens.done.unblocked");
    },
    import: async () => {
      const written = await host.importCertificate(token.id);
      return written && t("ui.tokens.done.imported", { holder: written.holder, date: date(written.notAfter) });
    },
    forget: async () => {
      await host.forgetKeyFile(token.id);
      return null;
    },
  };
  const action = useAction(async (deed: Deed) => {
    setRunning(deed);
    setDone(null);
    try {
      setDone(await deeds[deed]());
    } finally {
      // A wrong entry has changed what the token says of its tries.
      onChanged();
    }
  });
  const button = (deed: Deed, icon: "lock" | "unlock" | "save" | "close", urgent = false) => (
    <Button
      variant={urgent ? "filled" : "default"} size="compact-md" leftSection={<Icon name={icon} size={16} />} loading={action.busy && running === deed}
      disabled={action.busy} onClick={() => void action.run(deed)} data-testid={`${deed}-${token.id}`}
    >
      {t(`ui.tokens.do.${deed}`)}
    </Button>
  );
  const locked = token.pin === "locked";
  return (
    <>
      <div className={styles.actions}>
        {token.holder === "token" && !locked && button("change-pin", "lock", token.pin === "must-change")}
        {token.holder === "token" && locked && !isDead(token) && button("unblock", "unlock", true)}
        {token.holder === "token" && !locked && !token.passive && button("import", "save")}
        {token.makes.length > 0 && !locked && (
          <Button variant="default" size="compact-md" leftSection={<Icon name="plus" size={16} />} disabled={action.busy} onClick={onOrder} data-testid={`order-${token.id}`}>
            {t("ui.tokens.do.order")}
          </Button>
        )}
        {token.holder === "key-file" && button("forget", "close")}
        <span role="status" data-testid={`done-${token.id}`}>{done && <Label tone="ok">{done}</Label>}</span>
      </div>
      {action.error && <ErrorNotice error={action.error} onClose={action.clear} />}
    </>
  );
}
