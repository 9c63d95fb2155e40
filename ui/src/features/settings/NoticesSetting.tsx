/** What the desktop is told of, at which hours, and what it was told. */
import { NativeSelect, Switch } from "@mantine/core";
import { host, type NoticeRules, type NoticeView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Loading } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "../orders/Orders.module.css";
import { OwnRules } from "./OwnRules";
import { PortalChannels } from "./PortalChannels";

const kinds = ["statuses", "decisions", "questions", "watched"] as const;
const hours = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `${String(hour).padStart(2, "0")}:00` }));

export function NoticesSetting() {
  const { t } = useTexts();
  const rules = useHostQuery("notice-rules", host.noticeRules);
  const past = useHostQuery("notices", host.notices, ["orders-changed", "documents-changed"]);
  const save = useAction(async (change: Partial<NoticeRules>) => {
    if (!rules.data) return;
    await host.setNoticeRules({ ...rules.data, ...change });
    await rules.reload();
  });
  const error = rules.error ?? past.error;
  const { data } = rules;
  return (
    <div className={styles.part}>
      <p className="muted">{t("ui.notices.hint")}</p>
      {error && <ErrorNotice error={error} onRetry={() => void rules.reload()} />}
      {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
      {!data && !error && <Loading rows={3} />}
      {data && (
        <>
          <Switch label={t("ui.notices.enabled")} checked={data.enabled} onChange={(event) => void save.run({ enabled: event.currentTarget.checked })} data-testid="notices-enabled" />
          {kinds.map((kind) => (
            <Switch
              key={kind} size="sm" ml="md" label={t(`ui.notices.${kind}`)} checked={data[kind]} disabled={!data.enabled}
              onChange={(event) => void save.run({ [kind]: event.currentTarget.checked })} data-testid={`notices-${kind}`}
            />
          ))}
          <h3>{t("ui.notices.quiet")}</h3>
          <div className={styles.hours}>
            <NativeSelect label={t("ui.notices.quietFrom")} data={hours} value={String(data.quietFrom)} onChange={(event) => void save.run({ quietFrom: Number(event.currentTarget.value) })} data-testid="quiet-from" />
            <NativeSelect label={t("ui.notices.quietTo")} data={hours} value={String(data.quietTo)} onChange={(event) => void save.run({ quietTo: Number(event.currentTarget.value) })} data-testid="quiet-to" />
          </div>
          <p className="muted small">{t("ui.notices.never")}</p>
        </>
      )}
      <PortalChannels />
      <OwnRules />
      {past.data && <Past notices={past.data} />}
    </div>
  );
}

function Past({ notices }: { notices: NoticeView[] }) {
  const { t, dateTime } = useTexts();
  return (
    <>
      <h3 id="notices-past">{t("ui.notices.past")}</h3>
      {notices.length === 0 && <p className="muted">{t("ui.notices.none")}</p>}
      <ul className={styles.notices} aria-labelledby="notices-past" tabIndex={notices.length > 4 ? 0 : undefined} data-testid="notices">
        {notices.map((notice, index) => (
          <li key={index} className={styles.notice}>
            <span className="muted small nowrap">{dateTime(notice.at)}</span>
            <span>{t(`ui.notices.kind.${notice.kind}`)}: {notice.text}</span>
            <Where notice={notice} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Where({ notice }: { notice: NoticeView }) {
  const { t } = useTexts();
  if (notice.documentId) return <a className="small" href={`#${paths.document(notice.documentId)}`}>{notice.title}</a>;
  if (notice.orderId) return <a className="small" href={`#${paths.order(notice.orderId)}`}>{t("ui.orders.number", { id: notice.orderId })}</a>;
  return null;
}
