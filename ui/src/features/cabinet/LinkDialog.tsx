/** Linking or registering an organisation: everything is judged here first, for the portal counts each wrong request. */
import { Button, Checkbox, Modal, NativeSelect, Progress, Radio, Select, TextInput } from "@mantine/core";
import { useEffect, useState, type FormEvent } from "react";
import { host, type LinkCheck, type LinkForm, type WantedDocumentView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Label, Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Cabinet.module.css";
import { useDocumentOptions } from "./useDocumentOptions";
import { emptyForm, groups, wide, type FormPurpose, type TextField } from "./linkFields";

type Props<T> = { purpose: FormPurpose; correcting?: boolean; opened: boolean; refusals: number; wanted: WantedDocumentView[]; send: (form: LinkForm) => Promise<T>; onClose: () => void; onSent: (answer: T) => void };

const roles = ["director", "owner", "accountant", "representative"] as const;
const methods = ["signature", "code", "director"] as const;

export function LinkDialog<T>({ purpose, correcting = false, opened, refusals, wanted, send, onClose, onSent }: Props<T>) {
  const { t } = useTexts();
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={t(`ui.organisations.form.${purpose === "link" ? "linkTitle" : correcting ? "correctTitle" : "registerTitle"}`)} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
      {opened && <Form purpose={purpose} refusals={refusals} wanted={wanted} send={send} onSent={onSent} onClose={onClose} />}
    </Modal>
  );
}

function Form<T>({ purpose, refusals, wanted, send, onSent, onClose }: Omit<Props<T>, "opened" | "correcting">) {
  const { t, coded } = useTexts();
  const [form, setForm] = useState<LinkForm>(emptyForm);
  const [check, setCheck] = useState<LinkCheck | null>(null);
  const [tried, setTried] = useState(false);
  const sending = useAction(async () => onSent(await send(form)));
  useEffect(() => {
    let ended = false;
    const judge = purpose === "link" ? host.checkLink : host.checkRegistration;
    void judge(form).then((answer) => !ended && setCheck(answer), () => undefined);
    return () => {
      ended = true;
    };
  }, [form, purpose]);

  const set = (part: Partial<LinkForm>) => setForm((old) => ({ ...old, ...part }));
  const problem = (name: TextField) => {
    const found = check?.problems.find((one) => one.field === name);
    if (found) return coded("requisites", found.problem);
    return tried && check?.missing.includes(name) ? t("ui.organisation.required") : null;
  };
  const missing = wanted.filter((one) => one.required && !form.documents.some(({ kind }) => kind === one.kind));
  const ready = check?.ready === true && form.acceptTerms && missing.length === 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (ready) void sending.run();
  };
  const field = (name: TextField) => (
    <TextInput
      key={name} className={wide.has(name) ? styles.wide : undefined} label={t(`ui.organisations.form.fields.${name}`)} value={form[name]} error={problem(name)} data-testid={`link-${name}`}
      withAsterisk={check?.missing.includes(name) ?? false} onChange={(event) => set({ [name]: event.currentTarget.value })} maxLength={400}
    />
  );
  return (
    <form className={styles.stack} onSubmit={submit} noValidate data-testid="link-form">
      {refusals > 0 && <Strip tone="warn" testId="refusals"><p>{t("ui.organisations.form.warning", { count: refusals })}</p></Strip>}
      {check && (
        <div className={styles.meter} role="status" data-testid="meter">
          <span>{t("ui.organisations.form.meter", { filled: check.filled, total: check.total })}</span>
          <Progress value={(100 * check.filled) / Math.max(check.total, 1)} color={check.ready ? "teal" : "blue"} aria-label={t("ui.organisations.form.meter", { filled: check.filled, total: check.total })} />
          <span className="muted small">{t("ui.organisations.form.check")}</span>
        </div>
      )}
      {groups[purpose].map((group) => (
        <section key={group.key} className={styles.section} aria-labelledby={`group-${group.key}`}>
          <h3 id={`group-${group.key}`}>{t(`ui.organisations.form.${group.key}`)}</h3>
          <div className={styles.group}>
            {group.key === "people" && purpose === "link" && (
              <NativeSelect
                label={t("ui.organisations.form.fields.role")} value={form.role} onChange={(event) => set({ role: event.currentTarget.value })} data-testid="link-role"
                data={roles.map((value) => ({ value, label: t(`ui.organisations.form.roles.${value}`) }))}
              />
            )}
            {group.fields.map(field)}
          </div>
        </section>
      ))}
      {purpose === "link" && (
        <Radio.Group label={t("ui.organisations.form.how")} value={form.method} onChange={(method) => set({ method })}>
          <div className={styles.section}>
            {methods.map((value) => (
              <Radio key={value} value={value} label={t(`ui.organisations.form.method.${value}`)} description={t(`ui.organisations.form.methodHint.${value}`)} data-testid={`method-${value}`} />
            ))}
          </div>
        </Radio.Group>
      )}
      {wanted.length > 0 && <Documents wanted={wanted} form={form} set={set} missing={tried ? missing : []} />}
      <Checkbox checked={form.acceptTerms} onChange={(event) => set({ acceptTerms: event.currentTarget.checked })} label={t("ui.organisations.form.terms")} data-testid="accept-terms" />
      {sending.error && <ErrorNotice error={sending.error} onClose={sending.clear} />}
      <div className={styles.foot}>
        {tried && !ready && check && check.missing.length > 0 && (
          <Label tone="warn">{t("ui.organisations.form.missing")}: {check.missing.map((name) => t(`ui.organisations.form.fields.${name}`)).join(", ")}</Label>
        )}
        <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" loading={sending.busy} disabled={!form.acceptTerms} data-testid="link-submit">{t("ui.organisations.form.submit")}</Button>
      </div>
    </form>
  );
}

function Documents({ wanted, form, set, missing }: { wanted: WantedDocumentView[]; form: LinkForm; set: (part: Partial<LinkForm>) => void; missing: WantedDocumentView[] }) {
  const { t } = useTexts();
  const options = useDocumentOptions();
  const choose = (kind: string, documentId: string | null) => {
    const others = form.documents.filter((one) => one.kind !== kind);
    set({ documents: documentId === null ? others : [...others, { kind, documentId }] });
  };
  return (
    <section className={styles.section} aria-labelledby="group-documents">
      <h3 id="group-documents">{t("ui.organisations.form.documents")}</h3>
      <p className="muted small">{t("ui.organisations.form.documentsHint")}</p>
      <div className={styles.group}>
        {wanted.map((one) => (
          <Select
            key={one.kind} label={one.title} description={one.required ? t("ui.organisations.form.required") : undefined} data={options} searchable clearable placeholder={t("ui.organisations.form.noDocument")}
            value={form.documents.find(({ kind }) => kind === one.kind)?.documentId ?? null} onChange={(id) => choose(one.kind, id)} data-testid={`document-${one.kind}`}
            error={missing.includes(one) ? t("ui.organisation.required") : null}
          />
        ))}
      </div>
    </section>
  );
}
