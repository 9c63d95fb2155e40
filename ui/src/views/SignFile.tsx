/** «Подписать файл»: file, person, one button; the rules are chosen for the user, the result is judged at once. */
import { Button, Checkbox, NativeSelect, Radio } from "@mantine/core";
import { useEffect, useState } from "react";
import { useAppState } from "../features/app/AppState";
import { useTokenScan } from "../features/certificates/useTokenScan";
import { DropZone, useDropsFor } from "../features/files/DropZone";
import { SignerChoice } from "../features/signing/SignerChoice";
import styles from "../features/signing/SignFile.module.css";
import { useManner, type Manner } from "../features/signing/useManner";
import { WaitingFiles } from "../features/signing/WaitingFiles";
import { Folded } from "../features/verification/Folded";
import { ReportView } from "../features/verification/ReportView";
import { host, subscribe, type FileToSign, type SignatureForm, type SignatureLevel, type SignedFile } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { ActionBar, Page } from "../shared/Page";
import { Card, Loading, Strip } from "../shared/Pieces";
import { useAction } from "../shared/useAction";
import { useTexts } from "../shared/useTexts";

export function SignFile() {
  const { t } = useTexts();
  useDropsFor("sign");
  const [file, setFile] = useState<FileToSign | null>(null);
  const [signed, setSigned] = useState<SignedFile | null>(null);
  const take = (next: FileToSign | null) => {
    if (!next) return;
    setFile(next);
    setSigned(null);
  };
  const choose = useAction(async () => take(await host.chooseToSign()));
  // The command line may have named a file before this screen listened.
  useEffect(() => subscribe("file-to-sign", take, () => void host.fileToSign().then(take, () => null)), []);

  if (signed) return <Done signed={signed} onAnother={() => { setSigned(null); setFile(null); }} />;
  if (file) return <Prepare key={file.name} file={file} onFile={take} onChange={() => void choose.run()} onSigned={setSigned} />;
  return (
    <Page title={t("ui.signFile.title")} lead={<p className="muted small">{t("ui.signFile.lead")}</p>}>
      <div className={styles.stack}>
        {choose.error && <ErrorNotice error={choose.error} onClose={choose.clear} />}
        <DropZone icon="sign" text={t("ui.signFile.drop")} button={t("ui.signFile.choose")} busy={choose.busy} onChoose={() => void choose.run()} testId="sign-zone" />
        <WaitingFiles />
      </div>
    </Page>
  );
}

type PrepareProps = { file: FileToSign; onFile: (file: FileToSign | null) => void; onChange: () => void; onSigned: (signed: SignedFile) => void };

function Prepare({ file, onFile, onChange, onSigned }: PrepareProps) {
  const { t, size } = useTexts();
  const { state } = useAppState();
  const scanning = useTokenScan(true);
  const fit = scanning.scan?.certificates.filter((certificate) => certificate.unfit.length === 0) ?? [];
  const [picked, setPicked] = useState<string | null>(null);
  const manner = useManner(file);
  // The one who is signed in, or the only one there is, is offered; several are left to the user.
  const offered = fit.find((certificate) => certificate.id === state.session?.certificateId) ?? (fit.length === 1 ? fit[0] : undefined);
  const signer = fit.find((certificate) => certificate.id === picked) ?? (picked === null ? offered : undefined);
  const existing = useAction(async () => onFile(await host.chooseExisting()));
  const alone = useAction(async () => onFile(await host.forgetExisting()));
  const sign = useAction(async () => {
    if (signer && manner.options) onSigned(await host.signFile(signer.id, manner.options));
  });
  const hint = sign.busy ? t("ui.signFile.working") : signer ? t("ui.signFile.pinNext") : t("ui.signFile.choosePerson");
  return (
    <Page
      title={t("ui.signFile.title")} lead={<p className="muted small">{t("ui.signFile.lead")}</p>}
      bar={
        <>
          {sign.error && <ErrorNotice error={sign.error} onClose={sign.clear} />}
          <ActionBar lead={<p className="muted small" role="status">{hint}</p>}>
            <Button size="md" leftSection={<Icon name="sign" />} loading={sign.busy} disabled={!signer || !manner.options} onClick={() => void sign.run()} data-testid="sign-file-confirm">
              {signer ? t("ui.signFile.signAs", { name: signer.holder }) : t("ui.signFile.sign")}
            </Button>
          </ActionBar>
        </>
      }
    >
      <div className={styles.stack}>
        <section className={styles.section} aria-labelledby="file-to-sign">
          <h2 id="file-to-sign">{t("ui.signFile.file")}</h2>
          <Card>
            <div className={styles.file} data-testid="file-to-sign">
              <span className={styles.name}>{file.name} <span className="muted small nowrap">{size(file.size ?? 0)}</span></span>
              <Button variant="subtle" size="compact-sm" onClick={onChange} disabled={sign.busy}>{t("ui.signFile.change")}</Button>
            </div>
            {file.existing !== null && (
              <div className={styles.file} data-testid="co-sign">
                <span className="small">{t("ui.signFile.coSigned", { file: file.existing })}</span>
                <Button variant="subtle" size="compact-sm" onClick={() => void alone.run()} disabled={sign.busy}>{t("ui.signFile.coSignNot")}</Button>
              </div>
            )}
          </Card>
        </section>
        <section className={styles.section} aria-labelledby="file-signer">
          <h2 id="file-signer">{t("ui.signFile.who")}</h2>
          <SignerChoice scanning={scanning} fit={fit} chosen={signer?.id ?? null} onChoose={setPicked} disabled={sign.busy} />
        </section>
        <section className={styles.section} aria-labelledby="file-purpose">
          <h2 id="file-purpose">{t("ui.signFile.purpose")}</h2>
          {manner.error && <ErrorNotice error={manner.error} onRetry={manner.retry} />}
          {!manner.options && !manner.error && <Loading rows={1} />}
          {manner.options && <Purpose manner={manner} beside={file.existing !== null} disabled={sign.busy} />}
        </section>
        <Folded title={t("ui.signFile.more")} testId="sign-more">
          {manner.options && <Details manner={manner} beside={file.existing !== null} disabled={sign.busy} />}
          {existing.error && <ErrorNotice error={existing.error} onClose={existing.clear} />}
          {file.existing === null && (
            <div><Button variant="default" onClick={() => void existing.run()} loading={existing.busy} data-testid="choose-existing">{t("ui.signFile.coSign")}</Button></div>
          )}
        </Folded>
      </div>
    </Page>
  );
}

