/** A section that opens on demand: the browser's own, so that the keyboard and screen readers know it. */
import type { ReactNode } from "react";
import { Icon } from "../../shared/Icon";
import styles from "./Verification.module.css";

export function Folded({ title, testId, children }: { title: string; testId: string; children: ReactNode }) {
  return (
    <details className={styles.folded} data-testid={testId}>
      <summary className={styles.summary}><Icon name="down" size={15} /> {title}</summary>
      <div className={styles.unfolded}>{children}</div>
    </details>
  );
}
