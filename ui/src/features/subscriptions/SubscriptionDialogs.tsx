/** What is asked before a subscription changes, and what can be read about it. */
import { Button, Checkbox, Modal, NumberInput, Select } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";
import { host, type Subscriptions, type SubscriptionOfferView, type SubscriptionView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Facts } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "../cabinet/Cabinet.module.css";
import { roubles, usePrice } from "./SubscriptionList";

/** Months a portal takes at once. */
const LONGEST = 36;
type Done = { onClose: () => void; onDone: (list: Subscriptions) => void };
type OfOne = Done & { one: SubscriptionView | null };

function Dialog({ opened, title, onClose, children }: { opened: boolean; title: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTexts();
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={title} closeButtonProps={{ "aria-label": t("ui.close") }}>
      {opened && <div className={styles.stack}>{children}</div>}
    </Modal>
  );
}

function Months({ value, onChange, price }: { value: number; onChange: (months: number) => void; price: number | null }) {
  const { t, language } = useTexts();
  return (
    <>
      <NumberInput
        label={t("ui.subscriptions.months")} value={value} min={1} max={LONGEST} clampBehavior="strict" allowDecimal={false} allowNegative={false} onChange={(months) => onChange(Number(months) || 1)} data-testid="months"
      />
      {price !== null && <p data-testid="sum">{t("ui.subscriptions.sum")}: <b>{roubles(price * value, language)}</b></p>}
    </>
  );
}

/** The same months again, whenever another one is opened. */
function useMonths(key: string, first: number): [number, (months: number) => void] {
  const [months, setMonths] = useState(first);
  useEffect(() => setMonths(first), [key, first]);
  return [months, setMonths];
}

export function SubscribeDialog({ opened, offers, onClose, onDone }: Done & { opened: boolean; offers: SubscriptionOfferView[] }) {
  const { t } = useTexts();
  const [code, setCode] = useState<string | null>(null);
  const [months, setMonths] = useMonths(String(opened), 12);
  const offer = offers.find((one) => one.service.code === code) ?? null;
  const act = useAction(async (confirmed: boolean) => {
    if (offer) onDone(await host.subscribe(offer.service.code, months, confirmed));
  });
  return (
    <Dialog opened={opened} title={t("ui.subscriptions.subscribeTitle")} onClose={onClose}>
      <Select
        label={t("ui.subscriptions.service")} placeholder={t("ui.subscriptions.choose")} data={offers.map(({ service }) => ({ value: service.code, label: service.title }))} value={code} onChange={setCode} searchable
        data-testid="offer"
      />
      {offer && (
        <>
          <Facts rows={[[t("ui.subscriptions.agency"), offer.service.agency], [t("ui.subscriptions.term"), offer.service.termDays]]} />
          {offer.service.summary && <p>{offer.service.summary}</p>}
          <Months value={months} onChange={setMonths} price={offer.price} />
        </>
      )}
      <p className="muted small">{t("ui.subscriptions.subscribeHint")}</p>
      {act.error && <ErrorNotice error={act.error} onClose={act.clear} />}
      <div className={styles.foot}>
        <Button variant="subtle" onClick={onClose}>{t("ui.cancel")}</Button>
        <Button variant="default" disabled={!offer || act.busy} onClick={() => void act.run(false)} data-testid="subscribe-later">{t("ui.subscriptions.subscribeLater")}</Button>
        <Button disabled={!offer} loading={act.busy} onClick={() => void act.run(true)} data-testid="subscribe-now">{t("ui.subscriptions.subscribeNow")}</Button>
      </div>
    </Dialog>
  );
}

export function ConfirmDialog({ one, onClose, onDone }: OfOne) {
  const { t } = useTexts();
  const act = useAction(async (id: string) => onDone(await host.confirmSubscription(id)));
  return (
    <Dialog opened={one !== null} title={t("ui.subscriptions.confirmTitle")} onClose={onClose}>
      <p>{t("ui.subscriptions.confirmText", { service: one?.service.title })}</p>
      {act.error && <ErrorNotice error={act.error} onClose={act.clear} />}
      <div className={styles.foot}>
        <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
        <Button loading={act.busy} onClick={() => one && void act.run(one.id)} data-testid="confirm-do">{t("ui.subscriptions.confirm")}</Button>
      </div>
    </Dialog>
  );
}

