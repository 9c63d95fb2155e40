/** The locked program: nothing of the vault is shown, one button opens it. */
import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useAppState } from "../features/app/AppState";
import { RestoreInstead } from "../features/backups/RestoreInstead";
import { isDamage } from "../features/backups/words";
import { host } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { useAction } from "../shared/useAction";
import { Gate } from "./Gate";
import styles from "./Unlock.module.css";
import { VerifyLink } from "./VerifyAlone";

export function Unlock() {
  const { t } = useTranslation();
  const { state, accept } = useAppState();
  const unlock = useAction(async () => accept(await host.unlock()));
  const byCode = useAction(async () => accept(await host.unlockByCode()));
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <Gate environment={state.environment}>
      <h1>{t("ui.unlock.title")}</h1>
      <p className="muted">{t(`ui.unlock.how.${state.protection ?? "passphrase"}`)}</p>
      {unlock.error && <ErrorNotice error={unlock.error} onClose={unlock.clear} />}
      {isDamage(unlock.error) && <RestoreInstead urgent />}
      <div>
        <Button
          ref={button} size="md" variant={isDamage(unlock.error) ? "default" : undefined} loading={unlock.busy} disabled={byCode.busy} leftSection={<Icon name="unlock" />}
          onClick={() => void unlock.run()} data-testid="unlock"
        >
          {t("ui.unlock.button")}
        </Button>
      </div>
      {state.recoveryCode && (
        <section className={styles.spare} aria-labelledby="spare">
          <p id="spare">{t(`ui.unlock.forgot.${state.protection ?? "passphrase"}`)}</p>
          {byCode.error && <ErrorNotice error={byCode.error} onClose={byCode.clear} />}
          <div>
            <Button variant="default" loading={byCode.busy} disabled={unlock.busy} onClick={() => void byCode.run()} data-testid="unlock-by-code">{t("ui.unlock.byCode")}</Button>
          </div>
        </section>
      )}
      <VerifyLink />
    </Gate>
  );
}
