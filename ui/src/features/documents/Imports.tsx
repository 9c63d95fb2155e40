/** Taking files in: by the button, by dropping them anywhere on the window, and the report of what became of each. */
import { Button, Modal } from "@mantine/core";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { host, onFileDrag, subscribe, type ImportOutcome, type UiError } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label } from "../../shared/Pieces";
import { go, paths, useRoute } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import styles from "./Imports.module.css";

type Value = { open: () => void; busy: boolean; error: UiError | null; clearError: () => void };

const Context = createContext<Value | null>(null);

export function useImports(): Value {
  const value = useContext(Context);
  if (!value) throw new Error("useImports outside Imports");
  return value;
}

export function Imports({ children }: { children: ReactNode }) {
  const [report, setReport] = useState<ImportOutcome[] | null>(null);
  const [dragging, setDragging] = useState(false);

  const show = useCallback((outcomes: ImportOutcome[]) => {
    const [first] = outcomes;
    // Several files may make one document.
    const added = first?.documentId && outcomes.every(({ documentId }) => documentId === first.documentId);
    if (added && first.documentId) go(paths.document(first.documentId));
    else if (outcomes.length === 1 && first?.draftId) go(paths.draft(first.draftId));
    else if (outcomes.length > 0) setReport(outcomes);
  }, []);

  const pick = useAction(async () => show(await host.pickDocuments()));
  useEffect(() => subscribe("imported", show), [show]);
  useEffect(() => onFileDrag(setDragging), []);

  const value = useMemo<Value>(
    () => ({ open: () => void pick.run(), busy: pick.busy, error: pick.error, clearError: pick.clear }),
    [pick.run, pick.busy, pick.error, pick.clear],
  );
  return (
    <Context value={value}>
      {children}
      {dragging && <DropOverlay />}
      <Report outcomes={report} onClose={() => setReport(null)} />
    </Context>
  );
}

function DropOverlay() {
  const { t } = useTranslation();
  const { screen } = useRoute();
  return (
    <div className={styles.overlay} data-testid="drop-overlay">
      <div className={styles.target}>
        <Icon name="save" size={44} />
        {screen === "verify" ? t("ui.import.dropToVerify") : screen === "sign-file" ? t("ui.import.dropToSign") : t("ui.import.drop")}
      </div>
    </div>
  );
}

function Report({ outcomes, onClose }: { outcomes: ImportOutcome[] | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={outcomes !== null} onClose={onClose} size="lg" title={t("ui.import.title")}
      closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="import-report"
    >
      <ul className={styles.list}>
        {outcomes?.map((outcome, index) => (
          <li key={index} className={styles.row}>
            <span className={styles.name}>{outcome.name}</span>
            <Outcome outcome={outcome} onOpen={onClose} />
          </li>
        ))}
      </ul>
      <Button mt="md" onClick={onClose} data-testid="import-done">{t("ui.import.done")}</Button>
    </Modal>
  );
}

function Outcome({ outcome, onOpen }: { outcome: ImportOutcome; onOpen: () => void }) {
  const { t } = useTranslation();
  if (outcome.error) return <ErrorNotice error={outcome.error} quiet />;
  if (outcome.draftId) {
    return (
      <span>
        <Label tone="ok">{t("ui.import.draft")}</Label> <a href={`#${paths.draft(outcome.draftId)}`} onClick={onOpen}>{t("ui.import.open")}</a>
      </span>
    );
  }
  const id = outcome.duplicateOf ?? outcome.documentId;
  return (
    <div>
      {outcome.duplicateOf ? (
        <Label tone="info">{t("ui.import.duplicate")}</Label>
      ) : (
        <Label tone="ok">{t("ui.import.added")}</Label>
      )}{" "}
      {id && <a href={`#${paths.document(id)}`} onClick={onOpen}>{t("ui.import.open")}</a>}
      {outcome.problems.map((problem, index) => <ErrorNotice key={index} error={problem} quiet compact />)}
    </div>
  );
}
