/** Asking somebody to sign documents on their phone, in Госключ: who, with what signature, for how long. */
import { Button, Modal, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useState } from "react";
import { host, type GoskeyAsk, type GoskeyKind, type GoskeyOffer, type GoskeyPerson } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Loading } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Goskey.module.css";

type Props = { documents: string[] | null; onClose: () => void };

/** Open while there are documents to sign. */
export function GoskeyDialog({ documents, onClose }: Props) {
  const { t } = useTexts();
  return (
    <Modal opened={documents !== null} onClose={onClose} size="lg" title={t("ui.goskey.title")} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="goskey">
      {documents && <Offered documents={documents} onClose={onClose} />}
    </Modal>
  );
}

function Offered({ documents, onClose }: { documents: string[]; onClose: () => void }) {
  const offer = useHostQuery(`goskey ${documents.join()}`, () => host.goskeyOffer(documents));
  if (offer.error) return <ErrorNotice error={offer.error} onRetry={() => void offer.reload()} />;
  if (!offer.data) return <Loading rows={4} />;
  return <Form documents={documents} offer={offer.data} onClose={onClose} />;
}

const kinds: GoskeyKind[] = ["simple", "qualified", "organisation", "treasury"];
const nobody: GoskeyPerson = { name: "", snils: null, oid: null };
const typed = (person: GoskeyPerson) => ({ name: person.name, snils: person.snils ?? "", oid: person.oid ?? "" });

function Form({ documents, offer, onClose }: { documents: string[]; offer: GoskeyOffer; onClose: () => void }) {
  const { t } = useTexts();
  const [chosen, setChosen] = useState(offer.people.length > 0 ? "0" : "");
  const [ask, setAsk] = useState<GoskeyAsk>({ kind: "simple", hours: offer.mostHours, ...typed(offer.people[0] ?? nobody) });
  const change = (part: Partial<GoskeyAsk>) => setAsk((old) => ({ ...old, ...part }));
  const choose = (place: string) => {
    setChosen(place);
    change(typed(place === "" ? nobody : (offer.people[Number(place)] ?? nobody)));
  };
  const create = useAction(async () => go(paths.document(await host.askGoskey(documents, ask))));
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (await create.run()) onClose();
  };
  const people = offer.people.map((person, place) => ({ value: String(place), label: person.name || person.snils || person.oid || "" }));
  return (
    <form className={styles.dialog} onSubmit={(event) => void submit(event)}>
      <p className="muted">{t("ui.goskey.lead")}</p>
      <ul className={styles.files} data-testid="goskey-documents">
        {offer.documents.map((one) => (
          <li key={one.documentId}>
            <span>{one.file}</span>
            {one.sentAs && <span className="muted small">{t("ui.goskey.sentAs", { name: one.sentAs })}</span>}
          </li>
        ))}
      </ul>
      {offer.problem && <ErrorNotice error={offer.problem} />}
      {people.length > 0 && (
        <NativeSelect
          label={t("ui.goskey.who")} value={chosen} onChange={(event) => choose(event.currentTarget.value)} data-testid="goskey-who"
          data={[...people, { value: "", label: t("ui.goskey.someoneElse") }]}
        />
      )}
      <div className={styles.pair}>
        <TextInput label={t("ui.goskey.name")} description={t("ui.goskey.nameHint")} value={ask.name} onChange={(event) => change({ name: event.currentTarget.value })} maxLength={120} data-testid="goskey-name" />
        <TextInput label={t("ui.goskey.snils")} description={t("ui.goskey.snilsHint")} placeholder="000-000-000 00" value={ask.snils} onChange={(event) => change({ snils: event.currentTarget.value })} maxLength={20} inputMode="numeric" autoComplete="off" data-testid="goskey-snils" />
        <TextInput label={t("ui.goskey.oid")} description={t("ui.goskey.oidHint")} value={ask.oid} onChange={(event) => change({ oid: event.currentTarget.value })} maxLength={20} inputMode="numeric" autoComplete="off" data-testid="goskey-oid" />
        <NumberInput label={t("ui.goskey.hours")} description={t("ui.goskey.hoursHint", { most: offer.mostHours })} value={ask.hours} onChange={(value) => change({ hours: Number(value) || 0 })} min={1} max={offer.mostHours} allowDecimal={false} allowNegative={false} data-testid="goskey-hours" />
      </div>
      <NativeSelect
        label={t("ui.goskey.kind.label")} description={t(`ui.goskey.kindHint.${ask.kind}`)} value={ask.kind} onChange={(event) => change({ kind: event.currentTarget.value as GoskeyKind })} data-testid="goskey-kind"
        inputWrapperOrder={["label", "input", "description"]} data={kinds.map((kind) => ({ value: kind, label: t(`ui.goskey.kind.${kind}`) }))}
      />
      {create.error && <ErrorNotice error={create.error} onClose={create.clear} />}
      <div className={styles.foot}>
        <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
        <Button type="submit" leftSection={<Icon name="sign" />} loading={create.busy} disabled={offer.problem !== null || !(ask.snils.trim() || ask.oid.trim())} data-testid="goskey-create">{t("ui.goskey.create")}</Button>
      </div>
    </form>
  );
}
