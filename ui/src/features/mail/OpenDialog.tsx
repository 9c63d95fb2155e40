/** Before a letter is opened: what follows from it, and the person's word that they know. */
import { Button, Checkbox, Modal } from "@mantine/core";
import { useState } from "react";
import { host, type LetterRef } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Mail.module.css";

type Props = { letter: LetterRef; opened: boolean; onClose: () => void };

export function OpenDialog({ letter, opened, onClose }: Props) {
  const { t } = useTexts();
  return (
    <Modal opened={opened} onClose={onClose} title={t("ui.mail.open.title")} size="lg" closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
      <Content letter={letter} onClose={onClose} />
    </Modal>
  );
}

function Content({ letter, onClose }: Omit<Props, "opened">) {
  const { t } = useTexts();
  const [understood, setUnderstood] = useState(false);
  const open = useAction(async () => {
    await host.openLetter({ letter, understood });
    onClose();
  });
  return (
    <div className={styles.dialog} data-testid="open-dialog">
      <ul className={styles.points}>
        {(["delivered", "undone", "journal"] as const).map((point) => <li key={point}>{t(`ui.mail.open.${point}`)}</li>)}
      </ul>
      <Checkbox checked={understood} onChange={(event) => setUnderstood(event.currentTarget.checked)} label={t("ui.mail.open.understood")} data-testid="open-understood" />
      {open.error && <ErrorNotice error={open.error} onClose={open.clear} />}
      <div className={styles.foot}>
        <Button variant="default" onClick={onClose} disabled={open.busy}>{t("ui.cancel")}</Button>
        <Button loading={open.busy} disabled={!understood} onClick={() => void open.run()} data-testid="open-confirm">{t("ui.mail.open.confirm")}</Button>
      </div>
    </div>
  );
}
