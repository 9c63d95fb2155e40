/** Raising a signature: how far, and the new file beside the old one. */
import { Button, Modal, Radio } from "@mantine/core";
import { useState } from "react";
import { host, type SignatureLevel, type SignedFile } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Verification.module.css";

/** Levels a signature of each format can be raised to; others cannot. */
export const levelsOf: Readonly<Record<string, readonly SignatureLevel[] | undefined>> = {
  cms: ["timestamped", "extended-long", "long-term", "archive"],
  pdf: ["timestamped", "long-term", "archive"],
  xml: ["timestamped", "long-term"],
};

type Props = { opened: boolean; levels: readonly SignatureLevel[]; onClose: () => void; onRaised: (raised: SignedFile) => void };

export function RaiseDialog({ opened, levels, onClose, onRaised }: Props) {
  const { t } = useTexts();
  const [level, setLevel] = useState<SignatureLevel>("timestamped");
  const raise = useAction(async () => onRaised(await host.raiseVerified(level)));
  return (
    <Modal
      opened={opened} onClose={() => !raise.busy && onClose()} title={t("ui.verify.raiseTitle")} size="lg" closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="raise-dialog"
    >
      <div className={styles.stack}>
        <Radio.Group value={level} onChange={(value) => setLevel(value as SignatureLevel)} aria-label={t("ui.signFile.level")}>
          <div className={styles.levels}>
            {levels.map((one) => (
              <Radio key={one} value={one} label={t(`ui.signFile.levels.${one}`)} description={t(`ui.signFile.levelHints.${one}`)} disabled={raise.busy} data-testid={`raise-${one}`} />
            ))}
          </div>
        </Radio.Group>
        <p className="muted small">{t("ui.verify.raiseText")}</p>
        {raise.error && <ErrorNotice error={raise.error} onClose={raise.clear} />}
        <div className={styles.foot}>
          <Button variant="default" onClick={onClose} disabled={raise.busy}>{t("ui.cancel")}</Button>
          <Button loading={raise.busy} onClick={() => void raise.run()} data-testid="raise-confirm" data-autofocus>{t("ui.verify.raiseTitle")}</Button>
        </div>
      </div>
    </Modal>
  );
}
