/** Handing a draft over: to a colleague's address or by a passphrase, as one encrypted file; and the own address for the way back. */
import { ActionIcon, Button, Modal, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { host, type Colleague, type Colleagues } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label, Loading } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Drafts.module.css";

type Props = { opened: boolean; id: string; onClose: () => void };

export function HandOverDialog({ opened, id, onClose }: Props) {
  const { t } = useTexts();
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title={t("ui.handOver.title")} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="hand-over">
      {opened && <Choice id={id} onClose={onClose} />}
    </Modal>
  );
}

function Choice({ id, onClose }: Omit<Props, "opened">) {
  const known = useHostQuery("colleagues", host.colleagues);
  if (known.error) return <ErrorNotice error={known.error} onRetry={() => void known.reload()} />;
  if (!known.data) return <Loading rows={4} />;
  return <Form id={id} initial={known.data} onClose={onClose} />;
}

const PASSPHRASE = "";

function Form({ id, initial, onClose }: { id: string; initial: Colleagues; onClose: () => void }) {
  const { t } = useTexts();
  const [known, setKnown] = useState(initial);
  const [name, setName] = useState(initial.ownName);
  const [address, setAddress] = useState(initial.colleagues[0]?.address ?? PASSPHRASE);
  const [adding, setAdding] = useState(false);
  const [written, setWritten] = useState(false);
  const send = useAction(async () => setWritten(await host.handOver(id, { name, address: address || null })));
  const forget = useAction(async () => {
    setKnown(await host.removeColleague(address));
    setAddress(PASSPHRASE);
  });
  if (written) {
    return (
      <div className={styles.dialog}>
        <Label tone="ok"><span role="status" data-testid="handed-over">{t("ui.handOver.written")}</span></Label>
        <p>{t(address ? "ui.handOver.next" : "ui.handOver.nextPhrase")}</p>
        <div className={styles.foot}><Button onClick={onClose} data-autofocus>{t("ui.close")}</Button></div>
      </div>
    );
  }
  return (
    <div className={styles.dialog}>
      <p className="muted">{t("ui.handOver.lead")}</p>
      <TextInput label={t("ui.handOver.name")} description={t("ui.handOver.nameHint")} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={120} data-testid="hand-over-name" />
      <div className={styles.beside}>
        <NativeSelect
          label={t("ui.handOver.to")} value={address} onChange={(event) => setAddress(event.currentTarget.value)} data-testid="hand-over-to"
          data={[...known.colleagues.map((one) => ({ value: one.address, label: one.name })), { value: PASSPHRASE, label: t("ui.handOver.byPhrase") }]}
        />
        {address && (
          <ActionIcon variant="default" size={36} loading={forget.busy} onClick={() => void forget.run()} aria-label={t("ui.handOver.forget")} title={t("ui.handOver.forget")} data-testid="forget-colleague">
            <Icon name="close" size={16} />
          </ActionIcon>
        )}
        {!adding && <Button variant="default" leftSection={<Icon name="plus" size={16} />} onClick={() => setAdding(true)} data-testid="add-colleague">{t("ui.handOver.add")}</Button>}
      </div>
      {adding && (
        <AddColleague
          onClose={() => setAdding(false)}
          onAdded={(next, added) => {
            setKnown(next);
            setAddress(added);
            setAdding(false);
          }}
        />
      )}
      {!address && <p className="muted small">{t("ui.handOver.phraseHint")}</p>}
      {[send, forget].map((action, index) => action.error && <ErrorNotice key={index} error={action.error} onClose={action.clear} />)}
      <OwnAddress address={known.ownAddress} />
      <div className={styles.foot}>
        <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
        <Button leftSection={<Icon name="save" />} loading={send.busy} disabled={!name.trim() || adding} onClick={() => void send.run()} data-testid="hand-over-confirm">{t("ui.handOver.button")}</Button>
      </div>
    </div>
  );
}

function AddColleague({ onClose, onAdded }: { onClose: () => void; onAdded: (known: Colleagues, address: string) => void }) {
  const { t } = useTexts();
  const [colleague, setColleague] = useState<Colleague>({ name: "", address: "" });
  const add = useAction(async () => onAdded(await host.addColleague(colleague), colleague.address.trim()));
  return (
    <form
      className={styles.comparison}
      onSubmit={(event) => {
        event.preventDefault();
        void add.run();
      }}
    >
      <TextInput w="100%" label={t("ui.handOver.colleagueName")} value={colleague.name} onChange={(event) => setColleague({ ...colleague, name: event.currentTarget.value })} maxLength={120} data-autofocus data-testid="colleague-name" />
      <TextInput w="100%" label={t("ui.handOver.colleagueAddress")} description={t("ui.handOver.colleagueHint")} value={colleague.address} onChange={(event) => setColleague({ ...colleague, address: event.currentTarget.value })} classNames={{ input: "mono" }} spellCheck={false} autoComplete="off" data-testid="colleague-address" />
      {add.error && <ErrorNotice error={add.error} onClose={add.clear} />}
      <div className={styles.choices}>
        <Button type="submit" size="sm" loading={add.busy} disabled={!colleague.name.trim() || !colleague.address.trim()} data-testid="colleague-save">{t("ui.handOver.remember")}</Button>
        <Button size="sm" variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
      </div>
    </form>
  );
}

function OwnAddress({ address }: { address: string }) {
  const { t } = useTexts();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      setCopied(true);
    } catch {
      // The address stands there to be selected by hand.
      setCopied(false);
    }
  };
  return (
    <div className={styles.own}>
      <p className="small">{t("ui.handOver.own")}</p>
      <div className={styles.beside}>
        <code className={styles.address} data-testid="own-address">{address}</code>
        <Button size="compact-sm" variant="default" leftSection={<Icon name={copied ? "check" : "copy"} size={14} />} onClick={() => void copy()}>{t(copied ? "ui.handOver.copied" : "ui.handOver.copy")}</Button>
      </div>
    </div>
  );
}
