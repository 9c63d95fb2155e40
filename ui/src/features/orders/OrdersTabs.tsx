/** What the organisation asks of authorities, and what they ask of it. */
import { Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import { go, paths } from "../../shared/router";
import { useTexts } from "../../shared/useTexts";
import styles from "./Orders.module.css";

const tabs = { orders: paths.orders, inspections: paths.inspections } as const;
type Tab = keyof typeof tabs;

export function OrdersTabs({ current, children }: { current: Tab; children: ReactNode }) {
  const { t } = useTexts();
  return (
    <Tabs value={current} onChange={(value) => value && go(tabs[value as Tab])} className={styles.tabs ?? ""}>
      <Tabs.List aria-label={t("ui.orders.title")} mb="md">
        <Tabs.Tab value="orders" data-testid="tab-orders">{t("ui.inspections.orders")}</Tabs.Tab>
        <Tabs.Tab value="inspections" data-testid="tab-inspections">{t("ui.inspections.tab")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value={current} className={styles.tabs ?? ""}>{children}</Tabs.Panel>
    </Tabs>
  );
}
