/** The quiet page before the working one: first start, unlocking, a start that failed. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { EnvironmentBadge, EnvironmentEdge } from "../features/environment/EnvironmentBadge";
import type { Environment } from "../ipc";
import { Logo } from "../shared/Logo";
import styles from "./Gate.module.css";

export function Gate({ environment = null, children }: { environment?: Environment | null; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={styles.gate}>
      {environment && <EnvironmentEdge environment={environment} />}
      <div className={styles.scroll}>
        <main className={styles.sheet}>
          <div className={styles.brand}>
            <Logo />
            <span>{t("ui.product")}</span>
            {environment && (
              <span className={styles.brandSide}>
                <EnvironmentBadge environment={environment} />
              </span>
            )}
          </div>
          {children}
        </main>
      </div>
    </div>
  );
}
