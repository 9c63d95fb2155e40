/** One application: where it stands, everything the authority said, and what can be done about it. */
import { Button, Modal, NativeSelect, Switch } from "@mantine/core";
import { useState } from "react";
import documentStyles from "../features/document/Document.module.css";
import styles from "../features/orders/Orders.module.css";
import { host, type OrderPage } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Back, Page } from "../shared/Page";
import { Card, Facts, Label, Loading, Strip } from "../shared/Pieces";
import { go, paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

export function OrderView({ id }: { id: string }) {
  const { t } = useTexts();
  const query = useHostQuery(`order-${id}`, () => host.order(id), ["orders-changed", "outbox-changed"]);
  const page = query.data;
  const reload = () => void query.reload();
  return (
    <Page
      title={page?.item.serviceTitle || t("ui.orders.number", { id })} narrow
      above={<Back to={paths.orders} testId="orders-back">{t("ui.orders.back")}</Back>}
    >
      <div className={styles.stack}>
        {query.error && <ErrorNotice error={query.error} onRetry={reload} />}
        {!page && !query.error && <Loading rows={5} />}
        {page && <Body page={page} onChanged={reload} />}
      </div>
    </Page>
  );
}

function Body({ page, onChanged }: { page: OrderPage; onChanged: () => void }) {
  const { t, dateTime } = useTexts();
  const { item } = page;
  const watch = useAction(async (watched: boolean) => {
    await host.watchOrder(item.id, watched);
    onChanged();
  });
  return (
    <>
      <Card testId="order">
        <div className={styles.part}>
          <Facts
            rows={[
              [t("ui.orders.status"), <b key="status" data-testid="order-status">{item.status}</b>],
              [t("ui.orders.column.updated"), dateTime(item.updated)],
              [t("ui.orders.column.application"), t("ui.orders.number", { id: item.id })],
              [t("ui.orders.authority"), item.authority],
              [
                t("ui.orders.document"),
                item.documentId ? <a key="document" href={`#${paths.document(item.documentId)}`} data-testid="order-document">{page.documentTitle}</a> : t("ui.orders.elsewhere"),
              ],
              [t("ui.orders.attachments"), page.attachments.join(", ")],
              [t("ui.orders.results"), page.results.join(", ")],
            ]}
          />
          <div className={styles.buttons}>
            <Switch
              label={t("ui.orders.watch")} checked={item.watched} disabled={watch.busy} onChange={(event) => void watch.run(event.currentTarget.checked)} data-testid="order-watch"
            />
            {page.canCancel && <Cancelling id={item.id} onChanged={onChanged} />}
          </div>
          {watch.error && <ErrorNotice error={watch.error} onClose={watch.clear} />}
        </div>
      </Card>
      {page.outdated && <Strip tone="info" icon="sync" testId="order-outdated"><p>{t("ui.orders.outdated")}</p></Strip>}
      {page.underWay && <Strip tone="info" icon="outbox" testId="order-under-way"><p>{t("ui.orders.underWay")}</p></Strip>}
      {page.canAnswer && <Answering page={page} onChanged={onChanged} />}
      {page.refused && <Refused page={page} />}
      <section aria-labelledby="order-history" className={styles.part}>
        <h2 id="order-history">{t("ui.orders.history")}</h2>
        {page.history.length === 0 && <p className="muted">{t("ui.orders.noHistory")}</p>}
        <ol className={documentStyles.steps} data-testid="order-steps">
          {page.history.map((status, index) => (
            <li key={index} className={documentStyles.step}>
              <span><b>{status.title}</b> {status.final && <Label tone="quiet">{t("ui.document.history.final")}</Label>}</span>
              {status.comment && <p>{status.comment}</p>}
              <span className="muted small">{[dateTime(status.at), status.sender].filter(Boolean).join(" · ")}</span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}

function Cancelling({ id, onChanged }: { id: string; onChanged: () => void }) {
  const { t } = useTexts();
  const [asking, setAsking] = useState(false);
  const cancel = useAction(async () => {
    await host.cancelOrder(id);
    setAsking(false);
    onChanged();
  });
  return (
    <>
      <Button variant="default" size="compact-md" leftSection={<Icon name="undo" size={16} />} onClick={() => setAsking(true)} data-testid="order-cancel">{t("ui.orders.cancel")}</Button>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t("ui.orders.cancelTitle")} closeButtonProps={{ "aria-label": t("ui.close") }}>
        <div className={styles.stack}>
          <p>{t("ui.orders.cancelText", { id })}</p>
          {cancel.error && <ErrorNotice error={cancel.error} onClose={cancel.clear} />}
          <div className={styles.buttons}>
            <Button variant="default" onClick={() => setAsking(false)} data-autofocus>{t("ui.orders.keep")}</Button>
            <Button onClick={() => void cancel.run()} loading={cancel.busy} data-testid="order-cancel-confirm">{t("ui.orders.cancel")}</Button>
          </div>
        </div>
      </Modal>
    </>
  );
}

function Answering({ page, onChanged }: { page: OrderPage; onChanged: () => void }) {
  const { t, dateTime } = useTexts();
  const [chosen, setChosen] = useState("");
  const document = chosen || page.answers[0]?.documentId;
  const send = useAction(async () => {
    if (!document) return;
    await host.answerOrder(page.item.id, document);
    onChanged();
  });
  return (
    <Strip tone="warn" icon="question" testId="order-question">
      <div className={styles.part}>
        <p><b>{t("ui.orders.answer.title")}</b></p>
        {page.item.answerUntil && <p data-testid="answer-until">{t("ui.orders.answer.until", { until: dateTime(page.item.answerUntil) })}</p>}
        {page.history.at(-1)?.comment && <p>{page.history.at(-1)?.comment}</p>}
        <p>{t("ui.orders.answer.text")}</p>
        {page.answers.length === 0 && <p>{t("ui.orders.answer.none")}</p>}
        {page.answers.length > 0 && (
          <>
            <NativeSelect
              label={t("ui.orders.answer.choose")} value={document ?? ""} onChange={(event) => setChosen(event.currentTarget.value)} data-testid="order-answer"
              data={page.answers.map(({ documentId, title }) => ({ value: documentId, label: title }))}
            />
            <div className={styles.buttons}>
              <Button onClick={() => void send.run()} loading={send.busy} leftSection={<Icon name="outbox" size={16} />} data-testid="order-answer-send">{t("ui.orders.answer.send")}</Button>
            </div>
          </>
        )}
        {send.error && <ErrorNotice error={send.error} onClose={send.clear} />}
      </div>
    </Strip>
  );
}

function Refused({ page }: { page: OrderPage }) {
  const { t } = useTexts();
  const repeat = useAction(async () => {
    const draft = await host.repeatOrder(page.item.id);
    go(paths.draft(draft.id));
  });
  return (
    <Strip tone="bad" icon="error" testId="order-refused">
      <div className={styles.part}>
        <p><b>{t("ui.orders.refused.title")}</b></p>
        <p>{t("ui.orders.refused.text")}</p>
        {repeat.error && <ErrorNotice error={repeat.error} onClose={repeat.clear} />}
        {page.canRepeat && (
          <div className={styles.buttons}>
            <Button variant="default" onClick={() => void repeat.run()} loading={repeat.busy} leftSection={<Icon name="edit" size={16} />} data-testid="order-repeat">{t("ui.orders.refused.repeat")}</Button>
          </div>
        )}
      </div>
    </Strip>
  );
}
