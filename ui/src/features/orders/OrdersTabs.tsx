/** What the organisation asks of authorities, and what they ask of it. */
import { Tabs } from "@mantine/core";
import { go, paths } from "../../shared/router";
import { useTexts } from "../../shared/useTexts";

const tabs = { orders: paths.orders, inspections: paths.inspections } as const;
type Tab = keyof typeof tabs;

export function OrdersTabs({ current }: { current: Tab }) {
  const { t } = useTexts();
  return (
    <Tabs value={current} onChange={(value) => value && go(tabs[value as Tab])} mb="md">
      <Tabs.List aria-label={t("ui.orders.title")}>
        <Tabs.Tab value="orders" data-testid="tab-orders">{t("ui.inspections.orders")}</Tabs.Tab>
        <Tabs.Tab value="inspections" data-testid="tab-inspections">{t("ui.inspections.tab")}</Tabs.Tab>
      </Tabs.List>
    </Tabs>
  );
}
