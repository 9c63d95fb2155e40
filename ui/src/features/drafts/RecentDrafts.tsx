/** The drafts last worked on, for the first screen; nothing where there are none. */
import { host } from "../../ipc";
import { paths } from "../../shared/router";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Drafts.module.css";

const SHOWN = 4;

export function RecentDrafts() {
  const { t, when } = useTexts();
  const drafts = useHostQuery("drafts-recent", () => host.drafts("open", 0, SHOWN), ["drafts-changed"]);
  if (!drafts.data || drafts.data.rows.length === 0) return null;
  return (
    <section aria-labelledby="recent-drafts" className={styles.recent} data-testid="recent-drafts">
      <h2 id="recent-drafts">{t("ui.drafts.title")}</h2>
      <ul className={styles.list}>
        {drafts.data.rows.map((row) => (
          <li key={row.id} className={styles.row}>
            <a href={`#${paths.draft(row.id)}`} className={styles.rowLink}>
              <span>{row.title}</span>
              <span className="muted small">
                {row.conflicts > 0 ? t("ui.drafts.conflict.left", { count: row.conflicts }) : row.problems > 0 ? t("ui.drafts.left", { count: row.problems }) : t("ui.drafts.whole")} · {when(row.updated)}
              </span>
            </a>
          </li>
        ))}
      </ul>
      {drafts.data.more && <a href={`#${paths.drafts()}`} className="small">{t("ui.drafts.all")}</a>}
    </section>
  );
}
