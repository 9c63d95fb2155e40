/** A power of attorney on paper: its requisites, what the person has looked at, and then the file. */
import { Button, Checkbox, Modal, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useState, type FormEvent } from "react";
import { host, type DraftProblem, type PoaRow, type ScanForm } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Fieldset } from "../../shared/Fieldset";
import { Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import styles from "./PoaBack.module.css";
import { PowerCodes } from "./PowerCodes";
import { emptyScan, forHost, read, toDeclare, withValue, type ScanField } from "./scanForm";

type Props = { opened: boolean; onClose: () => void; onAdded: (row: PoaRow) => void };

export function AddScan({ opened, onClose, onAdded }: Props) {
  const { t } = useTexts();
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={t("ui.poaBack.scan.title")} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
      {opened && <Form onClose={onClose} onAdded={onAdded} />}
    </Modal>
  );
}

function Form({ onClose, onAdded }: Omit<Props, "opened">) {
  const { t, coded } = useTexts();
  const { state } = useAppState();
  const [form, setForm] = useState<ScanForm>(() => emptyScan(state.organisation));
  const [problems, setProblems] = useState<DraftProblem[]>([]);
  const add = useAction(async () => {
    const added = await host.addPoaScan(forHost(form));
    if (added?.row) onAdded(added.row);
    else setProblems(added?.problems ?? []);
  });
  const isNotarial = form.kind === "notarial";
  const problem = (field: string) => {
    const found = problems.find((one) => one.field === field);
    if (!found) return null;
    return found.code.startsWith("requisite.") ? coded("requisites", { ...found, code: found.code.slice("requisite.".length) }) : coded("findings", found);
  };
  const change = (next: ScanForm, field: string) => {
    setForm(next);
    setProblems((old) => old.filter((one) => one.field !== field));
  };
  const declare = (code: string, is: boolean) => change({ ...form, declared: is ? [...form.declared, code] : form.declared.filter((one) => one !== code) }, `declared.${code}`);
  const field = (name: ScanField, required = false, type: "text" | "date" = "text", label = name.split(".").pop()) => (
    <TextInput
      key={name} label={t(`ui.poaBack.scan.fields.${label}`)} value={read(form, name)} error={problem(name)} withAsterisk={required} maxLength={1000} data-testid={`scan-${name}`} {...(type === "date" ? { placeholder: t("ui.drafts.datePlaceholder") } : {})}
      onChange={(event) => change(withValue(form, name, event.currentTarget.value), name)}
    />
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void add.run();
  };
  return (
    <form className={styles.stack} onSubmit={submit} noValidate data-testid="scan-form">
      <SegmentedControl
        value={form.kind} onChange={(kind) => change({ ...form, kind }, "kind")} aria-label={t("ui.poaBack.scan.kind")} data-testid="scan-kind"
        data={[{ value: "paper", label: t("ui.poaBack.scan.paper") }, { value: "notarial", label: t("ui.poaBack.scan.notarial") }]}
      />
      <Strip tone="info"><p>{t(isNotarial ? "ui.poaBack.scan.notarialText" : "ui.poaBack.scan.paperText")}</p></Strip>
      <Fieldset legend={t("ui.poaBack.scan.about")}>
        <div className={styles.group}>{field("number")}{field("issued", true, "date")}{field("expires", true, "date")}</div>
      </Fieldset>
      <Fieldset legend={t("ui.poaBack.scan.principal")}>
        <div className={styles.group}>
          {field("principal.name", true)}{field("principal.inn", true)}
          <p className={`muted small ${styles.wide}`}>{t("ui.poaBack.scan.signed")}</p>
          {field("principal.signer.surname", true)}{field("principal.signer.givenName", true)}{field("principal.signer.patronymic")}
          {form.principal.inn.replace(/\D/g, "").length === 12 && <>{field("principal.signer.passport", true)}{field("principal.signer.passportIssued", true, "date")}{field("principal.signer.passportIssuer", true)}</>}
        </div>
      </Fieldset>
      <Fieldset legend={t("ui.poaBack.scan.representative")}>
        <div className={styles.group}>
          {field("representative.surname", true)}{field("representative.givenName", true)}{field("representative.patronymic")}
          {field("representative.inn")}{field("representative.snils")}
          {field("representative.passport", true)}{field("representative.passportIssued", true, "date")}{field("representative.passportIssuer", true)}
        </div>
      </Fieldset>
      <Fieldset legend={t("ui.poaBack.scan.powers")}>
        <Textarea
          label={t("ui.poaBack.scan.fields.text")} value={form.text} error={problem("text")} rows={4} maxLength={10000} data-testid="scan-text"
          onChange={(event) => change({ ...form, text: event.currentTarget.value }, "text")}
        />
        <PowerCodes value={form.powers} error={problem("powers")} onChange={(powers) => change({ ...form, powers }, "powers")} />
      </Fieldset>
      {isNotarial && (
        <Fieldset legend={t("ui.poaBack.scan.notary")}>
          <div className={styles.group}>{field("notary.name", true, "text", "notaryName")}{field("notary.act", true)}{field("notary.registration")}</div>
        </Fieldset>
      )}
      <Fieldset legend={t("ui.poaBack.scan.declared")}>
        <div className={styles.checks}>
          {toDeclare(isNotarial).map((code) => (
            <Checkbox
              key={code} label={t(`ui.poaBack.scan.declare.${code}`)} checked={form.declared.includes(code)} error={problem(`declared.${code}`)} onChange={(event) => declare(code, event.currentTarget.checked)}
              data-testid={`scan-declare-${code}`}
            />
          ))}
        </div>
      </Fieldset>
      {problems.length > 0 && <p role="alert" className="small">{t("ui.poaBack.scan.problems", { count: problems.length })}</p>}
      {add.error && <ErrorNotice error={add.error} onClose={add.clear} />}
      <div className={styles.foot}>
        <Button variant="subtle" onClick={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" loading={add.busy} data-testid="scan-choose">{t("ui.poaBack.scan.choose")}</Button>
      </div>
    </form>
  );
}
