/** Registrations at the portal: how far each is, what is missing, what was refused and why, questions with their terms. */
import { Button, Select, Textarea } from "@mantine/core";
import { useState } from "react";
import { host, type ClarificationView, type RegistrationView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Facts, Label, Strip, type Tone } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Cabinet.module.css";
import { useDocumentOptions } from "./useDocumentOptions";

const tones: Record<string, Tone> = { "in-review": "info", registered: "ok", refused: "bad" };

type Props = { all: RegistrationView[]; accept: (all: RegistrationView[]) => void; onCorrect: (id: string) => void };

export function Registrations({ all, accept, onCorrect }: Props) {
  const { t } = useTexts();
  if (all.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="registrations">
      <h2 id="registrations">{t("ui.organisations.registration.title")}</h2>
      <ul className={styles.cards} data-testid="registrations">{all.map((one) => <Row key={one.id} one={one} accept={accept} onCorrect={onCorrect} />)}</ul>
    </section>
  );
}

function Row({ one, accept, onCorrect }: { one: RegistrationView } & Omit<Props, "all">) {
  const { t, has, dateTime, date } = useTexts();
  const act = useAction(async (work: () => Promise<RegistrationView[]>) => accept(await work()));
  const save = useAction(() => host.saveConfirmation(one.id));
  const word = has(`ui.organisations.registration.${one.status}`) ? t(`ui.organisations.registration.${one.status}`) : one.status;
  return (
    <li className={styles.card} data-testid={`registration-${one.id}`}>
      <div className={styles.head}>
        <h3 className={styles.name}>{one.name ?? one.number ?? one.id}</h3>
        <Label tone={tones[one.status] ?? "info"}>{word}</Label>
      </div>
      <Facts
        rows={[
          [t("ui.organisations.registration.number"), one.number],
          [t("ui.organisations.registration.expected"), one.expected && date(one.expected)],
          [t("ui.organisations.registration.certificateNumber"), one.certificateNumber],
          [t("ui.organisations.registration.activated"), one.activated && date(one.activated)],
          [t("ui.organisations.registration.reason"), one.reason],
          [t("ui.organisations.registration.updated"), one.updated && dateTime(one.updated)],
        ]}
      />
      <Points title={t("ui.organisations.registration.missing")} points={one.missing} />
      <Points title={t("ui.organisations.registration.corrections")} points={one.corrections} />
      {one.clarifications.map((question) => (
        <Question key={question.id} question={question} busy={act.busy} answer={(text, document) => void act.run(() => host.clarifyRegistration(one.id, question.id, text, document))} />
      ))}
      {(act.error ?? save.error) && <ErrorNotice error={(act.error ?? save.error)!} onClose={act.clear} compact />}
      <div className={styles.actions}>
        <Button size="compact-md" variant="default" loading={act.busy} onClick={() => void act.run(() => host.refreshRegistration(one.id))} data-testid="registration-refresh">{t("ui.organisations.registration.refresh")}</Button>
        {one.status === "registered" && <Button size="compact-md" loading={save.busy} onClick={() => void save.run()} data-testid="registration-save">{t("ui.organisations.registration.save")}</Button>}
        {one.status === "refused" && <Button size="compact-md" onClick={() => onCorrect(one.id)} data-testid="registration-fix">{t("ui.organisations.registration.fix")}</Button>}
      </div>
      {one.status === "refused" && <p className="muted small">{t("ui.organisations.registration.restarts")}</p>}
    </li>
  );
}

function Points({ title, points }: { title: string; points: string[] }) {
  if (points.length === 0) return null;
  return (
    <div>
      <p className="small">{title}:</p>
      <ul>{points.map((point, index) => <li key={index}>{point}</li>)}</ul>
    </div>
  );
}

function Question({ question, busy, answer }: { question: ClarificationView; busy: boolean; answer: (text: string, document: string | null) => void }) {
  const { t, date } = useTexts();
  const options = useDocumentOptions();
  const [text, setText] = useState("");
  const [document, setDocument] = useState<string | null>(null);
  return (
    <Strip tone={question.answered ? "quiet" : "warn"} testId={`question-${question.id}`}>
      <p><b>{t("ui.organisations.registration.question")}</b>: {question.text}</p>
      {question.due && !question.answered && <p>{t("ui.organisations.registration.due")} {date(question.due)}</p>}
      {question.answered ? <p className="muted">{t("ui.organisations.registration.answered")}</p> : (
        <>
          <Textarea label={t("ui.organisations.registration.answer")} value={text} onChange={(event) => setText(event.currentTarget.value)} rows={3} maxLength={4000} />
          <Select
            label={t("ui.organisations.registration.attach")} data={options} value={document} onChange={setDocument} searchable clearable placeholder={t("ui.organisations.form.noDocument")} data-testid="question-document"
          />
          <div><Button size="compact-md" loading={busy} disabled={text.trim() === ""} onClick={() => answer(text, document)} data-testid="question-send">{t("ui.organisations.registration.send")}</Button></div>
        </>
      )}
    </Strip>
  );
}
