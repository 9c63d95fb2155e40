/** Госпочта of the organisation: nothing is fetched by itself, and the screen says why. */
import { LetterState } from "../features/mail/LetterState";
import styles from "../features/mail/Mail.module.css";
import { OrderList } from "../features/mail/OrderList";
import { Tasks } from "../features/mail/Tasks";
import { host, type MailRow } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Page } from "../shared/Page";
import { Empty, Loading, Strip } from "../shared/Pieces";
import { paths } from "../shared/router";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

export function Mail() {
  const { t } = useTexts();
  const query = useHostQuery("mail", () => host.mail(), ["mail-changed", "state-changed"]);
  const mail = query.data;
  return (
    <Page title={t("ui.mail.title")}>
      <Strip tone="info" icon="shield" testId="mail-banner">
        <p><b>{t("ui.mail.banner.what")}</b></p>
        <p>{t("ui.mail.banner.why")}</p>
      </Strip>
      {query.error && <ErrorNotice error={query.error} onRetry={() => void query.reload()} />}
      {!mail && !query.error && <Loading rows={5} />}
      {mail && (
        <>
          {mail.refused && <Strip tone="warn" testId="mail-refused">{t("ui.mail.refused")}</Strip>}
          <OrderList mail={mail} />
          <Tasks mail={mail} />
          <section className={styles.section}>
            <h2>{t("ui.mail.list")}</h2>
            {mail.letters.length === 0 ? (
              <Empty icon="mail" title={t("ui.mail.none.title")}>{t("ui.mail.none.text")}</Empty>
            ) : (
              <ul className={styles.list}>{mail.letters.map((row) => <Row key={row.letter.message} row={row} />)}</ul>
            )}
            {mail.total > mail.letters.length && <p className="muted small">{t("ui.mail.shown", { shown: mail.letters.length, total: mail.total })}</p>}
          </section>
        </>
      )}
    </Page>
  );
}

function Row({ row }: { row: MailRow }) {
  const { t, dateTime } = useTexts();
  const number = row.state === "deleted" && row.subject !== null ? t("ui.mail.numberOf", { number: row.subject }) : null;
  return (
    <li>
      <a className={styles.row} href={`#${paths.letter(row.letter)}`} data-testid="mail-row" data-state={row.state}>
        <span className={styles.what}>
          <span className={row.state === "unopened" ? styles.unopened : undefined}>{number ?? row.subject ?? row.sender}</span>
          <span className="muted small">{row.sender} · {dateTime(row.created)}</span>
        </span>
        <LetterState row={row} />
      </a>
    </li>
  );
}
