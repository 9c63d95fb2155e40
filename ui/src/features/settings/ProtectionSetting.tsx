/** What opens the vault: every way, since when, and how it is changed. Secrets have their own window. */
import { Button, Modal } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { host, type Proof, type ProtectionChange } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Label, Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import styles from "./Settings.module.css";

/** What is asked about once more. */
type Removal = Extract<ProtectionChange, `remove-${string}`>;

export function ProtectionSetting() {
  const { t, dateTime } = useTexts();
  const { state, accept } = useAppState();
  const { protection, recoveryCode, keychainAvailable } = state;
  const [done, setDone] = useState<ProtectionChange | null>(null);
  const [leaving, setLeaving] = useState<Removal | null>(null);
  const change = useAction(async (what: ProtectionChange, proof: Proof = "passphrase") => {
    setLeaving(null);
    setDone(null);
    accept(await host.changeProtection(what, proof));
    setDone(what);
  });
  const keychain = protection === "keychain" || protection === "both";
  const passphrase = protection === "passphrase" || protection === "both";
  const act = (what: ProtectionChange, label: string, run: () => void) => (
    <Button variant="default" size="compact-md" disabled={change.busy} onClick={run} data-testid={what}>{label}</Button>
  );
  const remove = (what: Removal, label: string) => act(what, label, () => setLeaving(what));
  return (
    <>
      <p className="muted">{t("ui.protection.hint")}</p>
      <Way name="passphrase" state={passphrase ? <Label tone="ok">{t("ui.protection.passphrase.set")}</Label> : <Label tone="quiet">{t("ui.protection.passphrase.none")}</Label>}>
        {act("set-passphrase", t(passphrase ? "ui.protection.passphrase.change" : "ui.protection.passphrase.add"), () => void change.run("set-passphrase"))}
        {passphrase && recoveryCode && (
          <Button variant="subtle" size="compact-md" disabled={change.busy} onClick={() => void change.run("set-passphrase", "recovery-code")} data-testid="set-passphrase-by-code">
            {t("ui.protection.passphrase.byCode")}
          </Button>
        )}
        {protection === "both" && remove("remove-passphrase", t("ui.protection.remove"))}
      </Way>
      <Way
        name="keychain"
        state={keychain ? <Label tone="ok">{t("ui.protection.keychain.set")}</Label>
          : <Label tone="quiet">{t(keychainAvailable ? "ui.protection.keychain.none" : "ui.protection.keychain.absent")}</Label>}
      >
        {!keychain && keychainAvailable && act("add-keychain", t("ui.protection.keychain.add"), () => void change.run("add-keychain"))}
        {protection === "both" && remove("remove-keychain", t("ui.protection.remove"))}
      </Way>
      <Way
        name="code"
        state={recoveryCode ? <Label tone="ok">{t("ui.protection.code.set", { date: dateTime(recoveryCode) })}</Label> : <Label tone="warn">{t("ui.protection.code.none")}</Label>}
      >
        {act("make-recovery-code", t(recoveryCode ? "ui.protection.code.again" : "ui.protection.code.make"), () => void change.run("make-recovery-code"))}
        {recoveryCode && remove("remove-recovery-code", t("ui.protection.code.void"))}
      </Way>
      {change.error && <ErrorNotice error={change.error} onClose={change.clear} />}
      <div role="status">{done && <Strip tone="ok" testId="protection-done"><p>{t(`ui.protection.done.${done}`)}</p></Strip>}</div>
      <Modal
        opened={leaving !== null} onClose={() => setLeaving(null)} title={leaving && t(`ui.protection.leave.${leaving}.title`)} closeButtonProps={{ "aria-label": t("ui.close") }}
      >
        <p>{leaving && t(`ui.protection.leave.${leaving}.text`)}</p>
        <div className={styles.buttons}>
          <Button variant="default" onClick={() => setLeaving(null)}>{t("ui.cancel")}</Button>
          <Button color="red" onClick={() => leaving && void change.run(leaving)} data-testid="confirm-removal">
            {t(leaving === "remove-recovery-code" ? "ui.protection.code.void" : "ui.protection.remove")}
          </Button>
        </div>
      </Modal>
    </>
  );
}

function Way({ name, state, children }: { name: "passphrase" | "keychain" | "code"; state: ReactNode; children: ReactNode }) {
  const { t } = useTexts();
  return (
    <div className={styles.module} data-testid={`way-${name}`}>
      <div className={styles.moduleHead}>
        <b>{t(`ui.protection.${name}.name`)}</b>
        {state}
      </div>
      <p className="muted small">{t(`ui.protection.${name}.hint`)}</p>
      <div className={styles.actions}>{children}</div>
    </div>
  );
}
