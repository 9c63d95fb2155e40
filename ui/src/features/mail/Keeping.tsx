/** How long an opened letter is kept: its term, holding it, and deleting what is in it. */
import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { host, type LetterKeeping, type LetterRef } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Facts, Label, Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { Holding } from "../retention/Holding";
import styles from "./Mail.module.css";

type Props = { letter: LetterRef; keeping: LetterKeeping };

export function Keeping({ letter, keeping }: Props) {
  const { t, date } = useTexts();
  const [deleting, setDeleting] = useState(false);
  const { class: its, until, ended, hold } = keeping;
  return (
    <section className={styles.section} data-testid="letter-keeping">
      <h2>{t("ui.mail.keep.title")}</h2>
      <Facts
        rows={[
          [t("ui.retention.class"), its.title],
          [t("ui.retention.term"), its.years === null ? t("ui.retention.noTerm") : t("ui.retention.years", { count: its.years })],
          [t("ui.retention.until"), until && (ended ? <Label tone="warn">{t("ui.retention.ended", { until: date(until) })}</Label> : date(until))],
          [t("ui.retention.source"), its.source],
        ]}
      />
      <Holding hold={hold} text={t("ui.mail.keep.holdText")} set={(why) => host.setLetterHold(letter, why)} />
      <h2>{t("ui.retention.deleting.title")}</h2>
      <p className="muted">{t("ui.mail.keep.text")}</p>
      <div><Button variant="default" leftSection={<Icon name="close" />} onClick={() => setDeleting(true)} data-testid="letter-delete">{t("ui.mail.keep.delete")}</Button></div>
      <Modal opened={deleting} onClose={() => setDeleting(false)} title={t("ui.mail.keep.dialogTitle")} size="lg" closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
        <DeleteLetter letter={letter} keeping={keeping} onClose={() => setDeleting(false)} />
      </Modal>
    </section>
  );
}

function DeleteLetter({ letter, keeping, onClose }: Props & { onClose: () => void }) {
  const { t, date } = useTexts();
  const [reason, setReason] = useState("");
  const [early, setEarly] = useState(false);
  const remove = useAction(async () => {
    await host.deleteLetter({ letter, reason, early });
    onClose();
  });
  const { ended, hold, until } = keeping;
  if (hold) {
    return (
      <div className={styles.dialog} data-testid="letter-delete-dialog">
        <Strip tone="warn" icon="lock" testId="letter-held"><p>{t("ui.mail.keep.held")}</p></Strip>
        <div className={styles.foot}><Button onClick={onClose}>{t("ui.close")}</Button></div>
      </div>
    );
  }
  return (
    <div className={styles.dialog} data-testid="letter-delete-dialog">
      <p>{t("ui.mail.keep.goes")}</p>
      <p>{t("ui.mail.keep.stays")}</p>
      {!ended && (
        <Strip tone="warn" testId="early">
          <p><b>{until ? t("ui.retention.dialog.keep", { until: date(until) }) : t("ui.mail.keep.early")}</b></p>
          <p>{t("ui.retention.dialog.earlyText")}</p>
          <Checkbox mt="xs" checked={early} onChange={(event) => setEarly(event.currentTarget.checked)} label={t("ui.retention.dialog.earlyConfirm")} data-testid="confirm-early" />
        </Strip>
      )}
      <TextInput
        label={t("ui.retention.dialog.reason")} description={t("ui.retention.dialog.reasonText")} placeholder={t("ui.retention.dialog.example")} value={reason} maxLength={300} required
        onChange={(event) => setReason(event.currentTarget.value)} data-testid="delete-reason"
      />
      {remove.error && <ErrorNotice error={remove.error} onClose={remove.clear} />}
      <div className={styles.foot}>
        <Button variant="default" onClick={onClose} disabled={remove.busy}>{t("ui.cancel")}</Button>
        <Button color="red" loading={remove.busy} disabled={reason.trim() === "" || (!ended && !early)} onClick={() => void remove.run()} data-testid="confirm-delete">{t("ui.mail.keep.confirm")}</Button>
      </div>
    </div>
  );
}
