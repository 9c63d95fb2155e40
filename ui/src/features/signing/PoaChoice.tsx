/** Under which power of attorney somebody signs for the organisation: what fits, the best first, and why the others do not. */
import { Button, Checkbox, Radio } from "@mantine/core";
import { useState } from "react";
import type { PoaChoice as Choice, PoaJudgement, PoaRow } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { Label, Strip, type Tone } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { usePoaReasons } from "./usePoaReasons";
import styles from "./Signing.module.css";

const tones: Record<string, Tone> = { allowed: "ok", "cannot-tell": "warn", "not-allowed": "bad" };

type Props = {
  choice: Choice;
  organisation: string;
  /** What the user said to the chosen one not being checked completely. */
  word: boolean;
  onWord: (word: boolean) => void;
  onChoose: (number: string) => void;
  onAttach: () => void;
  disabled: boolean;
};

export function PoaChoice({ choice, organisation, word, onWord, onChoose, onAttach, disabled }: Props) {
  const { t } = useTexts();
  const [all, setAll] = useState(false);
  return (
    <section className={styles.section} aria-labelledby="sign-poa" data-testid="poa-choice" data-chosen={choice.chosen ?? ""}>
      <h2 id="sign-poa">{t("ui.signing.poa.title")}</h2>
      <p className="muted small">{t("ui.signing.poa.lead", { organisation })}</p>
      {choice.usable.length + choice.others.length === 0 && <Strip tone="info" testId="poa-none"><p>{t("ui.signing.poa.none")}</p></Strip>}
      {choice.usable.length > 0 && (
        <Radio.Group value={choice.chosen} onChange={onChoose} aria-label={t("ui.signing.poa.title")}>
          <div className={styles.people}>
            {choice.usable.map((row) => (
              <Radio.Card key={row.number} value={row.number} className={styles.person} disabled={disabled} data-testid={`poa-${row.number}`}>
                <span className={styles.personBody}>
                  <Radio.Indicator />
                  <Facts row={row} judgement={choice.judgements[row.number]} />
                </span>
              </Radio.Card>
            ))}
          </div>
        </Radio.Group>
      )}
      {choice.others.length > 0 && (
        <div>
          <Button variant="subtle" size="compact-sm" onClick={() => setAll(!all)} aria-expanded={all} rightSection={<Icon name="down" size={14} />} data-testid="poa-others">
            {t("ui.signing.poa.others", { count: choice.others.length })}
          </Button>
          {all && (
            <ul className={styles.others}>
              {choice.others.map((row) => <li key={row.number} data-testid={`poa-other-${row.number}`}><Facts row={row} judgement={choice.judgements[row.number]} /></li>)}
            </ul>
          )}
        </div>
      )}
      {choice.toAttach.length > 0 && choice.chosen !== null && (
        <Strip tone="warn" icon="documents" testId="poa-to-attach">
          <p>{t("ui.signing.poa.attachWhy")}</p>
          <div><Button size="compact-sm" onClick={onAttach} disabled={disabled} data-testid="poa-attach">{t("ui.signing.poa.attach", { count: choice.toAttach.length })}</Button></div>
        </Strip>
      )}
      {choice.wordNeeded && (
        <Checkbox
          checked={word} onChange={(event) => onWord(event.currentTarget.checked)} disabled={disabled} data-testid="poa-word"
          label={t("ui.signing.poa.word")} description={t("ui.signing.poa.wordWhy")}
        />
      )}
    </section>
  );
}

function Facts({ row, judgement }: { row: PoaRow; judgement: PoaJudgement | undefined }) {
  const { t, date } = useTexts();
  const reasons = usePoaReasons();
  const verdict = judgement?.verdict ?? "cannot-tell";
  return (
    <span className={styles.facts}>
      <span className={styles.name}>{t("ui.signing.poa.number", { number: row.number })}</span>
      <span className="muted small">{t("ui.signing.poa.from", { name: row.principal })} · {t("ui.signing.poa.until", { date: date(row.expires) })}</span>
      <Label tone={tones[verdict] ?? "quiet"}>{t(`ui.signing.poa.states.${verdict}`)}</Label>
      {judgement && verdict !== "allowed" && <span className="small">{reasons(judgement, ["bar", "doubt"]).join("; ")}</span>}
    </span>
  );
}
