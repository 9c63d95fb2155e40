/** Organisations as cards: name, numbers, role, how far the link is, whether a certificate is at hand, and what can be done. */
import { Button } from "@mantine/core";
import type { MyOrganisations, OrganisationCard } from "../../ipc";
import { useErrorParts } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label, type Tone } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useTexts } from "../../shared/useTexts";
import styles from "./Cabinet.module.css";

export type CardAction = "enter" | "add" | "unlink" | "remove";

const statusTone: Record<string, Tone> = {
  active: "ok", "awaiting-signature": "warn", "awaiting-code": "warn", "awaiting-director": "warn", "in-review": "info", refused: "bad", inactive: "bad", expired: "bad",
  unknown: "warn", "not-received": "warn", unlinked: "quiet", withdrawn: "quiet",
};

export const toneOf = (status: string): Tone => statusTone[status] ?? "info";

/** Words of a status; one without words is shown as the portal wrote it. */
export function useStatusWord() {
  const { t, has } = useTexts();
  return (status: string) => (has(`ui.organisations.status.${status}`) ? t(`ui.organisations.status.${status}`) : status);
}

export function OrganisationCards({ mine, shown, busy, onAct }: { mine: MyOrganisations; shown: OrganisationCard[]; busy: boolean; onAct: (action: CardAction, card: OrganisationCard) => void }) {
  const { t } = useTexts();
  return (
    <ul className={styles.cards} aria-label={t("ui.organisations.title")} data-testid="organisation-cards">
      {shown.map((card) => <CardView key={card.oid ?? card.organisationId} card={card} present={mine.presence === "present"} busy={busy} onAct={onAct} />)}
    </ul>
  );
}

function CardView({ card, present, busy, onAct }: { card: OrganisationCard; present: boolean; busy: boolean; onAct: (action: CardAction, card: OrganisationCard) => void }) {
  const { t, date } = useTexts();
  const word = useStatusWord();
  const days = card.certificateDaysLeft ?? 0;
  const ranks = [card.role, card.chief && t("ui.organisations.chief"), card.administrator && t("ui.organisations.administrator")].filter(Boolean).join(", ");
  return (
    <li className={`${styles.card} ${card.current ? styles.chosen : ""}`} data-testid={`card-${card.inn}`}>
      <div className={styles.head}>
        <h2 className={styles.name} title={card.fullName ?? undefined}>{card.name}</h2>
        {card.current && <Label tone="accent" icon="check" pill>{t("ui.organisations.current")}</Label>}
      </div>
      <div className={`${styles.numbers} muted`}>
        <span>{t("ui.organisation.inn", { inn: card.inn })}</span>
        {card.ogrn && <span>{t("ui.settings.ogrnValue", { ogrn: card.ogrn })}</span>}
        {card.kpp && <span>{t("ui.settings.kppValue", { kpp: card.kpp })}</span>}
      </div>
      {ranks && <p className="small">{t("ui.organisations.role")}: {ranks}</p>}
      <div className={styles.labels}>
        {card.status ? <Label tone={toneOf(card.status)}>{word(card.status)}{card.since && ` (${t("ui.organisations.since").toLowerCase()} ${date(card.since)})`}</Label>
          : <Label tone="quiet">{t("ui.organisations.local")}</Label>}
        <Label tone={card.certificate === "fit" ? "ok" : card.certificate === "expiring" ? "warn" : "quiet"} icon="token">
          {card.certificate === "expiring" ? t("ui.organisations.certificate.expiring", { count: days }) : t(`ui.organisations.certificate.${card.certificate}`)}
        </Label>
      </div>
      <div className={styles.actions}>
        {card.organisationId && !card.current && (
          <Button size="compact-md" onClick={() => onAct("enter", card)} disabled={busy} leftSection={<Icon name="next" size={16} />} data-testid="enter">{t("ui.organisations.enter")}</Button>
        )}
        {!card.organisationId && card.status === "active" && (
          <Button size="compact-md" onClick={() => onAct("add", card)} disabled={busy} leftSection={<Icon name="plus" size={16} />} data-testid="add-here">{t("ui.organisations.addHere")}</Button>
        )}
        {card.current && (
          <Button size="compact-md" variant="default" component="a" href={`#${paths.employees()}`} data-testid="employees">{t("ui.employees.link")}</Button>
        )}
        {present && card.oid && card.status === "active" && (
          <Button size="compact-md" variant="default" onClick={() => onAct("unlink", card)} disabled={busy || card.unlinkRefused !== null} data-testid="unlink">{t("ui.organisations.unlink")}</Button>
        )}
        {card.organisationId && (
          <Button size="compact-md" variant="subtle" color="red" onClick={() => onAct("remove", card)} disabled={busy} data-testid="remove">{t("ui.organisations.remove")}</Button>
        )}
      </div>
      {present && card.status === "active" && card.unlinkRefused && <Refusal card={card} />}
    </li>
  );
}

function Refusal({ card }: { card: OrganisationCard }) {
  const { t } = useTexts();
  const { what } = useErrorParts(card.unlinkRefused ?? { code: "", params: {}, retriable: false });
  return <p className="muted small" data-testid="unlink-refused">{t("ui.organisations.unlink")}: {what}</p>;
}
