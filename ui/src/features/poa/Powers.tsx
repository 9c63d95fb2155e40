/** Who trusts whom with what until when, in plain words. */
import type { PoaCard, PoaParty } from "../../ipc";
import { Card, Facts } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Poa.module.css";

const named = (party: PoaParty) => (party.position ? `${party.name} (${party.position})` : party.name);

export function Powers({ card }: { card: PoaCard }) {
  const { t, date } = useTexts();
  const { row } = card;
  const innOf = (parties: PoaParty[]) => parties.map((one) => one.inn).filter(Boolean).join(", ");
  return (
    <Card testId="poa-powers">
      <div className={styles.part}>
        <h2>{t("ui.poas.what.title")}</h2>
        <p className={styles.says} data-testid="poa-says">
          {t(card.representatives.length > 1 ? (card.together ? "ui.poas.what.together" : "ui.poas.what.each") : "ui.poas.what.one", {
            principal: card.principals.map((one) => one.name).join(", "), representative: card.representatives.map(named).join("; "), from: date(row.issued), until: date(row.expires),
            interpolation: { escapeValue: false },
          })}
        </p>
        {card.powers.length > 0 && (
          <ul className={styles.powers} data-testid="poa-power-list">
            {card.powers.map((power, index) => (
              <li key={index}>
                {power.name} <span className="muted small mono">{power.code}</span>
                {power.limits.length > 0 && <ul className={styles.limits}>{power.limits.map((limit, place) => <li key={place}>{t("ui.poas.what.limit", { limit })}</li>)}</ul>}
              </li>
            ))}
          </ul>
        )}
        {card.powersText && <blockquote className={styles.says}>{card.powersText}</blockquote>}
        <Facts
          rows={[
            [t("ui.poas.what.principalInn"), innOf(card.principals)],
            [t("ui.poas.what.representativeInn"), innOf(card.representatives)],
            [t("ui.poas.what.redelegation"), t(`ui.poas.redelegation.${card.redelegation}`)],
            [t("ui.poas.what.revocation"), t(card.irrevocable ? "ui.poas.what.irrevocable" : "ui.poas.what.revocable")],
            [t("ui.poas.what.systems"), card.systems],
            [t("ui.poas.what.kind"), row.kind === "electronic" ? null : t(`ui.poas.kind.${row.kind}`)],
          ]}
        />
      </div>
    </Card>
  );
}
