/** One line of state on every screen: environment, network, last exchange, unsent; offline is a normal state. */
import { Button } from "@mantine/core";
import type { UiError } from "../../ipc";
import { Age } from "../../shared/Age";
import { useErrorParts } from "../../shared/ErrorNotice";
import { useTexts } from "../../shared/useTexts";
import { Icon, type IconName } from "../../shared/Icon";
import { go, paths } from "../../shared/router";
import { EnvironmentBadge } from "../environment/EnvironmentBadge";
import { useAppState } from "./AppState";
import styles from "./StateLine.module.css";

export function StateLine({ syncing, onSync }: { syncing: boolean; onSync: () => void }) {
  const { t, when } = useTexts();
  const { state } = useAppState();
  const alerts = state.standing?.alerts ?? 0;
  const networkIcon: IconName = state.network === "offline" ? "offline" : state.network === "online" ? "online" : "question";
  return (
    <div className={styles.line} role="region" aria-label={t("ui.state.label")} data-testid="state-line">
      {state.organisation && <EnvironmentBadge environment={state.organisation.environment} />}
      <span className={styles.item} data-testid="network" data-network={state.network}>
        <Icon name={networkIcon} size={16} />
        {t(`ui.state.network.${state.network}`)}
      </span>
      <span className={`${styles.item} ${styles.spare}`}>
        <Icon name="clock" size={16} />
        <span data-testid="last-sync">
          {state.lastSync ? t("ui.state.lastSync", { when: when(state.lastSync) }) : t("ui.state.neverSynced")}
          {state.lastSync && <Age since={state.lastSync} />}
        </span>
      </span>
      {state.failing && state.network !== "offline" && <Failing error={state.failing} />}
      <span className={`${styles.item} ${state.outboxPending > 0 ? styles.attention : ""}`} data-testid="outbox-pending">
        <Icon name="outbox" size={16} />
        {state.outboxPending > 0 ? <a href={`#${paths.outbox}`}>{t("ui.state.unsent", { count: state.outboxPending })}</a> : t("ui.state.allSent")}
      </span>
      <span className={styles.tools}>
        <Button
          variant="subtle" size="compact-sm" leftSection={<Icon name="bell" size={16} />} onClick={() => go(paths.notifications)} data-testid="notifications"
          color={alerts > 0 ? "red" : undefined} aria-label={alerts > 0 ? t("ui.standing.alerts", { count: alerts }) : undefined}
        >
          <span className={styles.word}>{t("ui.notifications.open")}</span>
          {alerts > 0 && <>&nbsp;{alerts}</>}
        </Button>
        <Button
          variant="subtle" size="compact-sm" leftSection={<Icon name="search" size={16} />} onClick={() => go(paths.search)} title={t("ui.state.search")}
          aria-keyshortcuts="Control+K /" data-testid="search"
        >
          <span className={`${styles.word} ${styles.known}`}>{t("ui.state.search")}</span>
        </Button>
        <Button
          variant="subtle" size="compact-sm" leftSection={<Icon name="sync" size={16} />} loading={syncing} onClick={onSync}
          aria-keyshortcuts="F5" data-testid="sync"
        >
          <span className={styles.word}>{t("ui.state.sync")}</span>
        </Button>
      </span>
    </div>
  );
}

/** Why the last exchange failed; offline says so itself. */
function Failing({ error }: { error: UiError }) {
  const { t } = useTexts();
  const { what, why } = useErrorParts(error);
  return (
    <span className={`${styles.item} ${styles.attention} ${styles.yielding}`} title={[what, why].filter(Boolean).join(" ")} data-testid="failing">
      <Icon name="warning" size={16} />
      <span className={styles.failing}>{t("ui.state.failing", { what })}</span>
    </span>
  );
}
