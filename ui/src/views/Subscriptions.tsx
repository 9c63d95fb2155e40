/** «Подписки и лицензии»: what the organisation uses for a term, and what it may do for a term. */
import { Tabs } from "@mantine/core";
import { Licences } from "../features/subscriptions/Licences";
import { SubscriptionList } from "../features/subscriptions/SubscriptionList";
import { Page } from "../shared/Page";
import { go, paths, type SubscriptionsTab } from "../shared/router";
import { useTexts } from "../shared/useTexts";

const tabs: readonly SubscriptionsTab[] = ["subscriptions", "licences"];

export function Subscriptions({ tab }: { tab: SubscriptionsTab }) {
  const { t } = useTexts();
  return (
    <Page title={t("ui.subscriptions.title")}>
      <Tabs value={tab} onChange={(value) => value && go(paths.subscriptions(value as SubscriptionsTab))} keepMounted={false}>
        <Tabs.List aria-label={t("ui.subscriptions.title")} mb="md">
          {tabs.map((name) => <Tabs.Tab key={name} value={name} data-testid={`tab-${name}`}>{t(`ui.${name}.tab`)}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value="subscriptions"><SubscriptionList /></Tabs.Panel>
        <Tabs.Panel value="licences"><Licences /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}
