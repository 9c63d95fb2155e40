/** Signing runs that are under way or were broken off; nothing is shown when there are none. */
import { Button, Modal, Progress } from "@mantine/core";
import { useState } from "react";
import { host, type SigningRun } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Signing.module.css";
import { SigningSheet } from "./SigningSheet";

export function UnfinishedRuns({ onChanged }: { onChanged?: () => void }) {
  const { t } = useTexts();
  const runs = useHostQuery("signing-runs", host.signingRuns, ["documents-changed"]);
  const [left, setLeft] = useState<SigningRun | null>(null);
  const [dropping, setDropping] = useState<SigningRun | null>(null);
  const drop = useAction(async (run: SigningRun) => {
    await host.dropSigning(run.id);
    setDropping(null);
    await runs.reload();
  });
  const close = () => {
    setLeft(null);
    void runs.reload();
    onChanged?.();
  };
  return (
    <>
      {runs.data?.map((run) => <Banner key={run.id} run={run} onGoOn={() => setLeft(run)} onDrop={() => setDropping(run)} />)}
      {left && <SigningSheet left={left} onClose={close} />}
      <Modal opened={dropping !== null} onClose={() => setDropping(null)} title={t("ui.signing.drop.title")} closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="drop-run">
        {dropping && (
          <div className={styles.section}>
            <p>{t("ui.signing.drop.text", { count: waiting(dropping) })}</p>
            {drop.error && <ErrorNotice error={drop.error} onClose={drop.clear} />}
            <div className={styles.choices}>
              <Button variant="default" onClick={() => setDropping(null)}>{t("ui.cancel")}</Button>
              <Button color="red" loading={drop.busy} onClick={() => void drop.run(dropping)} data-testid="drop-run-confirm">{t("ui.signing.drop.confirm")}</Button>
            </div>
          </div>
        )}
      </Modal>
    </>
  );
}

const waiting = (run: SigningRun) => run.items.filter((item) => item.state === "waiting").length;

function Banner({ run, onGoOn, onDrop }: { run: SigningRun; onGoOn: () => void; onDrop: () => void }) {
  const { t, when } = useTexts();
  const signed = run.items.filter((item) => item.state === "signed").length;
  const total = run.items.length;
  const progress = t("ui.signing.progress", { signed, total });
  if (run.progress) {
    return (
      <Strip tone="info" icon="sign" testId="run-under-way">
        <p><b>{t("ui.signing.underWay")}</b> {progress}.</p>
        <Progress value={(signed / total) * 100} size="sm" aria-label={progress} />
        <div><Button variant="default" size="compact-sm" onClick={() => void host.stopSigning()} data-testid="banner-stop">{t("ui.signing.stop")}</Button></div>
      </Strip>
    );
  }
  return (
    <Strip tone="warn" icon="sign" testId="unfinished-run">
      <p><b>{progress}.</b> {t("ui.signing.unfinished", { when: when(run.started), name: run.holder })}</p>
      <p>{run.stopped ? t(`errors.${run.stopped.code}.what`, run.stopped.params) : t("ui.signing.brokenOff")}</p>
      <div className={styles.choices}>
        <Button size="compact-sm" leftSection={<Icon name="sign" size={16} />} onClick={onGoOn} data-testid="run-go-on">{t("ui.signing.goOn", { count: waiting(run) })}</Button>
        <Button variant="subtle" size="compact-sm" onClick={onDrop} data-testid="run-drop">{t("ui.signing.drop.button")}</Button>
      </div>
    </Strip>
  );
}
