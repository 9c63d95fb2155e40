/** Sending many documents: each goes to its only service; where there is a choice, it is left to the document's page. */
import { Button, Modal } from "@mantine/core";
import { useEffect, useState } from "react";
import { host, toUiError, type DocumentRow, type UiError } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { QueueNote } from "./QueueNote";
import styles from "./Sending.module.css";

type Result = "queued" | "no-service" | "choose" | UiError;

async function sendOne(id: string): Promise<Result> {
  try {
    const { services } = await host.document(id);
    const [service, another] = services;
    if (!service) return "no-service";
    if (another) return "choose";
    await host.sendDocument(id, service.code);
    return "queued";
  } catch (cause) {
    return toUiError(cause);
  }
}

export function BatchSending({ documents, onClose }: { documents: DocumentRow[] | null; onClose: () => void }) {
  const { t } = useTexts();
  const [rows, setRows] = useState<DocumentRow[]>([]);
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(new Map());
  useEffect(() => {
    if (!documents) return;
    setRows((old) => (old.length > 0 ? old : documents));
  }, [documents]);
  const send = useAction(async () => {
    for (const row of rows) {
      const result = await sendOne(row.id);
      setResults((old) => new Map(old).set(row.id, result));
    }
  });
  const close = () => {
    if (send.busy) return;
    setRows([]);
    setResults(new Map());
    onClose();
  };
  const started = send.busy || results.size > 0;
  const queued = [...results.values()].filter((result) => result === "queued").length;
  return (
    <Modal
      opened={documents !== null} onClose={close} title={t(started ? "ui.sending.result" : "ui.sending.title")} size="lg" closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="batch-sending"
    >
      <div className={styles.stack}>
        {started ? <p role="status">{t("ui.sending.progress", { done: queued, total: rows.length })}</p> : <QueueNote />}
        <ul className={styles.list}>
          {rows.map((row) => (
            <li key={row.id} className={styles.row}>
              <span>{row.title}</span>
              <ResultLine id={row.id} result={results.get(row.id)} onOpen={close} />
            </li>
          ))}
        </ul>
        <div className={styles.foot}>
          {started ? (
            <Button onClick={close} loading={send.busy} data-testid="batch-done">{t("ui.sending.done")}</Button>
          ) : (
            <>
              <Button variant="default" onClick={close}>{t("ui.cancel")}</Button>
              <Button leftSection={<Icon name="outbox" />} onClick={() => void send.run()} data-testid="batch-confirm" data-autofocus>
                {t("ui.documents.send", { count: rows.length })}
              </Button>
            </>
          )}
        </div>
      </div>
    </Modal>
  );
}

function ResultLine({ id, result, onOpen }: { id: string; result: Result | undefined; onOpen: () => void }) {
  const { t } = useTexts();
  if (result === undefined) return null;
  if (result === "queued") return <Label tone="ok">{t("ui.sending.queued")}</Label>;
  if (result === "no-service") return <Label tone="warn">{t("ui.sending.noService")}</Label>;
  if (result === "choose") {
    return <Label tone="warn"><a href={`#${paths.document(id)}`} onClick={onOpen}>{t("ui.sending.chooseApart")}</a></Label>;
  }
  return <ErrorNotice error={result} quiet />;
}
