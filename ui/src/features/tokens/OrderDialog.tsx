/** Ordering a certificate: a new key on a token and the request for the centre. What was typed survives every error. */
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { host, type CertificateView, type OrderedCertificate, type TokenView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Loading, Strip } from "../../shared/Pieces";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { OrderForm } from "./OrderForm";
import styles from "./Tokens.module.css";

/** Where the key is to be made, and the certificate whose owner orders anew. */
export type Order = { token: TokenView; renewed: CertificateView | null };

type Props = { order: Order | null; makers: readonly TokenView[]; onClose: () => void };

export function OrderDialog({ order, makers, onClose }: Props) {
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  return (
    <Modal
      opened={order !== null} onClose={() => !busy && onClose()} title={t("ui.tokens.order.title")} size="lg" closeOnClickOutside={false} closeOnEscape={!busy}
      closeButtonProps={{ "aria-label": t("ui.close"), disabled: busy }} data-testid="order-dialog"
    >
      {order && <Ordering order={order} makers={makers} onBusy={setBusy} onClose={onClose} />}
    </Modal>
  );
}

type OrderingProps = { order: Order; makers: readonly TokenView[]; onBusy: (busy: boolean) => void; onClose: () => void };

function Ordering({ order: { token, renewed }, makers, onBusy, onClose }: OrderingProps) {
  const [ordered, setOrdered] = useState<OrderedCertificate | null>(null);
  const draft = useHostQuery(`order ${renewed?.id ?? ""}`, () => host.draftOrder(renewed?.id ?? null));
  if (ordered) return <Done ordered={ordered} onClose={onClose} />;
  if (draft.error) return <ErrorNotice error={draft.error} onRetry={() => void draft.reload()} />;
  if (!draft.data) return <Loading rows={5} />;
  // A token that was pulled out stays chosen: its form is kept until it is back.
  const choice = makers.some((one) => one.id === token.id) ? makers : [token, ...makers];
  return <OrderForm draft={draft.data} token={token} makers={choice} onBusy={onBusy} onOrdered={setOrdered} onCancel={onClose} />;
}

function Done({ ordered, onClose }: { ordered: OrderedCertificate; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <div className={styles.form}>
      <Strip tone="ok" testId="ordered">
        <p><b>{t("ui.tokens.order.done")}</b></p>
        <p>{t("ui.tokens.order.written", { name: ordered.name })}</p>
        <p className="muted small">{t("ui.tokens.order.folder", { folder: ordered.folder })}</p>
      </Strip>
      <div>
        <h3>{t("ui.tokens.order.next")}</h3>
        <ol className={styles.steps}>
          <li>{t("ui.tokens.order.send")}</li>
          <li>{t("ui.tokens.order.keep", { label: ordered.tokenLabel })}</li>
          <li>{t("ui.tokens.order.write")}</li>
        </ol>
      </div>
      <div className={styles.buttons}><Button onClick={onClose} data-autofocus data-testid="order-done">{t("ui.tokens.order.close")}</Button></div>
    </div>
  );
}
