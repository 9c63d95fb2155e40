/** Adding an organisation: requisites checked while typing, the API key explained and optional. */
import { Button, PasswordInput, Select, TextInput } from "@mantine/core";
import { useRef, useState, type FormEvent } from "react";
import { host, type FieldProblem, type PrefilledOrganisation } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Label } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import styles from "./OrganisationForm.module.css";
import { regions } from "./regions";
import { useRequisites } from "./useRequisites";

const empty = { name: "", inn: "", ogrn: "", kpp: "" };
const digits = (value: string) => value.replace(/[\s-]/g, "");

export function OrganisationForm({ onAdded, prefilled }: { onAdded?: () => void; prefilled?: PrefilledOrganisation | undefined }) {
  const { t, coded } = useTexts();
  const { accept } = useAppState();
  const [fields, setFields] = useState(prefilled ? { ...prefilled, kpp: prefilled.kpp ?? "" } : empty);
  const [region, setRegion] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const apiKey = useRef<HTMLInputElement>(null);
  const verdict = useRequisites({ inn: fields.inn, ogrn: fields.ogrn, kpp: fields.kpp });
  const soleProprietor = verdict?.kind === "sole-proprietor";

  const add = useAction(async () => {
    const next = await host.addOrganisation({
      name: fields.name.trim(), inn: fields.inn, ogrn: fields.ogrn, kpp: soleProprietor ? null : fields.kpp || null, region: region ?? "",
      apiKey: apiKey.current?.value.trim() || null,
    });
    // Whoever leaves the page does so before the other archive is on the screen.
    onAdded?.();
    accept(next);
  });

  const complete = fields.name.trim() !== "" && fields.inn !== "" && fields.ogrn !== "" && region !== null && (soleProprietor || fields.kpp !== "");
  const faultless = !verdict?.inn && !verdict?.ogrn && (soleProprietor || !verdict?.kpp);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(!complete);
    if (complete && faultless) void add.run();
  };

  const problem = (value: string, found: FieldProblem | null | undefined) => {
    if (value === "") return missing ? t("ui.organisation.required") : null;
    return found ? coded("requisites", found) : null;
  };
  const requisite = (name: "inn" | "ogrn" | "kpp", label: string, maxLength: number) => (
    <TextInput
      label={label} required inputMode="numeric" maxLength={maxLength} value={fields[name]} data-testid={`field-${name}`}
      onChange={(event) => setFields({ ...fields, [name]: digits(event.currentTarget.value) })} error={problem(fields[name], verdict?.[name])}
      classNames={{ input: "mono" }}
    />
  );

  return (
    <form className={styles.form} onSubmit={submit} noValidate data-testid="organisation-form">
      <TextInput
        label={t("ui.organisation.name")} description={t("ui.organisation.nameHint")} required value={fields.name} data-testid="field-name"
        onChange={(event) => setFields({ ...fields, name: event.currentTarget.value })} error={problem(fields.name.trim(), null)}
      />
      <div className={styles.pair}>
        {requisite("inn", t("ui.organisation.innField"), 14)}
        {requisite("ogrn", soleProprietor ? t("ui.organisation.ogrnip") : t("ui.organisation.ogrn"), 18)}
        {!soleProprietor && requisite("kpp", t("ui.organisation.kpp"), 11)}
        <Select
          label={t("ui.organisation.region")} required searchable data={regions} value={region} onChange={setRegion} data-testid="field-region"
          nothingFoundMessage={t("ui.organisation.noRegion")} error={missing && region === null ? t("ui.organisation.required") : null}
        />
      </div>
      {verdict?.kind && faultless && fields.inn !== "" && <Label tone="ok">{t(`ui.organisation.kind.${verdict.kind}`)}</Label>}
      <PasswordInput
        ref={apiKey} label={t("ui.organisation.apiKey")} description={t("ui.organisation.apiKeyHint")} autoComplete="off" spellCheck={false}
        data-testid="field-api-key" visibilityToggleButtonProps={{ "aria-label": t("ui.organisation.apiKeyShow") }}
      />
      {add.error && <ErrorNotice error={add.error} onClose={add.clear} />}
      <div className={styles.foot}>
        <Button type="submit" loading={add.busy} data-testid="organisation-add">{t("ui.organisation.submit")}</Button>
        {missing && !complete && <Label tone="warn">{t("ui.organisation.incomplete")}</Label>}
      </div>
    </form>
  );
}
