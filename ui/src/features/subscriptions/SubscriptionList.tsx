/** Subscriptions: those that wait, those in force, those that ended; each can be read about, and changed after a confirmation. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { host, type Subscriptions, type SubscriptionView } from "../../ipc";
import { Age } from "../../shared/Age";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Empty, Label, Loading, Strip, type Tone } from "../../shared/Pieces";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "../cabinet/Cabinet.module.css";
import { PermittedButton } from "../cabinet/Permitted";
import { CancelDialog, ConfirmDialog, DetailsDialog, ExtendDialog, SubscribeDialog } from "./SubscriptionDialogs";

export type Operation = "confirm" | "extend" | "cancel" | "help";
const PERMISSION = "services.enable";
const tones: Record<string, Tone> = { active: "ok", "awaiting-confirmation": "warn", ended: "quiet" };
const groups = [["awaiting-confirmation", "waiting"], ["active", "active"], ["ended", "over"]] as const;

export function SubscriptionList() {
  const { t, dateTime } = useTexts();
  const list = useHostQuery("subscriptions", () => host.subscriptions(true));
  const [newer, setNewer] = useState<Subscriptions | null>(null);
  const [subscribing, setSubscribing] = useState(false);
  const [chosen, setChosen] = useState<{ operation: Operation; one: SubscriptionView } | null>(null);
  const view = newer ?? list.data;
  const reload = () => {
    setNewer(null);
    void list.reload();
  };
  const close = () => {
    setSubscribing(false);
    setChosen(null);
  };
  const accept = (next: Subscriptions) => {
    setNewer(next);
    close();
  };
  const dialog = (operation: Operation) => (chosen?.operation === operation ? chosen.one : null);
  const known = new Set<string>(groups.map(([status]) => status));
  const ofGroup = (status: string) => view?.items.filter((one) => one.status === status || (status === "active" && !known.has(one.status))) ?? [];
  return (
    <div className={styles.stack}>
      <div className={styles.tools}>
        <span className="muted small">{view?.at && <>{t("ui.subscriptions.at", { at: dateTime(view.at) })}<Age since={view.at} /></>}</span>
        <div className={styles.actions}>
          <Button variant="default" leftSection={<Icon name="sync" size={16} />} loading={list.loading && view !== null} onClick={reload} data-testid="refresh">{t("ui.organisations.refresh")}</Button>
          {view && view.offers.length > 0 && (
            <PermittedButton permission={PERMISSION} leftSection={<Icon name="plus" size={16} />} onClick={() => setSubscribing(true)} data-testid="subscribe">{t("ui.subscriptions.subscribe")}</PermittedButton>
          )}
        </div>
      </div>
      {list.error && <ErrorNotice error={list.error} onRetry={reload} />}
      {!view && !list.error && <Loading rows={3} height={110} />}
      {view?.presence === "absent" && <Strip tone="info" testId="absent"><p>{t("ui.subscriptions.absent")}</p></Strip>}
      {view?.error && <ErrorNotice error={view.error} onRetry={reload} />}
      {view?.refused && view.presence === "present" && <div data-testid="subscriptions-refused"><ErrorNotice error={view.refused} compact /></div>}
      {view && view.items.length === 0 && view.presence !== "absent" && (
        view.at ? <Empty icon="calendar" title={t("ui.subscriptions.empty")}>{t("ui.subscriptions.emptyText")}</Empty>
          : <Empty icon="offline" title={t("ui.subscriptions.unknown")}>{t("ui.subscriptions.unknownText")}</Empty>
      )}
      {view && groups.map(([status, name]) => {
        const items = ofGroup(status);
        if (items.length === 0) return null;
        return (
          <section key={status} className={styles.section} aria-labelledby={`subscriptions-${status}`}>
            <h2 id={`subscriptions-${status}`}>{t(`ui.subscriptions.${name}`)}</h2>
            <ul className={styles.cards} data-testid={`subscriptions-${status}`}>
              {items.map((one) => <Row key={one.id} one={one} onChoose={(operation) => setChosen({ operation, one })} />)}
            </ul>
          </section>
        );
      })}
      <SubscribeDialog opened={subscribing} offers={view?.offers ?? []} onClose={close} onDone={accept} />
      <ConfirmDialog one={dialog("confirm")} onClose={close} onDone={accept} />
      <ExtendDialog one={dialog("extend")} onClose={close} onDone={accept} />
      <CancelDialog one={dialog("cancel")} onClose={close} onDone={accept} />
      <DetailsDialog one={dialog("help")} onClose={close} />
    </div>
  );
}

function Row({ one, onChoose }: { one: SubscriptionView; onChoose: (operation: Operation) => void }) {
  const { t, has, date } = useTexts();
  const word = has(`ui.subscriptions.status.${one.status}`) ? t(`ui.subscriptions.status.${one.status}`) : one.status;
  const ended = one.status === "ended";
  const term = one.since && `${t("ui.subscriptions.since")} ${date(one.since)}${one.until ? ` ${t("ui.subscriptions.until", { until: date(one.until) })}` : ""}`;
  return (
    <li className={styles.card} data-testid={`subscription-${one.id}`} data-status={one.status}>
      <div className={styles.head}>
        <h3 className={styles.name}>{one.service.title}</h3>
        <Label tone={tones[one.status] ?? "info"}>{word}</Label>
      </div>
      <p className="muted small">{[one.service.agency, term, usePrice(one.price)].filter(Boolean).join(" · ")}</p>
      <div className={styles.actions}>
        {one.status === "awaiting-confirmation" && <PermittedButton size="compact-md" permission={PERMISSION} onClick={() => onChoose("confirm")} data-testid="confirm">{t("ui.subscriptions.confirm")}</PermittedButton>}
        {one.status === "active" && <PermittedButton size="compact-md" permission={PERMISSION} onClick={() => onChoose("extend")} data-testid="extend">{t("ui.subscriptions.extend")}</PermittedButton>}
        <Button size="compact-md" variant="default" onClick={() => onChoose("help")} data-testid="help">{t("ui.subscriptions.help")}</Button>
        {!ended && <PermittedButton size="compact-md" variant="subtle" color="red" permission={PERMISSION} onClick={() => onChoose("cancel")} data-testid="cancel">{t("ui.subscriptions.cancel")}</PermittedButton>}
      </div>
    </li>
  );
}

/** Roubles a month in words. */
export function usePrice(price: number | null): string {
  const { t, language } = useTexts();
  if (price === null) return "";
  return price === 0 ? t("ui.subscriptions.free") : t("ui.subscriptions.price", { price: roubles(price, language) });
}

export const roubles = (sum: number, language: string) =>
  sum.toLocaleString(language === "en" ? "en-GB" : "ru-RU", { style: "currency", currency: "RUB", maximumFractionDigits: 0 });
