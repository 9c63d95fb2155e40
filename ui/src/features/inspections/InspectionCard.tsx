/** One inspection: who, what, when, how far, and which papers by when. */
import type { InspectionView } from "../../ipc";
import { Facts, Label, Strip, type Tone } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "../cabinet/Cabinet.module.css";

/** So many days and fewer are a warning. */
const SOON = 14;
const tones: Record<string, Tone> = { announced: "info", "under-way": "accent", suspended: "quiet", ended: "quiet", cancelled: "quiet" };
const nearness = (days: number): Tone => (days <= 3 ? "bad" : days <= SOON ? "warn" : "info");

export function InspectionCard({ one }: { one: InspectionView }) {
  const { t, has, date } = useTexts();
  const word = (prefix: string, value: string) => (has(`ui.inspections.${prefix}.${value}`) ? t(`ui.inspections.${prefix}.${value}`) : value);
  const begins = one.beginsIn;
  const period = one.begins && (one.ends ? t("ui.inspections.periodText", { from: date(one.begins), to: date(one.ends) }) : date(one.begins));
  return (
    <li className={styles.card} data-testid={`inspection-${one.id}`} data-status={one.status}>
      <div className={styles.head}>
        <h3 className={styles.name}>{one.agency || t("ui.inspections.untitled")}</h3>
        <Label tone={tones[one.status] ?? "info"}>{word("status", one.status)}</Label>
      </div>
      {one.subject && <p>{one.subject}</p>}
      {begins !== null && begins >= 0 && begins <= SOON && (
        <p><Label tone={nearness(begins)}>{begins === 0 ? t("ui.inspections.beginsToday") : t("ui.inspections.begins", { count: begins })}</Label></p>
      )}
      <Facts
        rows={[
          [t("ui.inspections.kindLabel"), one.kind && word("kind", one.kind)], [t("ui.inspections.period"), period], [t("ui.inspections.result"), one.result],
          [t("ui.inspections.documents"), one.documents.length > 0 ? one.documents.join(", ") : null], [t("ui.inspections.numberLabel"), one.number && <span key="number" className="mono">{one.number}</span>],
        ]}
      />
      {one.papers.length > 0 && <Papers one={one} />}
    </li>
  );
}

function Papers({ one }: { one: InspectionView }) {
  const { t, date } = useTexts();
  const left = one.papersDaysLeft;
  const said = left === null ? null : left < 0 ? t("ui.inspections.papersOver") : left === 0 ? t("ui.inspections.papersToday") : t("ui.inspections.papersLeft", { count: left });
  return (
    <Strip tone={left === null ? "info" : left < 0 ? "bad" : nearness(left)} testId="papers">
      <p><b>{t("ui.inspections.papers")}</b></p>
      <ul className={styles.tips}>{one.papers.map((paper) => <li key={paper}>{paper}</li>)}</ul>
      {one.papersDue && <p className="small">{t("ui.inspections.papersDue")}: {date(one.papersDue)}{said && `, ${said}`}</p>}
    </Strip>
  );
}
