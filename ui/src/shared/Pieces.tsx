/** Small pieces every screen is made of: labels with a meaning, strips, facts, empty and loading states. */
import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon, type IconName } from "./Icon";
import styles from "./Pieces.module.css";

export type Tone = "ok" | "warn" | "bad" | "info" | "quiet" | "accent";

const toneIcon: Record<Tone, IconName> = { ok: "ok", warn: "warning", bad: "error", info: "info", quiet: "dot", accent: "info" };

/** A word with an icon; the colour only repeats what both say. */
export function Label({ tone, icon, pill, children }: { tone: Tone; icon?: IconName | undefined; pill?: boolean; children: ReactNode }) {
  return (
    <span className={`${styles.label} ${styles[tone]} ${pill ? styles.pill : ""}`}>
      <Icon name={icon ?? toneIcon[tone]} size={16} />
      <span>{children}</span>
    </span>
  );
}

export function Strip({ tone, icon, children, testId }: { tone: Tone; icon?: IconName | undefined; children: ReactNode; testId?: string }) {
  return (
    <div className={`${styles.strip} ${styles[tone]}`} data-testid={testId}>
      <Icon name={icon ?? toneIcon[tone]} size={20} />
      <div className={styles.stripBody}>{children}</div>
    </div>
  );
}

export function Empty({ icon, title, children, action }: { icon: IconName; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={styles.empty} data-testid="empty">
      <span className={styles.emptyIcon}>
        <Icon name={icon} size={26} />
      </span>
      <p className={styles.emptyTitle}>{title}</p>
      {children && <p className={styles.emptyText}>{children}</p>}
      {action}
    </div>
  );
}

/** Rows of a definition list; rows without a value are left out. */
export function Facts({ rows }: { rows: readonly (readonly [string, ReactNode] | null)[] }) {
  return (
    <dl className={styles.facts}>
      {rows.map((row) =>
        row === null || row[1] === null || row[1] === "" ? null : (
          <Fact key={row[0]} label={row[0]} value={row[1]} />
        ),
      )}
    </dl>
  );
}

function Fact({ label, value }: { label: string; value: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </>
  );
}

export function Card({ children, testId }: { children: ReactNode; testId?: string }) {
  return <div className={styles.card} data-testid={testId}>{children}</div>;
}

export function Loading({ rows = 4, height = 44 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-busy="true" data-testid="loading">
      <span className="visually-hidden">{t("ui.loading")}</span>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={height} mt={index === 0 ? 0 : 8} radius="sm" />
      ))}
    </div>
  );
}
