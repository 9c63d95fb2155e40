/** What the application that renews a licence will already say, before it is begun (SVC-22). */
import { host } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Facts, Strip } from "../../shared/Pieces";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";

export function Renewal({ service, licence }: { service: string; licence: string }) {
  const { t, date } = useTexts();
  const query = useHostQuery(`renewal-${service}-${licence}`, () => host.licenceRenewal(service, licence));
  const view = query.data;
  if (query.error) return <ErrorNotice error={query.error} onRetry={() => void query.reload()} />;
  if (!view) return null;
  const known = view.licence;
  return (
    <Strip tone="info" icon="sync" testId="renewal">
      <p><b>{known ? t("ui.services.renewal.titleOf", { title: known.title, number: licence }) : t("ui.services.renewal.title", { number: licence })}</b>{known?.ends && <> {t("ui.services.renewal.ends", { date: date(known.ends) })}</>}</p>
      {view.answers.length > 0 && (
        <>
          <p>{t("ui.services.renewal.filled")}</p>
          <Facts rows={view.answers.map(({ label, value }) => [label, value])} />
        </>
      )}
      {view.hasForm && view.answers.length === 0 && <p>{t("ui.services.renewal.noPlace")}</p>}
    </Strip>
  );
}
