/** The nearest deadlines, for the first screen: two weeks ahead, and what was missed in the week before. */
import { host } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { paths } from "../../shared/router";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Calendar.module.css";
import { EntryLine } from "./EntryLine";
import { isoDay } from "./words";

const SHOWN = 3;

function span(): [string, string] {
  const now = new Date();
  const day = (by: number) => isoDay(now.getFullYear(), now.getMonth(), now.getDate() + by);
  return [day(-7), day(14)];
}

export function NextDeadlines() {
  const { t } = useTexts();
  const query = useHostQuery("next-deadlines", () => host.calendar(...span()), ["calendar-changed", "state-changed"]);
  // What a certificate's end asks for is told above, with the way on.
  const open = query.data?.entries.filter((entry) => !entry.done && entry.kind !== "certificate") ?? [];
  if (query.error) return <ErrorNotice error={query.error} onRetry={() => void query.reload()} />;
  if (open.length === 0) return null;
  return (
    <section className={styles.card} aria-labelledby="next-deadlines" data-testid="next-deadlines">
      <div className={styles.monthHead}>
        <h2 id="next-deadlines">{t("ui.calendar.nearest")}</h2>
        <a href={`#${paths.calendar}`}>{t("ui.calendar.all")}</a>
      </div>
      <ul className={styles.list}>{open.slice(0, SHOWN).map((entry) => <EntryLine key={entry.id} entry={entry} />)}</ul>
    </section>
  );
}
