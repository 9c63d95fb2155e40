/** Taking a power of attorney back: what stops at once, who loses what, what falls with it; then the signature. */
import { Button, Modal, Textarea } from "@mantine/core";
import { useState } from "react";
import { host, type DocumentRow, type PoaConsequences } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Loading, Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { SigningSheet } from "../signing/SigningSheet";
import styles from "./PoaBack.module.css";

/** As many characters have room in the file. */
const LONGEST = 500;

type Props = { number: string; state: string; onDone: () => void };

/** Where there is something to take back. */
const standing: ReadonlySet<string> = new Set(["signed", "queued", "processing", "outcome-unknown", "active"]);

/** The sheet stays to tell what became of the signature, though with that there is nothing to take back any more. */
export function RevokeAction({ number, state, onDone }: Props) {
  const { t } = useTexts();
  const [asking, setAsking] = useState(false);
  const [signing, setSigning] = useState<DocumentRow[] | null>(null);
  const sign = (row: DocumentRow) => {
    setAsking(false);
    setSigning([row]);
  };
  const finish = () => {
    setSigning(null);
    onDone();
  };
  return (
    <>
      {standing.has(state) && <Button variant="default" color="red" onClick={() => setAsking(true)} data-testid="poa-revoke">{t("ui.poaBack.revoke")}</Button>}
      <Modal opened={asking} onClose={() => setAsking(false)} size="lg" title={t("ui.poaBack.revokeTitle")} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
        {asking && <Question number={number} onClose={() => setAsking(false)} onMade={sign} onUnqueued={() => { setAsking(false); onDone(); }} />}
      </Modal>
      <SigningSheet documents={signing} onClose={finish} />
    </>
  );
}

type QuestionProps = { number: string; onClose: () => void; onMade: (row: DocumentRow) => void; onUnqueued: () => void };

function Question({ number, onClose, onMade, onUnqueued }: QuestionProps) {
  const { t } = useTexts();
  const query = useHostQuery(`poa-consequences ${number}`, () => host.poaConsequences(number));
  const [reason, setReason] = useState("");
  const write = useAction(async () => {
    const id = await host.draftRevocation(number, reason);
    onMade((await host.document(id)).row);
  });
  const unqueue = useAction(async () => {
    await host.unqueuePoa(number);
    onUnqueued();
  });
  const told = query.data;
  if (query.error) return <ErrorNotice error={query.error} onRetry={() => void query.reload()} />;
  if (!told) return <Loading rows={4} />;
  return (
    <form className={styles.stack} data-testid="revoke-question" onSubmit={(event) => { event.preventDefault(); void write.run(); }}>
      {told.way === "none" && told.against && <ErrorNotice error={told.against} />}
      {told.way === "unqueue" && <Strip tone="info" testId="revoke-unqueue"><p>{t("ui.poaBack.unqueueText")}</p></Strip>}
      {told.way === "revoke" && (
        <>
          <Consequences told={told} />
          <Textarea
            label={t("ui.poaBack.reason")} description={t("ui.poaBack.reasonHint")} value={reason} onChange={(event) => setReason(event.currentTarget.value)} maxLength={LONGEST} rows={3} required
            data-testid="revoke-reason"
          />
          <p className="muted small">{told.signer ? t("ui.poaBack.signer", { name: told.signer }) : t("ui.poaBack.signerUnknown")}</p>
        </>
      )}
      {write.error && <ErrorNotice error={write.error} onClose={write.clear} />}
      {unqueue.error && <ErrorNotice error={unqueue.error} onClose={unqueue.clear} />}
      <div className={styles.foot}>
        <Button variant="subtle" onClick={onClose}>{t("ui.cancel")}</Button>
        {told.way === "unqueue" && <Button loading={unqueue.busy} onClick={() => void unqueue.run()} data-testid="revoke-unqueue-do">{t("ui.poaBack.unqueue")}</Button>}
        {told.way === "revoke" && (
          <Button type="submit" color="red" leftSection={<Icon name="sign" />} disabled={reason.trim().length < 3} loading={write.busy} data-testid="revoke-write">{t("ui.poaBack.revokeDo")}</Button>
        )}
      </div>
    </form>
  );
}

function Consequences({ told }: { told: PoaConsequences }) {
  const { t } = useTexts();
  return (
    <>
      <Strip tone="warn" testId="revoke-consequences">
        <p><b>{t("ui.poaBack.atOnce", { names: told.representatives.join(", ") })}</b></p>
        <p>{t(told.isTold ? "ui.poaBack.registryLater" : "ui.poaBack.registryNever")}</p>
      </Strip>
      {told.irrevocable !== null && <Strip tone="bad" testId="revoke-irrevocable"><p>{t("ui.poaBack.irrevocable", { condition: told.irrevocable })}</p></Strip>}
      {told.powers.length > 0 && <Named title={t("ui.poaBack.powers")} all={told.powers} />}
      {told.chosenFor.length > 0 && <p data-testid="revoke-chosen">{t("ui.poaBack.chosen", { count: told.chosenFor.length })}</p>}
      {told.fallen.length > 0 && (
        <section className={styles.section} data-testid="revoke-fallen">
          <h3>{t("ui.poaBack.fallen", { count: told.fallen.length })}</h3>
          <ul className={styles.list}>{told.fallen.map((one) => <li key={one.number}>{one.representatives.join(", ")}, № {one.number}</li>)}</ul>
        </section>
      )}
    </>
  );
}

function Named({ title, all }: { title: string; all: string[] }) {
  return (
    <section className={styles.section}>
      <h3>{title}</h3>
      <ul className={styles.list}>{all.map((one) => <li key={one}>{one}</li>)}</ul>
    </section>
  );
}
