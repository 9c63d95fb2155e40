/** A chain of steps from the socket to the checked signature, with what is wrong in its heading. */
import { useId, type ReactNode } from "react";
import type { Diagnosis, DoctorChain } from "../../ipc";
import { Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Doctor.module.css";
import { StepLine } from "./StepLine";
import { useSaid } from "./words";

type Props = { chain: DoctorChain; system: Diagnosis["system"]; children?: ReactNode };

export function ChainCard({ chain, system, children }: Props) {
  const { t } = useTexts();
  const id = useId();
  return (
    <section className={styles.card} aria-labelledby={id} data-testid="chain" data-broken={chain.broken ?? ""}>
      <div className={styles.head}>
        <h2 id={id}>{chain.title || t("doctor.nothing")}</h2>
        <Verdict chain={chain} />
      </div>
      <Steps chain={chain} system={system} />
      {children}
    </section>
  );
}

/** A driver to which nothing connected belongs: folded, unless something is wrong with it. */
export function ModuleCard({ chain, system }: Props) {
  return (
    <details className={styles.card} open={chain.broken !== null} data-testid="module-chain" data-broken={chain.broken ?? ""}>
      <summary className={styles.head}>
        <b>{chain.title}</b>
        <Verdict chain={chain} />
      </summary>
      <Steps chain={chain} system={system} />
    </details>
  );
}

function Steps({ chain, system }: Props) {
  const saidOf = useSaid(system);
  return (
    <ol className={styles.steps}>
      {chain.lines.map((line) => (
        <StepLine key={line.step} line={line} said={saidOf(line)} isFirstBroken={chain.broken === line.step} />
      ))}
    </ol>
  );
}

function Verdict({ chain }: { chain: DoctorChain }) {
  const { t } = useTexts();
  if (chain.broken) return <Label tone="bad" pill>{t("ui.doctor.brokenAt", { step: t(`doctor.step.${chain.broken}`) })}</Label>;
  const isNoted = chain.lines.some((line) => line.state === "warning");
  return <Label tone={isNoted ? "warn" : "ok"} pill>{t(isNoted ? "ui.doctor.noted" : "ui.doctor.whole")}</Label>;
}
