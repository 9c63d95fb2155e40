/** For which documents this one is taken by default. */
import { Button, Checkbox, Modal } from "@mantine/core";
import { host, type PoaCard, type PoaFormat } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Poa.module.css";
import { shortNumber } from "./states";

export function ChooseDialog({ card, onChanged, onClose }: { card: PoaCard; onChanged: () => void; onClose: () => void }) {
  const { t } = useTexts();
  const own = card.row.number;
  const choose = useAction(async (format: string, chosen: boolean) => {
    await host.choosePoa(format, chosen ? own : null);
    onChanged();
  });
  const hint = (format: PoaFormat) => {
    if (format.suffices === false) return t("ui.poas.choose.insufficient");
    if (format.chosen && format.chosen !== own) return t("ui.poas.choose.other", { number: shortNumber(format.chosen) });
    return format.suffices === null ? t("ui.poas.choose.unknown") : undefined;
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={t("ui.poas.choose.title")} closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="choose-dialog">
      <div className={styles.stack}>
        <p className="muted">{t("ui.poas.choose.lead")}</p>
        {choose.error && <ErrorNotice error={choose.error} onClose={choose.clear} />}
        {card.formats.map((format) => (
          <Checkbox
            key={format.code} label={format.name} description={hint(format)} checked={format.chosen === own} disabled={choose.busy || (format.suffices === false && format.chosen !== own)}
            onChange={(event) => void choose.run(format.code, event.currentTarget.checked)} data-testid={`choose-${format.code}`}
          />
        ))}
        <div className={styles.buttons}><Button variant="default" onClick={onClose} data-testid="choose-close">{t("ui.close")}</Button></div>
      </div>
    </Modal>
  );
}
