/** A power of attorney step by step, over the answers of an ordinary draft: saving, versions and handing over are those of every draft. */
import { Button, UnstyledButton } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Icon } from "../../shared/Icon";
import { useTexts } from "../../shared/useTexts";
import { useEditing, type EditingProps } from "../drafts/useEditing";
import { CheckStep } from "./CheckStep";
import { GiverStep } from "./GiverStep";
import { PassingStep } from "./PassingStep";
import { usePeople } from "./PersonPicker";
import styles from "./PoaForm.module.css";
import { PowersStep } from "./PowersStep";
import { ReceiverStep } from "./ReceiverStep";
import { STEPS, stepOf, type StepId } from "./steps";
import { TermsStep } from "./TermsStep";

export function PoaEditor(props: EditingProps) {
  const { form, state, found } = props;
  const { draft } = state;
  const { t } = useTexts();
  const editing = useEditing(props);
  const people = usePeople();
  const [step, setStep] = useState<StepId>("giver");
  const [target, setTarget] = useState<{ field: string } | null>(null);
  const editor = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);

  const go = (next: StepId) => {
    setStep(next);
    setTarget(null);
    body.current?.focus({ preventScroll: true });
    editor.current?.scrollIntoView?.({ block: "start" });
    if (next === "check") void state.flush();
  };
  const jump = (field: string) => {
    setStep(stepOf(field));
    setTarget({ field });
  };
  // After a failed making the first wrong field is where the eyes should be.
  const wrong = found.problems.flatMap((problem) => problem.field ?? []);
  const first = STEPS.flatMap((id) => wrong.filter((field) => stepOf(field) === id))[0] ?? null;
  useEffect(() => {
    if (first) jump(first);
  }, [found, first]);
  useEffect(() => {
    if (!target) return;
    const inputs = [...(body.current?.querySelectorAll<HTMLElement>("[data-field]") ?? [])];
    const input = inputs.find((one) => one.dataset.field === target.field) ?? inputs.find((one) => target.field.startsWith(`${one.dataset.field}/`));
    input?.focus();
  }, [target]);

  if (!draft) return null;
  const wrongIn = (id: StepId) => [...editing.problems.keys()].filter((field) => stepOf(field) === id).length;
  const conflictsIn = (id: StepId) => [...editing.conflicts].filter((field) => stepOf(field) === id).length;
  const place = STEPS.indexOf(step);
  const [before, after] = [STEPS[place - 1], STEPS[place + 1]];
  const shared = { form, editing, target: target?.field ?? null };
  return (
    <div className={styles.editor} ref={editor}>
      <nav aria-label={t("ui.poaForm.steps.label")} className={styles.steps}>
        <ol>
          {STEPS.map((id, index) => {
            const [wrong, conflicts] = [wrongIn(id), conflictsIn(id)];
            const note = conflicts > 0 ? t("ui.drafts.conflict.left", { count: conflicts }) : wrong > 0 ? t("ui.poaForm.steps.left", { count: wrong }) : id === "check" ? "" : t("ui.poaForm.steps.done");
            return (
              <li key={id}>
                <UnstyledButton className={styles.step} aria-current={id === step ? "step" : undefined} onClick={() => go(id)} data-testid={`poa-step-${id}`} data-left={wrong}>
                  <span className={styles.mark}>{wrong + conflicts === 0 && id !== "check" ? <Icon name="check" size={14} /> : index + 1}</span>
                  <span>
                    <span>{t(`ui.poaForm.steps.${id}`)}</span>
                    {note && <span className="small muted">{note}</span>}
                  </span>
                </UnstyledButton>
              </li>
            );
          })}
        </ol>
      </nav>
      <div className={styles.stepBody} ref={body} tabIndex={-1} data-testid={`poa-body-${step}`}>
        {step === "giver" && <GiverStep {...shared} people={people} />}
        {step === "receiver" && <ReceiverStep {...shared} people={people} />}
        {step === "powers" && <PowersStep {...shared} />}
        {step === "terms" && <TermsStep {...shared} />}
        {step === "passing" && <PassingStep {...shared} />}
        {step === "check" && <CheckStep form={form} draft={draft} editing={editing} onJump={jump} />}
        <div className={styles.turn}>
          {before && <Button variant="default" leftSection={<Icon name="back" size={16} />} onClick={() => go(before)} data-testid="poa-back">{t(`ui.poaForm.steps.${before}`)}</Button>}
          {after && <Button variant="light" rightSection={<Icon name="next" size={16} />} onClick={() => go(after)} data-testid="poa-next">{t(`ui.poaForm.steps.${after}`)}</Button>}
        </div>
      </div>
    </div>
  );
}
