/** One service: what it gives, what it asks for, and the way to an application. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useImports } from "../features/documents/Imports";
import { PermittedButton } from "../features/cabinet/Permitted";
import { Renewal } from "../features/services/Renewal";
import styles from "../features/services/Services.module.css";
import { ServiceTemplates } from "../features/services/Templates";
import { Star } from "../features/services/Star";
import { audience, fee, term } from "../features/services/words";
import { host, type UiError } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { ActionBar, Back, Page } from "../shared/Page";
import { Card, Facts, Label, Loading, Strip } from "../shared/Pieces";
import { go, paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

export function ServiceView({ code, licence }: { code: string; licence: string | null }) {
  const texts = useTexts();
  const { t, date } = texts;
  const imports = useImports();
  // What happens meanwhile is drawn; asking again for every news would ask for ever.
  const query = useHostQuery(`service-${code}`, () => host.service(code));
  const [failed, setFailed] = useState<UiError | null>(null);
  const begin = useAction(async () => go(paths.draft((await (licence === null ? host.beginApplication(code) : host.beginRenewal(code, licence))).id)));
  const item = query.data;
  const back = <Back to={paths.services} testId="back-to-services">{t("ui.services.title")}</Back>;
  const [marked, setMarked] = useState<boolean | null>(null);
  if (!item) {
    return (
      <Page title={t("ui.services.one")} above={back}>
        {query.error ? <ErrorNotice error={query.error} onRetry={() => void query.reload()} /> : <Loading rows={5} height={56} />}
      </Page>
    );
  }
  const shown = { ...item, favourite: marked ?? item.favourite };
  return (
    <Page
      title={item.title} above={back} lead={item.summary && <p className="muted">{item.summary}</p>}
      actions={<Star item={shown} onMarked={setMarked} onError={setFailed} />}
      bar={
        <ActionBar lead={item.way === "form" ? <Label tone="ok">{t("ui.services.offline")}</Label> : undefined}>
          {item.way === "form" && <PermittedButton permission="applications.fill" leftSection={<Icon name="edit" />} loading={begin.busy} onClick={() => void begin.run()} data-testid="begin-application">{t(licence === null ? "ui.services.begin" : "ui.services.renewal.begin")}</PermittedButton>}
          {item.way === "file" && <Button leftSection={<Icon name="open" />} onClick={imports.open} data-testid="open-for-service">{t("ui.services.openFile")}</Button>}
        </ActionBar>
      }
    >
      <div className={styles.stack}>
        {[begin.error, failed].map((error, index) => error && <ErrorNotice key={index} error={error} onClose={() => { begin.clear(); setFailed(null); }} />)}
        {licence !== null && <Renewal service={code} licence={licence} />}
        {!item.fits && <Strip tone="warn" testId="not-fitting"><p>{t("ui.services.notForYou", { who: audience(texts, item) })}</p></Strip>}
        {item.way === "file" && <Strip tone="info"><p>{t("ui.services.fileHint")}</p></Strip>}
        {item.way === "elsewhere" && <Strip tone="info"><p>{t("ui.services.elsewhere")}</p></Strip>}
        {item.way === "form" && <ServiceTemplates service={code} />}
        <Card testId="service-card">
          <Facts
            rows={[
              [t("ui.services.agency"), item.agency], [t("ui.services.category"), item.category], [t("ui.services.termLabel"), term(texts, item)], [t("ui.services.feeLabel"), fee(texts, item)],
              [t("ui.services.who"), audience(texts, item)], [t("ui.services.signature"), t(item.signed ? "ui.services.signed" : "ui.services.unsigned")],
              [t("ui.services.code"), <span key="code" className="mono">{item.code}</span>], item.updated ? [t("ui.services.updated"), date(item.updated)] : null,
            ]}
          />
        </Card>
        {item.documents.length > 0 && (
          <Card>
            <h2>{t("ui.services.documents")}</h2>
            <ul className={styles.documents}>{item.documents.map((one) => <li key={one}>{one}</li>)}</ul>
          </Card>
        )}
      </div>
    </Page>
  );
}