type MannerProps = { manner: Manner; beside: boolean; disabled: boolean };

/** What the signature is for, and in one line what that makes of it. */
function Purpose({ manner, beside, disabled }: MannerProps) {
  const { t } = useTexts();
  const form = t(`ui.signFile.forms.${beside ? "detached" : manner.form}`);
  const level = t(`ui.signFile.levels.${manner.level}`);
  return (
    <div className={styles.purpose}>
      <NativeSelect
        aria-label={t("ui.signFile.purpose")} value={manner.profile.code} disabled={disabled} data-testid="purpose"
        onChange={(event) => manner.chooseProfile(event.currentTarget.value)}
        data={manner.profiles.map((profile) => ({ value: profile.code, label: profile.title }))}
      />
      <p className="muted small" data-testid="manner">{t("ui.signFile.summary", { form, level })}</p>
      {!manner.stamps && <p className="muted small">{t("ui.signFile.noServices")}</p>}
    </div>
  );
}

function Details({ manner, beside, disabled }: MannerProps) {
  const { t } = useTexts();
  return (
    <>
      {!beside && (
        <Radio.Group label={t("ui.signFile.form")} value={manner.form} onChange={(value) => manner.chooseForm(value as SignatureForm)}>
          <div className={styles.forms}>
            {manner.forms.map((form) => (
              <Radio key={form} value={form} label={t(`ui.signFile.forms.${form}`)} description={t(`ui.signFile.formHints.${form}`)} disabled={disabled} data-testid={`form-${form}`} />
            ))}
          </div>
        </Radio.Group>
      )}
      <Radio.Group label={t("ui.signFile.level")} value={manner.level} onChange={(value) => manner.chooseLevel(value as SignatureLevel)}>
        <div className={styles.forms}>
          {manner.levels.map((level) => (
            <Radio
              key={level} value={level} label={t(`ui.signFile.levels.${level}`)} description={t(`ui.signFile.levelHints.${level}`)}
              disabled={disabled || (level !== "basic" && !manner.stamps)} data-testid={`level-${level}`}
            />
          ))}
        </div>
      </Radio.Group>
      {manner.form === "pdf" && !beside && (
        <Checkbox label={t("ui.signFile.visible")} checked={manner.visible} onChange={(event) => manner.show(event.currentTarget.checked)} disabled={disabled} data-testid="visible" />
      )}
    </>
  );
}

function Done({ signed, onAnother }: { signed: SignedFile; onAnother: () => void }) {
  const { t, coded } = useTexts();
  return (
    <Page
      title={t("ui.signFile.title")}
      bar={<ActionBar><Button onClick={onAnother} data-testid="sign-another">{t("ui.signFile.another")}</Button></ActionBar>}
    >
      <div className={styles.stack}>
        <Strip tone="ok" testId="file-signed">
          <p><b>{t("ui.signFile.done")}</b></p>
          <p>{t("ui.signFile.written", { name: signed.name })}</p>
          <p className="muted small">{t("ui.signFile.folder", { folder: signed.folder })}</p>
        </Strip>
        {signed.noStamp && !signed.queued && (
          <section aria-label={t("ui.signFile.noStamp")}><ErrorNotice error={signed.noStamp} quiet /></section>
        )}
        {signed.noStamp && signed.queued && (
          <Strip tone="info" icon="sync" testId="queued">
            <p><b>{t("ui.signFile.queuedTitle")}</b></p>
            <p>{t("ui.signFile.queued", { why: coded("errors", { ...signed.noStamp, code: `${signed.noStamp.code}.why` }) })}</p>
          </Strip>
        )}
        <ReportView report={signed.report} />
      </div>
    </Page>
  );
}
