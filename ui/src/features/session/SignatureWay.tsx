/** Signing in with a certificate on a token: fit ones first, the others greyed with their reasons. */
import { Button, NativeSelect } from "@mantine/core";
import { useEffect, useState } from "react";
import { host, type ApiKeyView, type CertificateView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Empty, Loading, Strip } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import { CertificateCard } from "../certificates/CertificateCard";
import styles from "../certificates/Certificates.module.css";
import { ModuleProblems } from "../certificates/ModuleProblems";
import { NoService, PendingModules } from "../certificates/ScanNotes";
import { useTokenScan } from "../certificates/useTokenScan";
import { FindCause } from "../doctor/FindCause";
import own from "./SignInPanel.module.css";

export function SignatureWay({ onDone }: { onDone: () => void }) {
  const { t } = useTexts();
  const { state, refresh } = useAppState();
  const { scan, error, rescan } = useTokenScan(true);
  const [chosen, setChosen] = useState<string | null>(null);
  const [key, setKey] = useState<string | null>(null);
  const signIn = useAction(async (certificate: CertificateView) => {
    setChosen(certificate.id);
    await host.signIn(certificate.id, key);
    await refresh();
    onDone();
  });
  const organisation = state.organisation;
  const fit = scan?.certificates.filter((certificate) => certificate.unfit.length === 0) ?? [];
  const unfit = scan?.certificates.filter((certificate) => certificate.unfit.length > 0) ?? [];
  return (
    <section aria-labelledby="by-signature" className={own.way} data-testid="way-signature">
      <div className={own.wayHead}>
        <h2 id="by-signature"><Icon name="token" /> {t("ui.signIn.bySignature")}</h2>
        <Button variant="default" size="compact-md" leftSection={<Icon name="sync" size={16} />} onClick={() => void rescan()} data-testid="rescan">{t("ui.signIn.rescan")}</Button>
      </div>
      <p className="muted">{t("ui.signIn.bySignatureLead", { organisation: organisation?.name })}</p>
      {signIn.error && <ErrorNotice error={signIn.error} onClose={signIn.clear} />}
      {signIn.error && signIn.error.code !== "app.choose-api-key" && <FindCause error={signIn.error} />}
      {signIn.error?.code.match(/^(app\.choose-api-key|portal\.key-)/) && <WhichKey value={key} onChange={setKey} />}
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
      )}
      {unfit.length > 0 && (
        <section aria-labelledby="unfit" className={own.section}>
          <h3 id="unfit">{t("ui.signIn.unfitCount", { count: unfit.length })}</h3>
          <div className={styles.list}>
            {unfit.map((certificate) => <CertificateCard key={certificate.id} certificate={certificate} />)}
          </div>
        </section>
      )}
      {scan && <ModuleProblems problems={scan.problems} />}
      {scan && <PendingModules scan={scan} />}
      {scan && (scan.problems.length > 0 || unfit.length > 0) && <p><FindCause /></p>}
      {scan && <p className="muted small">{t("ui.signIn.watching")}</p>}
    </section>
  );
}

/** Several employees' keys: the person says whose this is, once. */
function WhichKey({ value, onChange }: { value: string | null; onChange: (key: string | null) => void }) {
  const { t } = useTexts();
  const [keys, setKeys] = useState<ApiKeyView[]>([]);
  useEffect(() => {
    let gone = false;
    // Without the list the error above still says what to do.
    host.apiKeys().then((all) => !gone && setKeys(all), () => undefined);
    return () => {
      gone = true;
    };
  }, []);
  if (keys.length < 2) return null;
  return (
    <NativeSelect
      label={t("ui.signIn.whichKey")} description={t("ui.signIn.whichKeyHint")} value={value ?? ""} onChange={(event) => onChange(event.currentTarget.value || null)} data-testid="which-key"
      data={[{ value: "", label: "—" }, ...keys.map((key) => ({ value: key.id, label: key.name || t("ui.signIn.keyUnnamed") }))]}
    />
  );
}
