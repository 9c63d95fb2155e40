/** Powers of attorney that are signed and not on their way to the registry: registered now, or as soon as there is a connection. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { host, type Registered, type Unregistered } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./ToSign.module.css";

export function RegisterNow({ items, onDone }: { items: Unregistered[]; onDone: () => void }) {
  const { t } = useTexts();
  const [done, setDone] = useState<Registered[]>([]);
  const whole = items.filter((item) => item.awaited.length === 0);
  const register = useAction(async () => {
    setDone(await host.registerSigned(whole.map((item) => item.number)));
    onDone();
  });
  const gone = done.filter((one) => one.error === null).length;
  const failed = done.flatMap((one) => (one.error ? [one.error] : []));
  if (items.length === 0 && gone === 0 && failed.length === 0) return null;
  return (
    <>
      {gone > 0 && <Strip tone="ok" testId="to-sign-registered"><p role="status">{t("ui.toSign.register.queued", { count: gone })}</p></Strip>}
      {failed.map((error, index) => <ErrorNotice key={index} error={error} onClose={() => setDone([])} />)}
      {register.error && <ErrorNotice error={register.error} onClose={register.clear} />}
      {items.length > 0 && (
        <Strip tone="warn" icon="outbox" testId="to-sign-unregistered">
          <div className={styles.stripRow}>
            <div>
              <p><b>{t("ui.toSign.register.title", { count: items.length })}</b></p>
              <p>{t("ui.toSign.register.why")}</p>
              {items.filter((item) => item.awaited.length > 0).map((item) => (
                <p key={item.number} data-testid="to-sign-awaited">{t("ui.toSign.register.awaited", { title: item.title, names: item.awaited.join(", ") })}</p>
              ))}
            </div>
            {whole.length > 0 && (
              <Button leftSection={<Icon name="outbox" size={16} />} loading={register.busy} onClick={() => void register.run()} data-testid="to-sign-register">
                {t("ui.toSign.register.button", { count: whole.length })}
              </Button>
            )}
          </div>
        </Strip>
      )}
    </>
  );
}