export function ExtendDialog({ one, onClose, onDone }: OfOne) {
  const { t } = useTexts();
  const key = one?.id ?? "";
  const [months, setMonths] = useMonths(key, one?.months ?? 12);
  const [paid, setPaid] = useState(false);
  useEffect(() => setPaid(false), [key]);
  const act = useAction(async (id: string) => onDone(await host.extendSubscription(id, months, paid)));
  return (
    <Dialog opened={one !== null} title={t("ui.subscriptions.extendTitle")} onClose={onClose}>
      <p>{one?.service.title}</p>
      <Months value={months} onChange={setMonths} price={one?.price ?? null} />
      <Checkbox checked={paid} onChange={(event) => setPaid(event.currentTarget.checked)} label={t("ui.subscriptions.paid")} data-testid="paid" />
      {act.error && <ErrorNotice error={act.error} onClose={act.clear} />}
      <div className={styles.foot}>
        <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
        <Button loading={act.busy} disabled={!paid} onClick={() => one && void act.run(one.id)} data-testid="extend-do">{t("ui.subscriptions.extend")}</Button>
      </div>
    </Dialog>
  );
}

export function CancelDialog({ one, onClose, onDone }: OfOne) {
  const { t } = useTexts();
  const act = useAction(async (id: string) => onDone(await host.cancelSubscription(id)));
  return (
    <Dialog opened={one !== null} title={t("ui.subscriptions.cancelTitle")} onClose={onClose}>
      <p>{t("ui.subscriptions.cancelText", { service: one?.service.title })}</p>
      {act.error && <ErrorNotice error={act.error} onClose={act.clear} />}
      <div className={styles.foot}>
        <Button variant="default" onClick={onClose} data-autofocus>{t("ui.subscriptions.keep")}</Button>
        <Button color="red" loading={act.busy} onClick={() => one && void act.run(one.id)} data-testid="cancel-do">{t("ui.subscriptions.cancelDo")}</Button>
      </div>
    </Dialog>
  );
}

export function DetailsDialog({ one, onClose }: { one: SubscriptionView | null; onClose: () => void }) {
  const { t, has, date, dateTime } = useTexts();
  const price = usePrice(one?.price ?? null);
  const word = (operation: string) => (has(`ui.subscriptions.event.${operation}`) ? t(`ui.subscriptions.event.${operation}`) : operation);
  return (
    <Dialog opened={one !== null} title={one?.service.title ?? ""} onClose={onClose}>
      {one && (
        <>
          {one.service.summary && <p>{one.service.summary}</p>}
          <Facts
            rows={[
              [t("ui.subscriptions.agency"), one.service.agency], [t("ui.subscriptions.term"), one.service.termDays], [t("ui.subscriptions.documents"), one.service.documents.join(", ")],
              [t("ui.subscriptions.period"), one.since && `${t("ui.subscriptions.since")} ${date(one.since)}${one.until ? ` ${t("ui.subscriptions.until", { until: date(one.until) })}` : ""}`],
              [t("ui.subscriptions.cost"), price],
            ]}
          />
          <h3>{t("ui.subscriptions.history")}</h3>
          <ul className={styles.list} data-testid="history">
            {one.history.map((event, index) => (
              <li key={index} className={styles.line}>
                <span>{word(event.operation)}</span>
                <span className="muted small">{[event.at && dateTime(event.at), event.by].filter(Boolean).join(", ")}</span>
              </li>
            ))}
          </ul>
          <div className={styles.foot}>
            <Button variant="default" onClick={() => go(paths.service(one.service.code))} data-testid="open-service">{t("ui.subscriptions.openService")}</Button>
            <Button onClick={onClose}>{t("ui.close")}</Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
