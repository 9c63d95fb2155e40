/** One letter of Госпочта: closed until a person opens it, then text and files. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { AnswerDialog, Answers } from "../features/mail/Answers";
import { Files } from "../features/mail/Files";
import { Keeping } from "../features/mail/Keeping";
import { LetterState } from "../features/mail/LetterState";
import styles from "../features/mail/Mail.module.css";
import { OpenDialog } from "../features/mail/OpenDialog";
import { host, type LetterForm, type LetterRef, type MailLetter } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { ActionBar, Back, Page } from "../shared/Page";
import { Facts, Loading, Strip } from "../shared/Pieces";
import { paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

/** Of a deleted letter only the sender is left to be called by. */
const titleOf = ({ row }: MailLetter) => (row.state === "deleted" ? row.sender : (row.subject ?? row.sender));

export function Letter({ letter }: { letter: LetterRef }) {
  const { t } = useTexts();
  const query = useHostQuery(`letter ${letter.message}`, () => host.letter(letter), ["mail-changed"]);
  const view = query.data;
  const back = <Back to={paths.mail} testId="mail-back">{t("ui.mail.back")}</Back>;
  return (
    <Page title={view ? titleOf(view) : t("ui.mail.title")} above={back} bar={view && <Bar view={view} />}>
      {query.error && <ErrorNotice error={query.error} onRetry={() => void query.reload()} />}
      {!view && !query.error && <Loading rows={4} />}
      {view && <Body view={view} />}
    </Page>
  );
}

function Body({ view }: { view: MailLetter }) {
  const { t, exact, dateTime } = useTexts();
  const { row, text } = view;
  const deleted = row.state === "deleted";
  return (
    <>
      <Facts
        rows={[
          [t("ui.mail.from"), row.sender], [t("ui.mail.came"), exact(row.created)], [t("ui.mail.status"), <LetterState key="state" row={row} />],
          deleted ? [t("ui.mail.number"), view.number] : null,
          ...Object.entries(view.params).map(([name, value]) => [name, value ?? ""] as const),
        ]}
      />
      {text === null ? (
        <div className={styles.section}>
          {deleted ? (
            <Strip tone="info" testId="letter-deleted">{t("ui.mail.deleted", { when: row.at ? dateTime(row.at) : "" })}</Strip>
          ) : (
            <Strip tone="info" icon="lock" testId="letter-closed">{t("ui.mail.open.closed")}</Strip>
          )}
        </div>
      ) : (
        <>
          <section className={styles.section}>
            <h2>{t("ui.mail.text")}</h2>
            <p className={styles.text} data-testid="letter-text">{text === "" ? t("ui.mail.noText") : text}</p>
            <p className="muted small">{t("ui.mail.plain")}</p>
          </section>
          <Files letter={row.letter} files={view.files} />
        </>
      )}
      {(text !== null || view.answers.length > 0) && <Answers view={view} />}
      {view.keeping && <Keeping letter={row.letter} keeping={view.keeping} />}
    </>
  );
}

function Bar({ view }: { view: MailLetter }) {
  const { t } = useTexts();
  const [opening, setOpening] = useState(false);
  const [answering, setAnswering] = useState(false);
  const save = useAction(async (form: LetterForm) => host.saveLetter(view.row.letter, form));
  const isOpen = view.text !== null;
  return (
    <ActionBar lead={save.error && <ErrorNotice error={save.error} onClose={save.clear} compact />}>
      {isOpen ? (
        <>
          {(["txt", "xml"] as const).map((form) => (
            <Button key={form} variant="default" loading={save.busy} leftSection={<Icon name="save" size={16} />} onClick={() => void save.run(form)} data-testid={`letter-save-${form}`}>{t(`ui.mail.save.${form}`)}</Button>
          ))}
          <Button onClick={() => setAnswering(true)} data-testid="letter-answer">{t("ui.mail.answer")}</Button>
        </>
      ) : (
        <Button leftSection={<Icon name="unlock" size={16} />} onClick={() => setOpening(true)} data-testid="letter-open">{t("ui.mail.open.button")}</Button>
      )}
      {isOpen && <AnswerDialog view={view} opened={answering} onClose={() => setAnswering(false)} />}
      <OpenDialog letter={view.row.letter} opened={opening} onClose={() => setOpening(false)} />
    </ActionBar>
  );
}
