/** «Проверить файл»: drop or choose, the verdict at once, what is missing in one click, the protocol to keep. */
import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useAppState } from "../features/app/AppState";
import { DropZone, useDropsFor } from "../features/files/DropZone";
import { levelsOf, RaiseDialog } from "../features/verification/RaiseDialog";
import { ReportView } from "../features/verification/ReportView";
import { useFileCheck } from "../features/verification/useFileCheck";
import styles from "../features/verification/Verification.module.css";
import { host, type FileCheck, type SignedFile, type UiError, type VerificationReport } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { ActionBar, Page } from "../shared/Page";
import { Label, Loading, Strip } from "../shared/Pieces";
import { useAction } from "../shared/useAction";
import { useTexts } from "../shared/useTexts";

export function Verify({ above }: { above?: ReactNode }) {
  const { t } = useTexts();
  useDropsFor("verify");
  const { check, accept, forget } = useFileCheck();
  const choose = useAction(async () => accept(await host.chooseSigned()));
  const chooseContent = useAction(async () => accept(await host.chooseContent()));
  const fetch = useAction(async () => accept(await host.checkOnline()));
  const failed = choose.error ?? chooseContent.error ?? fetch.error;
  const clear = () => [choose, chooseContent, fetch].forEach((action) => action.clear());
  const report = check?.report ?? null;
  const [written, setWritten] = useState<string | null>(null);
  const raised = async (file: SignedFile) => {
    setWritten(file.name);
    accept(await host.fileCheck());
  };
  const checking = check && !check.report && !check.error;

  return (
    <Page
      title={t("ui.verify.title")} above={above} lead={!report && <p className="muted small">{t("ui.verify.lead")}</p>}
      bar={report && <Keep key={report.checkedAt} report={report} onAnother={forget} onRaised={(file) => void raised(file)} />}
    >
      <div className={styles.stack}>
        {failed && <ErrorNotice error={failed} onClose={clear} />}
        {checking ? (
          <div>
            <p role="status" data-testid="checking">{t("ui.verify.checking", { file: check.file })}</p>
            <Loading rows={3} height={60} />
          </div>
        ) : report ? (
          <ReportView report={report}>
            {written === report.file.name && <Strip tone="ok" testId="raised"><p>{t("ui.verify.raised", { name: written })}</p></Strip>}
            {report.verdict === "unknown" && <Missing online={report.online} busy={fetch.busy} onFetch={() => void fetch.run()} />}
          </ReportView>
        ) : check?.error ? (
          <Nothing check={check} error={check.error} busy={chooseContent.busy} onContent={() => void chooseContent.run()} onAnother={forget} />
        ) : check === null && (
          <DropZone
            icon="shield" text={t("ui.verify.drop")} note={t("ui.verify.dropNote")} button={t("ui.verify.choose")} busy={choose.busy}
            onChoose={() => void choose.run()} testId="verify-zone"
          />
        )}
      </div>
    </Page>
  );
}

function Missing({ online, busy, onFetch }: { online: boolean; busy: boolean; onFetch: () => void }) {
  const { t } = useTexts();
  return (
    <Strip tone="info" icon="sync" testId="missing">
      <p>{t(online ? "ui.verify.fetched" : "ui.verify.fetchText")}</p>
      <div>
        <Button variant={online ? "default" : "filled"} loading={busy} onClick={onFetch} data-testid="fetch-missing">
          {t(online ? "ui.verify.fetchAgain" : "ui.verify.fetch")}
        </Button>
      </div>
    </Strip>
  );
}

type NothingProps = { check: FileCheck; error: UiError; busy: boolean; onContent: () => void; onAnother: () => void };

/** There is no verdict: either the signed file is needed, or this is nothing that can be verified. */
function Nothing({ check, error, busy, onContent, onAnother }: NothingProps) {
  const { t } = useTexts();
  const another = <Button variant="default" onClick={onAnother} data-testid="verify-another">{t("ui.verify.another")}</Button>;
  if (error.code === "signature.content-required") {
    return (
      <Strip tone="info" icon="documents" testId="content-needed">
        <h2>{t("ui.verify.contentNeeded")}</h2>
        <p>{t("ui.verify.contentNeededText", { file: check.file })}</p>
        <div className={styles.actions}>
          <Button loading={busy} onClick={onContent} leftSection={<Icon name="open" />} data-testid="choose-content" data-autofocus>{t("ui.verify.chooseContent")}</Button>
          {another}
        </div>
      </Strip>
    );
  }
  return (
    <>
      <h2>{t("ui.verify.unreadable", { file: check.file })}</h2>
      <ErrorNotice error={error} />
      <div>{another}</div>
    </>
  );
}

type KeepProps = { report: VerificationReport; onAnother: () => void; onRaised: (file: SignedFile) => void };

function Keep({ report, onAnother, onRaised }: KeepProps) {
  const { t } = useTexts();
  const { state } = useAppState();
  const [raising, setRaising] = useState(false);
  // Where the proofs of what is added are kept; and what is bad does not become better.
  const levels = state.phase === "ready" && report.verdict !== "invalid" ? levelsOf[report.format] : undefined;
  const [saved, setSaved] = useState(false);
  const save = useAction(host.saveProtocol);
  const run = async () => setSaved((await save.run()) === true);
  return (
    <>
      {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
      <ActionBar>
        {saved && <Label tone="ok">{t("ui.verify.saved")}</Label>}
        <Button variant="default" onClick={onAnother} data-testid="verify-another">{t("ui.verify.another")}</Button>
        {levels && <Button variant="default" onClick={() => setRaising(true)} data-testid="raise">{t("ui.verify.raise")}</Button>}
        <Button leftSection={<Icon name="save" />} loading={save.busy} onClick={() => void run()} data-testid="save-protocol">{t("ui.verify.saveProtocol")}</Button>
      </ActionBar>
      {levels && (
        <RaiseDialog opened={raising} levels={levels} onClose={() => setRaising(false)} onRaised={(file) => { setRaising(false); onRaised(file); }} />
      )}
    </>
  );
}
