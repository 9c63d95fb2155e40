/** The review of access: when, what is worth a look, everybody against their duties, the report. */
import { Checkbox, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";
import { host, type StaffPage } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Card, Facts, Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import cabinet from "../cabinet/Cabinet.module.css";
import { Act } from "./Act";
import styles from "./Employees.module.css";
import { fullName, refusal } from "./words";

const POINTS = ["duties", "dismissed", "journal", "administrators", "poas", "certificates"] as const;
type Outcome = "fits" | "deviates";

export function Review({ page, accept }: { page: StaffPage; accept: (page: StaffPage) => void }) {
  const { t, date, coded } = useTexts();
  const [points, setPoints] = useState<string[]>([]);
  const [outcomes, setOutcomes] = useState<Record<string, Outcome>>({});
  const [notes, setNotes] = useState<Record<string, string>>({});
  const [agreed, setAgreed] = useState("");
  const [finished, setFinished] = useState(false);
  const { review } = page;
  const refused = refusal(page, "review.access");
  const rhythm = useAction(async (interval: string) => accept(await host.setAccessReview(interval)));
  const finish = useAction(async () => {
    const deviating = page.items.filter((one) => outcomes[one.id] === "deviates");
    const answer = await host.finishAccessReview({
      points, agreedWith: agreed.trim(), fit: page.items.filter((one) => outcomes[one.id] === "fits").map((one) => one.id), deviations: deviating.map((one): [string, string] => [one.id, (notes[one.id] ?? "").trim()]),
    });
    if (answer === null) return;
    accept(answer);
    setFinished(true);
    setOutcomes({});
    setPoints([]);
  });
  const isComplete = page.items.length > 0 && page.items.every((one) => outcomes[one.id] !== undefined);
  if (refused) return <div data-testid="review-refused"><ErrorNotice error={refused} /></div>;
  return (
    <div className={cabinet.stack} data-testid="review">
      <p className="muted">{t("ui.employees.review.lead")}</p>
      {finished && <Strip tone="ok" testId="review-finished"><p role="status">{review.due ? t("ui.employees.review.finished", { due: date(review.due) }) : t("ui.employees.review.finishedOnly")}</p></Strip>}
      {review.isDue && <Strip tone="warn" testId="review-due"><p>{t("ui.employees.review.isDue")}</p></Strip>}
      {(rhythm.error ?? finish.error) && <ErrorNotice error={(rhythm.error ?? finish.error)!} onClose={() => { rhythm.clear(); finish.clear(); }} />}
      <Card><div className={cabinet.section}>
        <NativeSelect label={t("ui.employees.review.interval")} value={review.interval} disabled={rhythm.busy} onChange={(event) => void rhythm.run(event.currentTarget.value)} data={(["monthly", "quarterly", "off"] as const).map((value) => ({ value, label: t(`ui.employees.review.${value}`) }))} maw={260} data-testid="review-interval" />
        <Facts rows={[[t("ui.employees.review.last"), review.last ? date(review.last) : t("ui.employees.review.never")], [t("ui.employees.review.next"), review.due && date(review.due)]]} />
      </div></Card>
      <Card testId="findings"><div className={cabinet.section}>
        <h2>{t("ui.employees.review.findings")}</h2>
        {review.findings.length === 0 ? <p className="muted">{t("ui.employees.review.noFindings")}</p> : (
          <ul className={cabinet.tips}>{review.findings.map((one, index) => <li key={`${one.code}-${index}`} data-finding={one.code}>{coded("ui.employees.finding", one)}</li>)}</ul>
        )}
      </div></Card>
      <Card><div className={cabinet.section}>
        <h2>{t("ui.employees.review.points")}</h2>
        {POINTS.map((point) => (
          <Checkbox key={point} label={t(`ui.employees.review.point.${point}`)} checked={points.includes(point)} onChange={(event) => setPoints(event.currentTarget.checked ? [...points, point] : points.filter((one) => one !== point))} data-testid={`point-${point}`} />
        ))}
      </div></Card>
      <Card><div className={cabinet.section}>
        <h2>{t("ui.employees.review.people")}</h2>
        <ul className={cabinet.list}>
          {page.items.map((one) => (
            <li key={one.id} className={styles.person} data-testid="review-person" data-employee={one.id}>
              <div><p className={styles.name}>{fullName(one)}</p><p className="muted small">{[one.position, one.roleTitle, !one.isActive && t("ui.employees.state.revoked")].filter(Boolean).join(", ")}</p></div>
              <SegmentedControl
                value={outcomes[one.id] ?? ""} onChange={(value) => setOutcomes({ ...outcomes, [one.id]: value as Outcome })} aria-label={fullName(one)}
                data={(["fits", "deviates"] as const).map((value) => ({ value, label: t(`ui.employees.review.${value}`) }))}
              />
              {outcomes[one.id] === "deviates" && <TextInput className={styles.note} label={t("ui.employees.review.note")} value={notes[one.id] ?? ""} onChange={(event) => setNotes({ ...notes, [one.id]: event.currentTarget.value })} maxLength={500} data-testid="review-note" />}
            </li>
          ))}
        </ul>
        <TextInput label={t("ui.employees.review.agreed")} description={t("ui.employees.review.agreedHint")} value={agreed} onChange={(event) => setAgreed(event.currentTarget.value)} maxLength={500} data-testid="review-agreed" />
        <div className={cabinet.foot}>
          {!isComplete && <span className="muted small">{t("ui.employees.review.incomplete")}</span>}
          <Act page={page} needs={["review.access"]} loading={finish.busy} disabled={!isComplete} onClick={() => void finish.run()} data-testid="review-finish">{t("ui.employees.review.finish")}</Act>
        </div>
      </div></Card>
    </div>
  );
}
