/** Fields that belong together, under the name of what they choose. */
import type { ReactNode } from "react";
import styles from "./Fieldset.module.css";

export function Fieldset({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset className={styles.fieldset}>
      <legend>{legend}</legend>
      {children}
    </fieldset>
  );
}
