/** Taking files in: by the button, by dropping them anywhere on the window, and the report of what became of each. */
import { Button, Modal } from "@mantine/core";
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { host, onFileDrag, subscribe, type ImportOutcome, type ImportProgress, type LetterView, type UiError } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label } from "../../shared/Pieces";
import { go, paths, useRoute } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useAppState } from "../app/AppState";
import { LetterFacts } from "../handOver/LetterFacts";
import { ImportNote } from "./ImportNote";
import styles from "./Imports.module.css";

type Value = {
  open: () => void;
  /** What became of files that came in another way. */
  show: (outcomes: ImportOutcome[]) => void;
  busy: boolean;
  error: UiError | null;
  clearError: () => void;
};

const Context = createContext<Value | null>(null);

export function useImports(): Value {
  const value = useContext(Context);
  if (!value) throw new Error("useImports outside Imports");
  return value;
}

export function Imports({ children }: { children: ReactNode }) {
  const [report, setReport] = useState<ImportOutcome[] | null>(null);
  const [dragging, setDragging] = useState(false);
  const [progress, setProgress] = useState<ImportProgress | null>(null);

  const show = useCallback((outcomes: ImportOutcome[]) => {
    const [first] = outcomes;
    // Several files may make one document.
    const added = first?.documentId && !first.letter?.organisation && outcomes.every(({ documentId }) => documentId === first.documentId);
    if (added && first.documentId) go(paths.document(first.documentId));
    else if (outcomes.length === 1 && first?.draftId && !first.letter) go(paths.draft(first.draftId));
    else if (outcomes.length > 0) setReport(outcomes);
  }, []);

  const pick = useAction(async () => show(await host.pickDocuments()));
  useEffect(() => subscribe("imported", show), [show]);
  useEffect(() => subscribe("import-progress", setProgress), []);
  useEffect(() => onFileDrag(setDragging), []);

  const value = useMemo<Value>(
    () => ({ open: () => void pick.run(), show, busy: pick.busy, error: pick.error, clearError: pick.clear }),
    [pick.run, pick.busy, pick.error, pick.clear, show],
  );
  return (
    <Context value={value}>
      {children}
      {dragging && <DropOverlay />}
      {progress && <ImportNote progress={progress} />}
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
      {byLetter(outcomes ?? []).map(({ letter, rows }, index) => (
        <section key={index} className={styles.letter}>
          {letter && <Letter letter={letter} onOpen={onClose} />}
          <ul className={styles.list}>
            {rows.map((outcome, row) => (
              <li key={row} className={styles.row}>
                {outcome.name && <span className={styles.name}>{outcome.name}</span>}
                <Outcome outcome={outcome} onOpen={onClose} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <Button mt="md" onClick={onClose} data-testid="import-done">{t("ui.import.done")}</Button>
    </Modal>
  );
}

/** What came in one file stands together under what was said with it. */
function byLetter(outcomes: ImportOutcome[]): { letter: LetterView | null; rows: ImportOutcome[] }[] {
  const groups: { letter: LetterView | null; rows: ImportOutcome[] }[] = [];
  for (const outcome of outcomes) {
    const last = groups.at(-1);
    if (last && JSON.stringify(last.letter) === JSON.stringify(outcome.letter)) last.rows.push(outcome);
    else groups.push({ letter: outcome.letter, rows: [outcome] });
  }
  return groups;
}

function Letter({ letter, onOpen }: { letter: LetterView; onOpen: () => void }) {
  const { t } = useTranslation();
  const { state, accept } = useAppState();
  const organisation = state.organisations.find((one) => one.id === letter.organisation);
  const change = useAction(async () => {
    if (organisation) accept(await host.selectOrganisation(organisation.id));
    go(paths.documents("mine"));
    onOpen();
  });
  const who = letter.colleague ?? letter.from;
  return (
    <div className={styles.said} data-testid="import-letter">
      <LetterFacts who={letter.from} colleague={letter.colleague} note={letter.note} lead={t(letter.back ? "ui.import.cameBack" : "ui.import.came", { who })} />
      {organisation && <p>{t("ui.import.elsewhere", { name: organisation.name })}</p>}
      {change.error && <ErrorNotice error={change.error} onClose={change.clear} />}
      <Button size="xs" variant="default" leftSection={<Icon name={organisation ? "organisation" : "documents"} size={16} />} loading={change.busy} onClick={() => void change.run()} data-testid="import-show">
        {t(organisation ? "ui.import.goThere" : letter.back ? "ui.import.showToSend" : "ui.import.showToSign")}
      </Button>
    </div>
  );
}

function Outcome({ outcome, onOpen }: { outcome: ImportOutcome; onOpen: () => void }) {
  const { t } = useTranslation();
  if (outcome.error) return <ErrorNotice error={outcome.error} quiet />;
  if (outcome.draftId) {
    return (
      <span>
        <Label tone="ok">{t("ui.import.draft")}</Label>{" "}
        {!outcome.letter?.organisation && <a href={`#${paths.draft(outcome.draftId)}`} onClick={onOpen}>{t("ui.import.open")}</a>}
      </span>
    );
  }
  const id = outcome.duplicateOf ?? outcome.documentId;
  return (
    <div>
      {outcome.duplicateOf && outcome.signatures > 0 ? (
        <Label tone="ok">{t("ui.import.signatures", { count: outcome.signatures })}</Label>
      ) : outcome.duplicateOf && outcome.renewed ? (
        <Label tone="ok">{t("ui.import.renewed")}</Label>
      ) : outcome.duplicateOf ? (
        <Label tone="info">{t("ui.import.duplicate")}</Label>
      ) : (
        <Label tone="ok">{t("ui.import.added")}</Label>
      )}{" "}
      {id && !outcome.letter?.organisation && <a href={`#${paths.document(id)}`} onClick={onOpen}>{t("ui.import.open")}</a>}
      {outcome.problems.map((problem, index) => <ErrorNotice key={index} error={problem} quiet compact />)}
    </div>
  );
}
