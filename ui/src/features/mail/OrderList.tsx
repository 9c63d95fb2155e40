/** Ordering lists of letters: what it costs of the day's budget is said before. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { host, type MailView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Mail.module.css";

const DAY_MS = 86_400_000;

/** Every day from the first to the last, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to) && days.length < 31; at += DAY_MS) days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

export function OrderList({ mail }: { mail: MailView }) {
  const { t } = useTexts();
  const [from, setFrom] = useState(mail.latest);
  const [to, setTo] = useState(mail.latest);
  const days = daysBetween(from, to);
  const { budget } = mail;
  const order = useAction(async () => host.requestMail(days));
  const field = (label: string, value: string, set: (value: string) => void, testId: string) => (
    <TextInput type="date" label={label} value={value} min={mail.earliest} max={mail.latest} onChange={(event) => set(event.currentTarget.value)} data-testid={testId} />
  );
  return (
    <section className={styles.section}>
      <h2>{t("ui.mail.order.title")}</h2>
      <div className={styles.order}>
        {field(t("ui.mail.order.from"), from, setFrom, "mail-from")}
        {field(t("ui.mail.order.to"), to, setTo, "mail-to")}
        <Button loading={order.busy} disabled={days.length === 0 || days.length > budget.searchesLeft} onClick={() => void order.run()} data-testid="mail-order">
          {t("ui.mail.order.button", { count: days.length })}
        </Button>
      </div>
      <p className="muted small" data-testid="mail-budget">
        {t("ui.mail.order.budget", { searches: budget.searchesLeft, allSearches: budget.searches, fetches: budget.fetchesLeft, allFetches: budget.fetches })}
      </p>
      {budget.searchesLeft === 0 && <Strip tone="warn" icon="clock" testId="mail-spent">{t("ui.mail.order.spent")}</Strip>}
      {order.error && <ErrorNotice error={order.error} onClose={order.clear} onRetry={() => void order.run()} />}
    </section>
  );
}
