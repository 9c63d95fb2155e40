/** Which portal the data belongs to: always in sight, unmistakable when it is not the real one. */
import { useTranslation } from "react-i18next";
import type { Environment } from "../../ipc";
import { Icon, type IconName } from "../../shared/Icon";
import styles from "./EnvironmentBadge.module.css";

const icons: Record<Environment, IconName> = { production: "shield", test: "flask", demo: "school", custom: "flask" };

export function EnvironmentBadge({ environment }: { environment: Environment }) {
  const { t } = useTranslation();
  return (
    <span className={`${styles.badge} ${styles[environment] ?? ""}`} title={t(`ui.environment.${environment}.hint`)} data-testid="environment">
      <Icon name={icons[environment]} size={15} />
      {t(`ui.environment.${environment}.badge`)}
    </span>
  );
}

export function EnvironmentEdge({ environment }: { environment: Environment }) {
  if (environment === "production") return null;
  return <div className={`${styles.edge} ${styles[`${environment}Edge`]}`} aria-hidden="true" />;
}
