/** The signing sheet: what, by whom, the checks, one button with the signer's name; then the result of each document. */
import { Button, Drawer } from "@mantine/core";
import { useEffect, useState } from "react";
import { host, type DocumentRow, type SignOutcome } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Loading } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import { useTokenScan } from "../certificates/useTokenScan";
import { FindCause } from "../doctor/FindCause";
import { PreflightList } from "./PreflightList";
import { SignerChoice } from "./SignerChoice";
import { SignResults } from "./SignResults";
import styles from "./Signing.module.css";

type Props = { documents: DocumentRow[] | null; onClose: (signed: boolean) => void };

export function SigningSheet({ documents, onClose }: Props) {
  const { t } = useTexts();
  const [signed, setSigned] = useState(false);
  const [busy, setBusy] = useState(false);
  const close = () => {
    if (!busy) onClose(signed);
  };
  const opened = documents !== null;
  useEffect(() => {
    if (opened) setSigned(false);
  }, [opened]);
  return (
    <Drawer
      opened={opened} onClose={close} position="right" size={600} title={t("ui.signing.title")} closeOnClickOutside={false} padding={0}
      closeButtonProps={{ "aria-label": t("ui.close"), disabled: busy }} classNames={{ content: styles.sheet, body: styles.sheet, header: styles.header }}
      data-testid="signing-sheet"
    >
      {documents && <Sheet documents={documents} onBusy={setBusy} onSigned={() => setSigned(true)} onDone={close} />}
    </Drawer>
  );
}

type SheetProps = { documents: DocumentRow[]; onBusy: (busy: boolean) => void; onSigned: () => void; onDone: () => void };

function Sheet({ documents, onBusy, onSigned, onDone }: SheetProps) {
  const { t } = useTexts();
  const { state } = useAppState();
  const [remaining] = useState(documents);
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, SignOutcome> | null>(null);
  const scanning = useTokenScan(true);
  const fit = scanning.scan?.certificates.filter((certificate) => certificate.unfit.length === 0) ?? [];
  const [picked, setPicked] = useState<string | null>(null);
  // The one who is signed in, or the only one there is, is offered; several are left to the user.
  const offered = fit.find((certificate) => certificate.id === state.session?.certificateId) ?? (fit.length === 1 ? fit[0] : undefined);
  const signer = fit.find((certificate) => certificate.id === picked) ?? (picked === null ? offered : undefined);

  const failed = remaining.filter((row) => outcomes !== null && outcomes.get(row.id)?.error !== null);
  const targets = outcomes ? failed : remaining;
  const ids = targets.map((row) => row.id);
  const preflight = useHostQuery(`${remaining.map((row) => row.id).join()}|${signer?.id ?? ""}`, () => host.preflight(remaining.map((row) => row.id), signer?.id ?? null));

  const sign = useAction(async () => {
    if (!signer) return;
    onBusy(true);
    try {
      const answers = await host.signDocuments(ids, signer.id);
      setOutcomes((old) => new Map([...(old ?? []), ...answers.map((answer) => [answer.documentId, answer] as const)]));
      if (answers.some((answer) => answer.error === null)) onSigned();
    } finally {
      onBusy(false);
    }
  });

  const blocked = preflight.data !== null && !preflight.data.canSign;
  const hint = sign.busy ? t("ui.signing.working") : !signer ? t("ui.signing.choose") : blocked ? t("ui.signing.cannot") : t("ui.signing.pinNext");
  return (
    <>
      <div className={styles.scroll}>
        {outcomes ? (
          <SignResults documents={remaining} outcomes={outcomes} />
        ) : (
          <>
            <What documents={preflight.data?.documents ?? remaining} />
            <section className={styles.section} aria-labelledby="sign-who">
              <h2 id="sign-who">{t("ui.signing.who")}</h2>
              <SignerChoice scanning={scanning} fit={fit} chosen={signer?.id ?? null} onChoose={setPicked} disabled={sign.busy} />
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
          </>
        )}
      </div>
      <div className={styles.foot}>
        {sign.error && <ErrorNotice error={sign.error} onClose={sign.clear} />}
        {sign.error && <FindCause error={sign.error} />}
        {outcomes === null || failed.length > 0 ? (
          <>
            <Button
              size="md" fullWidth leftSection={<Icon name="sign" />} loading={sign.busy} disabled={!signer || blocked || preflight.data === null}
              onClick={() => void sign.run()} data-testid="sign-confirm"
            >
              {outcomes ? t("ui.signing.retry", { count: failed.length }) : signer ? t("ui.signing.button", { name: signer.holder }) : t("ui.signing.choose")}
            </Button>
            <p className="muted small" role="status">{hint}</p>
            {outcomes && <Button variant="default" onClick={onDone} data-testid="sign-done">{t("ui.signing.done")}</Button>}
          </>
        ) : (
          <Button size="md" fullWidth onClick={onDone} data-testid="sign-done" data-autofocus>{t("ui.signing.done")}</Button>
        )}
      </div>
    </>
  );
}

const SHOWN = 5;

function What({ documents }: { documents: DocumentRow[] }) {
  const { t } = useTexts();
  const [all, setAll] = useState(false);
  const shown = all ? documents : documents.slice(0, SHOWN);
  return (
    <section className={styles.section} aria-labelledby="sign-what">
      <h2 id="sign-what">{t("ui.signing.what")}: {t("ui.signing.count", { count: documents.length })}</h2>
      <ol className={styles.documents}>
        {shown.map((row) => <li key={row.id}>{row.title}</li>)}
      </ol>
      {shown.length < documents.length && (
        <div><Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>{t("ui.signing.more", { count: documents.length - shown.length })}</Button></div>
      )}
    </section>
  );
}
