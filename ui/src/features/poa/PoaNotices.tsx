/** What a person should know before anything else about this one. */
import type { PoaCard } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Strip } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useTexts } from "../../shared/useTexts";
import { endsSoon, shortNumber } from "./states";

export function PoaNotices({ card }: { card: PoaCard }) {
  const { t, dateTime } = useTexts();
  const { row, supersededBy } = card;
  return (
    <>
      {row.state === "refused" && row.error && <ErrorNotice error={{ code: row.error, params: {}, retriable: false }} quiet />}
      {row.state === "outcome-unknown" && <Strip tone="warn" icon="question" testId="poa-unknown"><p><b>{t("ui.poas.notice.unknown.title")}</b></p><p>{t("ui.poas.notice.unknown.text")}</p></Strip>}
      {row.revoked && !row.revocationConfirmed && (
        <Strip tone="warn" icon="clock" testId="poa-unconfirmed"><p><b>{t("ui.poas.notice.unconfirmed.title", { at: dateTime(row.revoked) })}</b></p><p>{t("ui.poas.notice.unconfirmed.text")}</p></Strip>
      )}
      {supersededBy && (
        <Strip tone="info" testId="poa-superseded"><p>{t("ui.poas.notice.superseded")} <a href={`#${paths.poa(supersededBy.number)}`}>№ {shortNumber(supersededBy.number)}</a></p></Strip>
      )}
      {endsSoon(row) && !supersededBy && <Strip tone="warn" icon="calendar" testId="poa-ending"><p>{t("ui.poas.notice.ending")}</p></Strip>}
      {row.state === "expired" && !supersededBy && <Strip tone="info" icon="calendar" testId="poa-expired"><p>{t("ui.poas.notice.expired")}</p></Strip>}
      {card.missingParent && <Strip tone="warn" testId="poa-missing-parent"><p>{t("ui.poas.notice.missingParent", { number: card.missingParent })}</p></Strip>}
      {row.state !== "refused" && row.error && card.errands.every((errand) => errand.error !== row.error) && <ErrorNotice error={{ code: row.error, params: {}, retriable: false }} quiet />}
    </>
  );
}
