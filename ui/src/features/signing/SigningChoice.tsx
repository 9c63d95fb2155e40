/** Before the PIN: what, by whom, the checks, and one button with the signer's name. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { host, type DocumentRow } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Loading } from "../../shared/Pieces";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import { useTokenScan } from "../certificates/useTokenScan";
import { FindCause } from "../doctor/FindCause";
import { PreflightList } from "./PreflightList";
import { SignerChoice } from "./SignerChoice";
import styles from "./Signing.module.css";
import type { Signing } from "./useSigning";
import { WhatToSign } from "./WhatToSign";

export function SigningChoice({ rows, shown, signing }: { rows: DocumentRow[]; shown: ReadonlyMap<string, string> | undefined; signing: Signing }) {
  const { t } = useTexts();
  const { state } = useAppState();
  const scanning = useTokenScan(true);
  const fit = scanning.scan?.certificates.filter((certificate) => certificate.unfit.length === 0) ?? [];
  const [picked, setPicked] = useState<string | null>(null);
  const [agreedTo, setAgreedTo] = useState(0);
  // The one who is signed in, or the only one there is, is offered; several are left to the user.
  const offered = fit.find((certificate) => certificate.id === state.session?.certificateId) ?? (fit.length === 1 ? fit[0] : undefined);
  const signer = fit.find((certificate) => certificate.id === picked) ?? (picked === null ? offered : undefined);
  const ids = rows.map((row) => row.id);
  const preflight = useHostQuery(`${ids.join()}|${signer?.id ?? ""}`, () => host.preflight(ids, signer?.id ?? null));

  const documents = preflight.data?.documents ?? null;
  const unopened = documents?.filter((document) => document.opened === null).length ?? 0;
  const blocked = preflight.data !== null && !preflight.data.canSign;
  const disagreed = unopened > agreedTo;
  const phase = signing.progress?.phase;
  const hint = signing.busy
    ? t(phase === "pin" ? "ui.signing.phases.pin" : "ui.signing.phases.checking")
    : !signer ? t("ui.signing.choose") : blocked ? t("ui.signing.cannot") : disagreed ? t("ui.signing.agreeFirst", { count: unopened }) : t("ui.signing.pinNext");
  const sign = () => {
    // The host refuses what is not any more what was read.
    if (signer && documents) signing.start(documents.map((one) => ({ ...one, shown: shown?.get(one.row.id) ?? one.shown })), signer.id, agreedTo);
  };
  return (
    <>
      <div className={styles.scroll}>
        <WhatToSign rows={documents?.map((document) => document.row) ?? rows} documents={documents} agreed={!disagreed} onAgree={(agreed) => setAgreedTo(agreed ? unopened : 0)} disabled={signing.busy} />
        <section className={styles.section} aria-labelledby="sign-who">
          <h2 id="sign-who">{t("ui.signing.who")}</h2>
          <SignerChoice scanning={scanning} fit={fit} chosen={signer?.id ?? null} onChoose={setPicked} disabled={signing.busy} />
        </section>
        <section className={styles.section} aria-labelledby="sign-checks">
          <h2 id="sign-checks">{t("ui.signing.checks")}</h2>
          {preflight.error && <ErrorNotice error={preflight.error} onRetry={() => void preflight.reload()} />}
          {!preflight.data && !preflight.error && <Loading rows={5} height={20} />}
          {preflight.data && <PreflightList checks={preflight.data.checks} />}
          {blocked && (
            <div><Button variant="default" size="compact-sm" onClick={() => void preflight.reload()} data-testid="preflight-again">{t("ui.signing.again")}</Button></div>
          )}
        </section>
      </div>
      <div className={styles.foot}>
        {signing.error && <ErrorNotice error={signing.error} onClose={signing.clear} />}
        {signing.error && <FindCause error={signing.error} />}
        <Button
          size="md" fullWidth leftSection={<Icon name="sign" />} loading={signing.busy} disabled={!signer || blocked || disagreed || documents === null}
          onClick={sign} data-testid="sign-confirm"
        >
          {signer ? t("ui.signing.button", { name: signer.holder }) : t("ui.signing.choose")}
        </Button>
        <p className="muted small" role="status">{hint}</p>
      </div>
    </>
  );
}
