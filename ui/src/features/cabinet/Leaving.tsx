/** Unlinking an organisation, and taking it out of the vault: what is lost is said before, and an export comes first. */
import { Button, Checkbox, Modal } from "@mantine/core";
import { useState } from "react";
import { host, type OrganisationCard, type RemovalOutcome, type UnlinkOutcome } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Strip } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import styles from "./Cabinet.module.css";

type Props = { card: OrganisationCard | null; onClose: () => void };

export function UnlinkDialog({ card, onClose, onDone }: Props & { onDone: (card: OrganisationCard) => void }) {
  const { t } = useTexts();
  const [outcome, setOutcome] = useState<UnlinkOutcome | null>(null);
  const unlink = useAction(async (chosen: OrganisationCard) => {
    const answer = await host.unlinkOrganisation(chosen.oid ?? "");
    if (answer.done) onDone(chosen);
    else setOutcome(answer);
  });
  const close = () => {
    setOutcome(null);
    unlink.clear();
    onClose();
  };
  return (
    <Modal opened={card !== null} onClose={close} title={t("ui.organisations.unlinking.title", { name: card?.name })} closeButtonProps={{ "aria-label": t("ui.close") }}>
      <div className={styles.stack} data-testid="unlink-dialog">
        <p>{t("ui.organisations.unlinking.text")}</p>
        {outcome && outcome.unsent > 0 && <Strip tone="warn" testId="unsent"><p>{t("ui.organisations.unlinking.unsent", { count: outcome.unsent })}</p></Strip>}
        {outcome && outcome.orders.length > 0 && (
          <Strip tone="warn" testId="open-orders">
            <p>{t("ui.organisations.unlinking.orders")}</p>
            <ul>{outcome.orders.map((one) => <li key={one.order}>{one.title} (№ {one.order})</li>)}</ul>
          </Strip>
        )}
        {unlink.error && <ErrorNotice error={unlink.error} onClose={unlink.clear} />}
        <div className={styles.foot}>
          <Button variant="default" onClick={close} data-autofocus>{t("ui.cancel")}</Button>
          <Button color="red" loading={unlink.busy} onClick={() => card && void unlink.run(card)} data-testid="unlink-confirm">{t("ui.organisations.unlinking.confirm")}</Button>
        </div>
      </div>
    </Modal>
  );
}

export function RemoveDialog({ card, onClose, onDone }: Props & { onDone: (outcome: RemovalOutcome) => void }) {
  const { t } = useTexts();
  const { accept, refresh } = useAppState();
  const [sure, setSure] = useState(false);
  const [fromBackups, setFromBackups] = useState(false);
  const close = () => {
    setSure(false);
    setFromBackups(false);
    remove.clear();
    onClose();
  };
  const remove = useAction(async (id: string) => {
    const outcome = await host.removeOrganisation(id, fromBackups);
    onDone(outcome);
    close();
    await refresh();
  });
  const exportFirst = useAction(async (id: string) => {
    if (card && !card.current) accept(await host.selectOrganisation(id));
    go(paths.documents());
  });
  const id = card?.organisationId ?? null;
  return (
    <Modal opened={card !== null} onClose={close} title={t("ui.organisations.removal.title", { name: card?.name })} closeButtonProps={{ "aria-label": t("ui.close") }}>
      <div className={styles.stack} data-testid="remove-dialog">
        <p>{t("ui.organisations.removal.text")}</p>
        <div><Button variant="light" loading={exportFirst.busy} onClick={() => id && void exportFirst.run(id)} data-testid="export-first">{t("ui.organisations.removal.export")}</Button></div>
        <Checkbox checked={fromBackups} onChange={(event) => setFromBackups(event.currentTarget.checked)} label={t("ui.organisations.removal.backups")} description={t("ui.organisations.removal.backupsHint")} data-testid="from-backups" />
        <Checkbox checked={sure} onChange={(event) => setSure(event.currentTarget.checked)} label={t("ui.organisations.removal.sure")} data-testid="remove-sure" />
        {(remove.error ?? exportFirst.error) && <ErrorNotice error={(remove.error ?? exportFirst.error)!} onClose={remove.clear} />}
        <div className={styles.foot}>
          <Button variant="default" onClick={close} data-autofocus>{t("ui.cancel")}</Button>
          <Button color="red" disabled={!sure} loading={remove.busy} onClick={() => id && void remove.run(id)} data-testid="remove-confirm">{t("ui.organisations.removal.confirm")}</Button>
        </div>
      </div>
    </Modal>
  );
}
