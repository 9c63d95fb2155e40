/** Rules of one's own: when the program tells something once. */
import { ActionIcon, Autocomplete, Button, NativeSelect, NumberInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { host, type NewOwnRule, type OwnRuleView, type OwnRuleWhen } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "../orders/Orders.module.css";

const whens: readonly OwnRuleWhen[] = ["status", "silence", "deadline"];
const fresh: NewOwnRule = { when: "status", service: null, status: "", days: 7 };
const anyOrder = { days: { from: null, to: null }, service: null, status: null, open: false, watched: false, text: "", offset: 0, limit: 0 };

export function OwnRules() {
  const { t } = useTexts();
  const rules = useHostQuery("own-rules", host.ownRules);
  const known = useHostQuery("own-rules-orders", () => host.orders(anyOrder));
  const [rule, setRule] = useState(fresh);
  const add = useAction(async () => {
    await host.addOwnRule(rule);
    await rules.reload();
    setRule(fresh);
  });
  const remove = useAction(async (id: string) => {
    await host.removeOwnRule(id);
    await rules.reload();
  });
  const set = (part: Partial<NewOwnRule>) => setRule((old) => ({ ...old, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void add.run();
  };
  const failed = add.error ?? remove.error;
  const services = [{ value: "", label: t("ui.notices.own.anyService") }, ...(known.data?.services ?? []).map(({ code, title }) => ({ value: code, label: title }))];
  return (
    <section className={styles.part} aria-labelledby="own-rules" data-testid="own-rules">
      <h3 id="own-rules">{t("ui.notices.own.title")}</h3>
      <p className="muted">{t("ui.notices.own.hint")}</p>
      {rules.error && <ErrorNotice error={rules.error} onRetry={() => void rules.reload()} />}
      {rules.data?.length === 0 && <p className="muted">{t("ui.notices.own.none")}</p>}
      {rules.data && rules.data.length > 0 && (
        <ul className={styles.notices} data-testid="own-rules-list">
          {rules.data.map((one) => (
            <li key={one.id} className={styles.notice}>
              <span>{said(one, t)}</span>
              {one.when !== "deadline" && <span className="muted small">{one.serviceTitle ?? one.service ?? t("ui.notices.own.anyService")}</span>}
              <ActionIcon variant="subtle" ml="auto" aria-label={`${t("ui.notices.own.remove")}: ${said(one, t)}`} onClick={() => void remove.run(one.id)} data-testid="own-rule-remove">
                <Icon name="close" size={16} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <form className={styles.rule} onSubmit={submit} data-testid="own-rule-form">
        <NativeSelect
          label={t("ui.notices.own.when")} value={rule.when} onChange={(event) => set({ when: event.currentTarget.value as OwnRuleWhen })} data-testid="own-rule-when"
          data={whens.map((value) => ({ value, label: t(`ui.notices.own.whenOptions.${value}`) }))}
        />
        {rule.when === "status" && <Autocomplete label={t("ui.notices.own.status")} data={known.data?.statuses ?? []} value={rule.status} onChange={(status) => set({ status })} maxLength={200} data-testid="own-rule-status" />}
        {rule.when !== "status" && <NumberInput label={t("ui.notices.own.days")} min={1} max={365} allowDecimal={false} value={rule.days} onChange={(days) => set({ days: Number(days) || 1 })} data-testid="own-rule-days" />}
        {rule.when !== "deadline" && <NativeSelect label={t("ui.notices.own.service")} data={services} value={rule.service ?? ""} onChange={(event) => set({ service: event.currentTarget.value || null })} data-testid="own-rule-service" />}
        <Button type="submit" variant="default" loading={add.busy} data-testid="own-rule-add">{t("ui.notices.own.add")}</Button>
      </form>
      {failed && <ErrorNotice error={failed} onClose={() => { add.clear(); remove.clear(); }} compact />}
    </section>
  );
}

function said(rule: OwnRuleView, t: ReturnType<typeof useTexts>["t"]): string {
  return rule.when === "status" ? t("ui.notices.own.said.status", { status: rule.status }) : t(`ui.notices.own.said.${rule.when}`, { count: rule.days });
}
