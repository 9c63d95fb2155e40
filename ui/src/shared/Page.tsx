/** The frame of every page: a heading that takes the focus on arrival, a scrolling body, a bar of actions that stays in sight. */
import { useEffect, useRef, type ReactNode } from "react";
import { Icon } from "./Icon";
import styles from "./Page.module.css";

type Props = {
  title: string; lead?: ReactNode; above?: ReactNode; actions?: ReactNode; bar?: ReactNode; narrow?: boolean;
  /** The body lays its content out itself instead of scrolling it. */
  fill?: boolean; children: ReactNode;
};

export function Page({ title, lead, above, actions, bar, narrow, fill, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement === null || document.activeElement === document.body) heading.current?.focus();
  }, []);
  return (
    <div className={styles.page} data-keep-scroll="page">
      <div className={styles.head}>
        <div className={styles.titles}>
          {above}
          <h1 ref={heading} tabIndex={-1}>{title}</h1>
          {lead}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      <div className={`${styles.body} ${fill ? styles.fill : ""}`} tabIndex={fill ? undefined : -1} data-keep-scroll="body">
        {narrow ? <div className={styles.narrow}>{children}</div> : children}
      </div>
      {bar}
    </div>
  );
}

/** Above the heading: to the list a page was found in. */
export function Back({ to, testId, children }: { to: string; testId: string; children: ReactNode }) {
  return <a className={styles.back} href={`#${to}`} data-testid={testId}><Icon name="back" size={15} /> {children}</a>;
}

export function ActionBar({ lead, children }: { lead?: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.bar} data-testid="action-bar">
      {lead && <div className={styles.lead}>{lead}</div>}
      {children}
    </div>
  );
}
