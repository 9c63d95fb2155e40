/** Signing in with a certificate on a token: fit ones first, the others greyed with their reasons. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useAppState } from "../features/app/AppState";
import { CertificateCard } from "../features/certificates/CertificateCard";
import styles from "../features/certificates/Certificates.module.css";
import { ModuleProblems } from "../features/certificates/ModuleProblems";
import { NoService, PendingModules } from "../features/certificates/ScanNotes";
import { useTokenScan } from "../features/certificates/useTokenScan";
import { FindCause } from "../features/doctor/FindCause";
import { host, type CertificateView } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Page } from "../shared/Page";
import { Empty, Loading, Strip } from "../shared/Pieces";
import { go, paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useTexts } from "../shared/useTexts";
import own from "./SignIn.module.css";

export function SignIn() {
  const { t } = useTexts();
  const { state, refresh } = useAppState();
  const { scan, error, rescan } = useTokenScan(true);
  const [chosen, setChosen] = useState<string | null>(null);
  const signIn = useAction(async (certificate: CertificateView) => {
    setChosen(certificate.id);
    await host.signIn(certificate.id);
    await refresh();
    go(paths.today);
  });
  const organisation = state.organisation;
  const fit = scan?.certificates.filter((certificate) => certificate.unfit.length === 0) ?? [];
  const unfit = scan?.certificates.filter((certificate) => certificate.unfit.length > 0) ?? [];

  return (
    <Page
      title={t("ui.signIn.title")} lead={<p className="muted">{t("ui.signIn.lead", { organisation: organisation?.name })}</p>}
      actions={<Button variant="default" leftSection={<Icon name="sync" size={16} />} onClick={() => void rescan()} data-testid="rescan">{t("ui.signIn.rescan")}</Button>}
    >
      <div className={own.stack}>
        {signIn.error && <ErrorNotice error={signIn.error} onClose={signIn.clear} />}
        {signIn.error && <FindCause error={signIn.error} />}
        {organisation && !organisation.hasApiKey && (
          <Strip tone="warn" testId="no-api-key">
            <p>{t("ui.signIn.noKey")}</p>
            <p><a href={`#${paths.settings}`}>{t("ui.signIn.toSettings")}</a></p>
          </Strip>
        )}
        {error && <ErrorNotice error={error} onRetry={() => void rescan()} />}
        {!scan && !error && <Loading rows={2} height={150} />}
        {scan && <NoService scan={scan} />}
        {scan && scan.certificates.length === 0 && <Empty icon="token" title={t("ui.signIn.none.title")} action={<FindCause />}>{t("ui.signIn.none.text")}</Empty>}
        {scan && fit.length === 0 && unfit.length > 0 && (
          <Strip tone="warn"><p><b>{t("ui.signIn.noneFit.title")}</b></p><p>{t("ui.signIn.noneFit.text", { organisation: organisation?.name })}</p></Strip>
        )}
        {fit.length > 0 && (
          <section aria-labelledby="fit" className={own.section}>
            <h2 id="fit">{t("ui.signIn.fit")}</h2>
            <div className={styles.list}>
              {fit.map((certificate) => (
                <CertificateCard
                  key={certificate.id} certificate={certificate}
                  action={
                    <Button
                      loading={signIn.busy && chosen === certificate.id} onClick={() => void signIn.run(certificate)} disabled={!organisation?.hasApiKey || signIn.busy} data-testid={`sign-in-${certificate.id}`}
                      leftSection={<Icon name="token" />}
                    >
                      {t("ui.signIn.button", { name: certificate.holder })}
                    </Button>
                  }
                />
              ))}
            </div>
          </section>
        )}
        {unfit.length > 0 && (
          <section aria-labelledby="unfit" className={own.section}>
            <h2 id="unfit">{t("ui.signIn.unfitCount", { count: unfit.length })}</h2>
            <div className={styles.list}>
              {unfit.map((certificate) => <CertificateCard key={certificate.id} certificate={certificate} />)}
            </div>
          </section>
        )}
        {scan && <ModuleProblems problems={scan.problems} />}
        {scan && <PendingModules scan={scan} />}
        {scan && (scan.problems.length > 0 || unfit.length > 0) && <p><FindCause /></p>}
        {scan && <p className="muted small">{t("ui.signIn.watching")}</p>}
      </div>
    </Page>
  );
}
