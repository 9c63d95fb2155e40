/** What was done to people and roles, newest first. */
import type { StaffChangeRow } from "../../ipc";
import { useTexts } from "../../shared/useTexts";
import cabinet from "../cabinet/Cabinet.module.css";

export function Changes({ items, named = true }: { items: StaffChangeRow[]; named?: boolean }) {
  const { t, has, dateTime } = useTexts();
  if (items.length === 0) return <p className="muted">{t("ui.employees.person.noChanges")}</p>;
  const word = (action: string) => (has(`ui.employees.change.${action}`) ? t(`ui.employees.change.${action}`) : action);
  return (
    <ul className={cabinet.list} data-testid="changes">
      {items.map((one, index) => (
        <li key={`${one.at}-${index}`} className={cabinet.line}>
          <p><b>{word(one.action)}</b>{named && one.about && `: ${one.about}`}</p>
          {(one.from ?? one.to) && <p className="small">{one.from && one.to ? t("ui.employees.change.roles", { from: one.from, to: one.to }) : (one.to ?? one.from)}</p>}
          {one.reason && <p className="small">{t("ui.employees.change.reason", { reason: one.reason })}</p>}
          <p className="muted small">{[one.at && dateTime(one.at), t("ui.employees.change.by", { by: one.by })].filter(Boolean).join(", ")}</p>
        </li>
      ))}
    </ul>
  );
}
