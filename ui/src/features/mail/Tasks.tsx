/** Ordered lists: how far each is, and asking the portal about it. */
import { Button } from "@mantine/core";
import { host, type MailTaskView, type MailView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Label, type Tone } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Mail.module.css";

const tones: Record<string, Tone> = { preparing: "info", partial: "warn", taken: "ok", failed: "bad", gone: "quiet" };

export function Tasks({ mail }: { mail: MailView }) {
  const { t } = useTexts();
  if (mail.tasks.length === 0) return null;
  const spent = mail.budget.fetchesLeft === 0;
  return (
    <section className={styles.section}>
      <h2>{t("ui.mail.tasks.title")}</h2>
      {spent && <p className="muted small" data-testid="mail-fetches-spent">{t("ui.mail.tasks.fetchesSpent")}</p>}
      <ul className={styles.list}>{mail.tasks.map((task) => <Task key={task.id} task={task} spent={spent} />)}</ul>
    </section>
  );
}

function Task({ task, spent }: { task: MailTaskView; spent: boolean }) {
  const { t, date, dateTime } = useTexts();
  const look = useAction(async () => host.lookAtMail(task.id));
  const waits = task.state === "preparing" || task.state === "partial";
  return (
    <li className={styles.row} data-testid="mail-task" data-state={task.state}>
      <div className={styles.what}>
        <b>{t("ui.mail.tasks.day", { day: date(task.day) })}</b>
        <Label tone={tones[task.state] ?? "quiet"} icon={task.state === "preparing" ? "clock" : undefined}>
          {t(`ui.mail.tasks.state.${task.state}`)}
          {task.total !== null && `, ${t("ui.mail.tasks.found", { count: task.total })}`}
        </Label>
        <span className="muted small">
          {t("ui.mail.tasks.ordered", { who: task.who, when: dateTime(task.ordered) })}
          {task.looked && `, ${t("ui.mail.tasks.looked", { when: dateTime(task.looked) })}`}
        </span>
        {look.error && <ErrorNotice error={look.error} onClose={look.clear} compact />}
      </div>
      {waits && (
        <Button variant="default" loading={look.busy} disabled={spent} onClick={() => void look.run()} data-testid="mail-look">{t("ui.mail.tasks.look")}</Button>
      )}
    </li>
  );
}
