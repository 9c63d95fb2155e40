/** Holding something while an audit or a dispute lasts, and releasing it. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import type { HoldView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Retention.module.css";

type Props = { hold: HoldView | null; text: string; set: (why: string | null) => Promise<unknown> };

export function Holding({ hold, text, set: change }: Props) {
  const { t, date } = useTexts();
  const [reason, setReason] = useState("");
  const set = useAction(async (why: string | null) => {
    await change(why);
    setReason("");
  });
  return (
    <section className={styles.section}>
      <h2>{t("ui.retention.hold.title")}</h2>
      {hold ? (
        <>
          <Strip tone="info" icon="lock" testId="held">
            <p><b>{t("ui.retention.hold.since", { when: date(hold.since) })}</b></p>
            <p>{hold.reason}</p>
          </Strip>
          <Button variant="default" loading={set.busy} leftSection={<Icon name="unlock" />} onClick={() => void set.run(null)} data-testid="release">{t("ui.retention.hold.release")}</Button>
        </>
      ) : (
        <>
          <p className="muted">{text}</p>
          <TextInput
            className={styles.wide ?? ""} label={t("ui.retention.hold.reason")} placeholder={t("ui.retention.hold.example")} value={reason} maxLength={300}
            onChange={(event) => setReason(event.currentTarget.value)} data-testid="hold-reason"
          />
          <Button variant="default" loading={set.busy} disabled={reason.trim() === ""} leftSection={<Icon name="lock" />} onClick={() => void set.run(reason)} data-testid="hold">{t("ui.retention.hold.set")}</Button>
        </>
      )}
      {set.error && <ErrorNotice error={set.error} onClose={set.clear} />}
    </section>
  );
}
