/** Answering a letter by a document, and the documents that answer it. */
import { Button, Modal, Textarea } from "@mantine/core";
import { useState } from "react";
import { host, type MailLetter } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Facts, Strip } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { StageLabel } from "../documents/stages";
import styles from "./Mail.module.css";

/** Characters the program takes. */
const LONGEST = 20_000;

export function Answers({ view }: { view: MailLetter }) {
  const { t } = useTexts();
  return (
    <section className={styles.section} data-testid="letter-answers">
      <h2>{t("ui.mail.answers.title")}</h2>
      {view.answers.length === 0 && <p className="muted">{t("ui.mail.answers.none")}</p>}
      <ul className={styles.list}>
        {view.answers.map((answer) => (
          <li key={answer.document}>
            <a className={styles.row} href={`#${paths.document(answer.document)}`} data-testid="letter-answer-row">
              <span className={styles.what}>{answer.title}</span>
              <StageLabel stage={answer.stage} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

type DialogProps = { view: MailLetter; opened: boolean; onClose: () => void };

export function AnswerDialog({ view, opened, onClose }: DialogProps) {
  const { t } = useTexts();
  return (
    <Modal opened={opened} onClose={onClose} title={t("ui.mail.answers.dialogTitle")} size="lg" closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
      <Answer view={view} onClose={onClose} />
    </Modal>
  );
}

function Answer({ view, onClose }: Omit<DialogProps, "opened">) {
  const { t, date } = useTexts();
  const { row, number } = view;
  const [text, setText] = useState("");
  const [refused, setRefused] = useState<string[]>([]);
  const create = useAction(async () => go(paths.document(await host.answerLetter({ letter: row.letter, text }))));
  const attach = useAction(async () => {
    const outcomes = await host.answerLetterWithFiles(row.letter);
    const [first] = outcomes.map(({ documentId, duplicateOf }) => documentId ?? duplicateOf).filter((id) => id !== null);
    setRefused(outcomes.filter(({ error }) => error !== null).map(({ name }) => name));
    if (first && outcomes.every(({ error }) => error === null)) go(paths.document(first));
    else if (first) onClose();
  });
  const error = create.error ?? attach.error;
  const busy = create.busy || attach.busy;
  const day = date(row.created);
  const about = number ? t("ui.mail.answers.reference", { number, day }) : t("ui.mail.answers.referenceDay", { day });
  return (
    <div className={styles.dialog} data-testid="answer-dialog">
      <Facts rows={[[t("ui.mail.answers.to"), row.sender], [t("ui.mail.answers.about"), row.subject ? `${about}, «${row.subject}»` : about]]} />
      <Textarea
        label={t("ui.mail.answers.text")} description={t("ui.mail.answers.textHint")} value={text} maxLength={LONGEST} rows={9} data-autofocus
        onChange={(event) => setText(event.currentTarget.value)} data-testid="answer-text"
      />
      <Strip tone="info" testId="answer-way"><p>{t("ui.mail.answers.way")}</p></Strip>
      {refused.length > 0 && <Strip tone="warn" testId="answer-refused"><p>{t("ui.mail.answers.refused", { files: refused.join(", ") })}</p></Strip>}
      {error && <ErrorNotice error={error} onClose={() => { create.clear(); attach.clear(); }} />}
      <div className={styles.foot}>
        <Button variant="default" onClick={onClose} disabled={busy}>{t("ui.cancel")}</Button>
        <Button variant="default" leftSection={<Icon name="open" size={16} />} loading={attach.busy} disabled={busy} onClick={() => void attach.run()} data-testid="answer-files">{t("ui.mail.answers.files")}</Button>
        <Button loading={create.busy} disabled={busy || text.trim() === ""} onClick={() => void create.run()} data-testid="answer-create">{t("ui.mail.answers.create")}</Button>
      </div>
    </div>
  );
}
