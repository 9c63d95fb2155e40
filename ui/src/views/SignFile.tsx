/** «Подписать файл»: file, person, one button; the signature appears beside the file and is judged at once. */
import { Button, Radio } from "@mantine/core";
import { useEffect, useState } from "react";
import { useAppState } from "../features/app/AppState";
import { useTokenScan } from "../features/certificates/useTokenScan";
import { DropZone, useDropsFor } from "../features/files/DropZone";
import { SignerChoice } from "../features/signing/SignerChoice";
import styles from "../features/signing/SignFile.module.css";
import { Folded } from "../features/verification/Folded";
import { ReportView } from "../features/verification/ReportView";
import { host, subscribe, type FileToSign, type SignedFile } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { ActionBar, Page } from "../shared/Page";
import { Card, Strip } from "../shared/Pieces";
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
  useEffect(() => subscribe("file-to-sign", take), []);
  useEffect(() => {
    // The command line may have named a file before this screen came up.
    void host.fileToSign().then(take, () => null);
  }, []);

  if (signed) return <Done signed={signed} onAnother={() => { setSigned(null); setFile(null); }} />;
  if (file) return <Prepare key={file.name} file={file} onFile={take} onChange={() => void choose.run()} onSigned={setSigned} />;
  return (
    <Page title={t("ui.signFile.title")} lead={<p className="muted small">{t("ui.signFile.lead")}</p>}>
      <div className={styles.stack}>
        {choose.error && <ErrorNotice error={choose.error} onClose={choose.clear} />}
        <DropZone icon="sign" text={t("ui.signFile.drop")} button={t("ui.signFile.choose")} busy={choose.busy} onChoose={() => void choose.run()} testId="sign-zone" />
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
  const [attached, setAttached] = useState(false);
  // The one who is signed in, or the only one there is, is offered; several are left to the user.
  const offered = fit.find((certificate) => certificate.id === state.session?.certificateId) ?? (fit.length === 1 ? fit[0] : undefined);
  const signer = fit.find((certificate) => certificate.id === picked) ?? (picked === null ? offered : undefined);
  const existing = useAction(async () => onFile(await host.chooseExisting()));
  const alone = useAction(async () => onFile(await host.forgetExisting()));
  const sign = useAction(async () => {
    if (signer) onSigned(await host.signFile(signer.id, { attached: attached && file.existing === null }));
  });
  const hint = sign.busy ? t("ui.signFile.working") : signer ? t("ui.signFile.pinNext") : t("ui.signFile.choosePerson");
  return (
    <Page
      title={t("ui.signFile.title")} lead={<p className="muted small">{t("ui.signFile.lead")}</p>}
      bar={
        <>
          {sign.error && <ErrorNotice error={sign.error} onClose={sign.clear} />}
          <ActionBar lead={<p className="muted small" role="status">{hint}</p>}>
            <Button size="md" leftSection={<Icon name="sign" />} loading={sign.busy} disabled={!signer} onClick={() => void sign.run()} data-testid="sign-file-confirm">
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
        {file.existing === null && (
          <Folded title={t("ui.signFile.more")} testId="sign-more">
            <Radio.Group label={t("ui.signFile.form")} value={attached ? "attached" : "detached"} onChange={(value) => setAttached(value === "attached")}>
              <div className={styles.forms}>
                <Radio value="detached" label={t("ui.signFile.detached")} description={t("ui.signFile.detachedHint")} disabled={sign.busy} data-testid="form-detached" />
                <Radio value="attached" label={t("ui.signFile.attached")} description={t("ui.signFile.attachedHint")} disabled={sign.busy} data-testid="form-attached" />
              </div>
            </Radio.Group>
            {existing.error && <ErrorNotice error={existing.error} onClose={existing.clear} />}
            <div><Button variant="default" onClick={() => void existing.run()} loading={existing.busy} data-testid="choose-existing">{t("ui.signFile.coSign")}</Button></div>
          </Folded>
        )}
      </div>
    </Page>
  );
}

function Done({ signed, onAnother }: { signed: SignedFile; onAnother: () => void }) {
  const { t } = useTexts();
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
        {signed.noStamp && (
          <section aria-label={t("ui.signFile.noStamp")}><ErrorNotice error={signed.noStamp} quiet /></section>
        )}
        <ReportView report={signed.report} />
      </div>
    </Page>
  );
}
