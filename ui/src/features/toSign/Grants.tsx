/** What becomes possible, or stops being so, once a document is signed: in plain sentences, with every limit. */
import type { Grant, Revoked } from "../../ipc";
import { useTexts } from "../../shared/useTexts";
import styles from "./ToSign.module.css";

/** Powers of a line in the list; the document itself shows all of them. */
const SHOWN = 4;

export function Grants({ grants, all = false }: { grants: Grant[]; all?: boolean }) {
  return grants.map((grant, index) => <OneGrant key={index} grant={grant} all={all} />);
}

function OneGrant({ grant, all }: { grant: Grant; all: boolean }) {
  const { t, date } = useTexts();
  const { who, may, from, until, redelegate, revocable, joint } = grant;
  const shown = all ? may : may.slice(0, SHOWN);
  const rules = [
    t(redelegate ? "ui.toSign.grant.redelegate" : "ui.toSign.grant.noRedelegate"),
    joint && t("ui.toSign.grant.joint"),
    !revocable && t("ui.toSign.grant.irrevocable"),
  ].filter(Boolean);
  return (
    <div className={styles.grant} data-testid="grant">
      <p>{t("ui.toSign.grant.lead", { who, from: date(from), until: date(until) })}</p>
      <ul className={styles.powers}>
        {shown.map((power, index) => <li key={index}>{power}</li>)}
        {shown.length < may.length && <li className="muted">{t("ui.toSign.grant.more", { count: may.length - shown.length })}</li>}
      </ul>
      <p>{rules.join(" ")}</p>
    </div>
  );
}

export function Revokes({ revokes }: { revokes: Revoked }) {
  const { t } = useTexts();
  const { who, number, reason } = revokes;
  return (
    <div className={styles.grant} data-testid="revokes">
      <p>{who.length > 0 ? t("ui.toSign.revokes", { who: who.join(", "), number }) : t("ui.toSign.revokesUnknown", { number })}</p>
      {reason && <p className="muted">{t("ui.toSign.reason", { reason })}</p>}
    </div>
  );
}
