/** Before the PIN: what, by whom, the checks, and one button with the signer's name. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { host, type DocumentRow, type PoaChoice as Choice } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Loading } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import { useTokenScan } from "../certificates/useTokenScan";
import { FindCause } from "../doctor/FindCause";
import { PoaChoice } from "./PoaChoice";
import { PreflightList } from "./PreflightList";
import { SignerChoice } from "./SignerChoice";
import styles from "./Signing.module.css";
import type { Signing } from "./useSigning";
import { WhatToSign } from "./WhatToSign";

export function SigningChoice({ rows, shown, signing }: { rows: DocumentRow[]; shown: ReadonlyMap<string, string> | undefined; signing: Signing }) {
  const { t } = useTexts();
  const { state } = useAppState();
  const scanning = useTokenScan(true);
  const certificates = scanning.scan?.certificates ?? [];
  const own = certificates.filter((certificate) => certificate.unfit.length === 0);
  // Somebody whose certificate names another organisation or none may sign under a power of attorney.
  const byPoa = certificates.filter(({ unfit }) => unfit.length > 0 && unfit.every(({ code }) => code === "no-organisation" || code === "other-organisation"));
  const fit = [...own, ...byPoa];
  const [picked, setPicked] = useState<string | null>(null);
  const [agreedTo, setAgreedTo] = useState(0);
  // The one who is signed in, or the only one there is, is offered; several are left to the user.
  const offered = fit.find((certificate) => certificate.id === state.session?.certificateId) ?? (own.length === 1 ? own[0] : fit.length === 1 ? fit[0] : undefined);
  const signer = fit.find((certificate) => certificate.id === picked) ?? (picked === null ? offered : undefined);
  const [copies, setCopies] = useState<Readonly<Record<string, string>>>({});
  const ids = rows.map((row) => copies[row.id] ?? row.id);
  const [under, setUnder] = useState<{ signer: string; poa: string } | null>(null);
  const [word, setWord] = useState<string | null>(null);
  // Who chose a power of attorney for one signer has chosen none for another.
  const wish = under !== null && under.signer === signer?.id ? under.poa : null;
  const preflight = useHostQuery(`${ids.join()}|${signer?.id ?? ""}|${wish ?? ""}`, () => host.preflight(ids, signer?.id ?? null, wish));
  const choice = preflight.data?.poa ?? null;
  const attach = useAction(async (choice: Choice, certificateId: string) => {
    for (const document of choice.toAttach) {
      const copy = await host.attachPoa(document, choice.chosen ?? "", certificateId);
      setCopies((known) => ({ ...known, [rows.find((row) => (known[row.id] ?? row.id) === document)?.id ?? document]: copy }));
    }
  });

  const documents = preflight.data?.documents ?? null;
  const unopened = documents?.filter((document) => document.opened === null).length ?? 0;
  const blocked = preflight.data !== null && !preflight.data.canSign;
  const disagreed = unopened > agreedTo;
  const unsaid = choice !== null && choice.wordNeeded && word !== choice.chosen;
  const phase = signing.progress?.phase;
  const hint = signing.busy
    ? t(phase === "pin" ? "ui.signing.phases.pin" : "ui.signing.phases.checking")
    : !signer ? t("ui.signing.choose") : blocked ? t("ui.signing.cannot") : disagreed ? t("ui.signing.agreeFirst", { count: unopened }) : unsaid ? t("ui.signing.poa.wordFirst") : t("ui.signing.pinNext");
  const sign = () => {
    if (!signer || !documents) return;
    // The host refuses what is not any more what was read.
    const asRead = documents.map((one) => ({ ...one, shown: shown?.get(one.row.id) ?? one.shown }));
    signing.start(asRead, signer.id, choice?.chosen ? { unopened: agreedTo, poa: choice.chosen, poaWord: choice.wordNeeded && !unsaid } : { unopened: agreedTo });
  };
  return (
    <>
      <div className={styles.scroll}>
        <WhatToSign rows={documents?.map((document) => document.row) ?? rows} documents={documents} agreed={!disagreed} onAgree={(agreed) => setAgreedTo(agreed ? unopened : 0)} disabled={signing.busy} />
        <section className={styles.section} aria-labelledby="sign-who">
          <h2 id="sign-who">{t("ui.signing.who")}</h2>
          <SignerChoice scanning={scanning} fit={fit} chosen={signer?.id ?? null} onChoose={setPicked} disabled={signing.busy} />
        </section>
        {choice && signer && (
          <PoaChoice
            choice={choice} organisation={state.organisation?.name ?? ""} word={!unsaid} onWord={(said) => setWord(said ? choice.chosen : null)}
            onChoose={(poa) => setUnder({ signer: signer.id, poa })} onAttach={() => void attach.run(choice, signer.id)} disabled={signing.busy || attach.busy}
          />
        )}
        {attach.error && <ErrorNotice error={attach.error} onClose={attach.clear} />}
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
          size="md" fullWidth leftSection={<Icon name="sign" />} loading={signing.busy} disabled={!signer || blocked || disagreed || unsaid || documents === null}
          onClick={sign} data-testid="sign-confirm"
        >
          {signer ? t("ui.signing.button", { name: signer.holder }) : t("ui.signing.choose")}
        </Button>
        <p className="muted small" role="status">{hint}</p>
      </div>
    </>
  );
}
