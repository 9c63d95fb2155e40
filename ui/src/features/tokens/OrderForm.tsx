/** The fields of an order, filled with what is known, and the kind of key in words. A refused value is told at its field. */
import { Button, NativeSelect, Radio, TextInput } from "@mantine/core";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { host, type CertificateOrder, type OrderedCertificate, type TokenView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Label } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { groups, numeric, refusedField, type OrderField } from "./orderFields";
import styles from "./Tokens.module.css";

type Props = {
  draft: CertificateOrder; token: TokenView; makers: readonly TokenView[];
  onBusy: (busy: boolean) => void; onOrdered: (ordered: OrderedCertificate) => void; onCancel: () => void;
};

const required: readonly OrderField[] = ["surname", "givenName"];
const digits = (value: string) => value.replace(/[\s-]/g, "");

export function OrderForm({ draft, token, makers, onBusy, onOrdered, onCancel }: Props) {
  const { t } = useTexts();
  const form = useRef<HTMLFormElement>(null);
  const [tokenId, setTokenId] = useState(token.id);
  const [order, setOrder] = useState(draft);
  const [tried, setTried] = useState(false);
  const chosen = makers.find((one) => one.id === tokenId) ?? token;
  // Each token makes kinds of its own; the usual one comes first.
  const algorithm = chosen.makes.includes(order.algorithm) ? order.algorithm : (chosen.makes[0] ?? "");

  const make = useAction(async () => {
    onBusy(true);
    try {
      const ordered = await host.orderCertificate(chosen.id, { ...order, algorithm });
      if (ordered) onOrdered(ordered);
    } finally {
      onBusy(false);
    }
  });
  const refused = refusedField(make.error, order);
  useEffect(() => {
    if (refused) form.current?.querySelector<HTMLElement>(`[name="${refused}"]`)?.focus();
  }, [refused, make.error]);

  const missing = required.filter((field) => order[field].trim() === "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (missing[0]) form.current?.querySelector<HTMLElement>(`[name="${missing[0]}"]`)?.focus();
    else void make.run();
  };
  const change = (field: OrderField, value: string) => {
    setOrder({ ...order, [field]: numeric.has(field) ? digits(value) : value });
    if (field === refused) make.clear();
  };
  const problem = (field: OrderField) =>
    field === refused ? t("ui.tokens.order.refused") : tried && missing.includes(field) ? t("ui.organisation.required") : null;

  return (
    <form ref={form} className={styles.form} onSubmit={submit} noValidate data-testid="order-form">
      <p className="muted">{t("ui.tokens.order.lead")}</p>
      {makers.length > 1 && (
        <NativeSelect
          label={t("ui.tokens.order.token")} value={chosen.id} onChange={(event) => setTokenId(event.currentTarget.value)} disabled={make.busy} data-testid="order-token"
          data={makers.map((one) => ({ value: one.id, label: t("ui.certificate.tokenName", { label: one.label, serial: one.serial }) }))}
        />
      )}
      <Radio.Group label={t("ui.tokens.order.kind")} value={algorithm} onChange={(value) => setOrder({ ...order, algorithm: value })}>
        <div className={styles.kinds}>
          {chosen.makes.map((kind) => <Radio key={kind} value={kind} label={t(`ui.tokens.makes.${kind.replace(":", "-")}`)} disabled={make.busy} data-testid={`kind-${kind}`} />)}
        </div>
      </Radio.Group>
      {groups.map(({ name, fields }) => (
        <fieldset key={name} className={styles.group} disabled={make.busy}>
          <legend>{t(`ui.tokens.order.groups.${name}`)}</legend>
          <div className={styles.pair}>
            {fields.map((field) => (
              <TextInput
                key={field} name={field} label={t(`ui.tokens.order.fields.${field}`)} value={order[field]} required={required.includes(field)} error={problem(field)}
                onChange={(event) => change(field, event.currentTarget.value)} autoComplete="off" spellCheck={false} inputMode={numeric.has(field) ? "numeric" : undefined}
                placeholder={field === "region" ? t("ui.tokens.order.regionExample") : undefined} data-testid={`order-${field}`}
              />
            ))}
          </div>
        </fieldset>
      ))}
      <div className={styles.foot}>
        {make.error && refused === null && <ErrorNotice error={make.error} onClose={make.clear} />}
        <div className={styles.buttons}>
          {(refused !== null || (tried && missing.length > 0)) && <Label tone="warn">{t("ui.organisation.incomplete")}</Label>}
          <Button variant="default" onClick={onCancel} disabled={make.busy}>{t("ui.cancel")}</Button>
          <Button type="submit" loading={make.busy} data-testid="order-confirm">{t("ui.tokens.order.confirm")}</Button>
        </div>
        <p className="muted small" role="status">{t(make.busy ? "ui.tokens.order.working" : "ui.tokens.order.pinNext")}</p>
      </div>
    </form>
  );
}
