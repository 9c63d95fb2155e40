/** Tokens and drivers that could not be read, each with its reason. */
import type { ModuleProblem } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { useTexts } from "../../shared/useTexts";
import styles from "./Problems.module.css";

export function ModuleProblems({ problems }: { problems: readonly ModuleProblem[] }) {
  const { t } = useTexts();
  if (problems.length === 0) return null;
  return (
    <details className={styles.problems} data-testid="token-problems">
      <summary>{t("ui.signIn.problems")}: {problems.length}</summary>
      <div className={styles.list}>
        {problems.map((problem) => (
          <div key={problem.module}>
            <p className="small muted mono">{problem.module}</p>
            <ErrorNotice error={problem.error} quiet />
          </div>
        ))}
      </div>
    </details>
  );
}
