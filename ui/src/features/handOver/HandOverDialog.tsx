/** Handing a draft or documents over: to a colleague's address or by a passphrase, as one encrypted file that is written here or waits at the portal; and the own address for the way back. */
import { ActionIcon, Button, Modal, NativeSelect, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { host, type Colleague, type Colleagues, type HandOverOffer, type PortalColleague } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label, Loading, Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import styles from "./HandOver.module.css";
import { PortalWay } from "./PortalWay";

/** A draft, or documents by their identities. */
type What = { draft: string } | { documents: string[] };
type Props = { what: What | null; onClose: () => void };

const LONGEST_NOTE = 1000;
const isDraft = (what: What) => "draft" in what;

/** Open while there is something to hand over. */
export function HandOverDialog({ what, onClose }: Props) {
  const { t } = useTexts();
  return (
    <Modal opened={what !== null} onClose={onClose} size="lg" title={t(what && !isDraft(what) ? "ui.handOver.documents.title" : "ui.handOver.title")} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="hand-over">
      {what && <Choice what={what} onClose={onClose} />}
    </Modal>
  );
}

type Handed = { what: What; onClose: () => void };

async function offerFor(what: What): Promise<HandOverOffer> {
  return "draft" in what ? { colleagues: await host.colleagues(), reply: null } : host.handOverOffer(what.documents);
}

function Choice({ what, onClose }: Handed) {
  const known = useHostQuery(`hand-over ${JSON.stringify(what)}`, () => offerFor(what));
  if (known.error) return <ErrorNotice error={known.error} onRetry={() => void known.reload()} />;
  if (!known.data) return <Loading rows={4} />;
  return <Form what={what} offer={known.data} onClose={onClose} />;
}

const PASSPHRASE = "";
type Way = "file" | "portal";

function Form({ what, offer, onClose }: Handed & { offer: HandOverOffer }) {
  const { t } = useTexts();
  const { state } = useAppState();
  const { reply } = offer;
  const [way, setWay] = useState<Way>("file");
  const [recipient, setRecipient] = useState<PortalColleague | null>(null);
  const byPortal = way === "portal";
  const [known, setKnown] = useState(offer.colleagues);
  const [name, setName] = useState(offer.colleagues.ownName);
  const [address, setAddress] = useState(reply ? (reply.address ?? PASSPHRASE) : (offer.colleagues.colleagues[0]?.address ?? PASSPHRASE));
  const [note, setNote] = useState("");
  const [adding, setAdding] = useState(false);
  const [written, setWritten] = useState(false);
  const send = useAction(async () => {
    const how = { name, address: address || null };
    if (byPortal && recipient) {
      await host.handOverByPortal(what, how, note, recipient);
      setWritten(true);
      return;
    }
    setWritten(await ("draft" in what ? host.handOver(what.draft, how) : host.handOverDocuments(what.documents, how, note)));
  });
  const forget = useAction(async () => {
    setKnown(await host.removeColleague(address));
    setAddress(PASSPHRASE);
  });
  const isKnown = known.colleagues.some((one) => one.address === address);
  const pick = (one: PortalColleague | null) => {
    setRecipient(one);
    // An address is offered only where it is known to be theirs: another's would make a file they cannot open.
    setAddress(one?.address ?? known.colleagues.find((colleague) => colleague.name === one?.name)?.address ?? PASSPHRASE);
  };
  const theirs = byPortal && recipient?.address && !known.colleagues.some((one) => one.address === recipient.address) ? [{ value: recipient.address, label: recipient.name }] : [];
  const stranger = reply?.address && !known.colleagues.some((one) => one.address === reply.address) ? [{ value: reply.address, label: t("ui.handOver.documents.stranger", { name: reply.name }) }] : [];
  if (written) {
    return (
      <div className={styles.dialog}>
        <Label tone="ok"><span role="status" data-testid="handed-over">{byPortal ? t("ui.handOver.portal.sent", { name: recipient?.name }) : t("ui.handOver.written")}</span></Label>
        {byPortal && <p>{t("ui.handOver.portal.next")}</p>}
        {byPortal ? !address && <p>{t("ui.handOver.portal.nextPhrase")}</p> : <p>{t(address ? "ui.handOver.next" : "ui.handOver.nextPhrase")}</p>}
        <div className={styles.foot}><Button onClick={onClose} data-autofocus>{t("ui.close")}</Button></div>
      </div>
    );
  }
  return (
    <div className={styles.dialog}>
      {state.session && (
        <SegmentedControl
          size="sm" value={way} onChange={(value) => setWay(value as Way)} aria-label={t("ui.handOver.way")} data-testid="hand-over-way"
          data={(["file", "portal"] as const).map((value) => ({ value, label: t(`ui.handOver.ways.${value}`) }))}
        />
      )}
      <p className="muted">{byPortal ? t("ui.handOver.portal.lead") : isDraft(what) ? t("ui.handOver.lead") : reply ? t("ui.handOver.documents.leadBack", { name: reply.colleague ?? reply.name }) : t("ui.handOver.documents.lead")}</p>
      <TextInput label={t("ui.handOver.name")} description={t(isDraft(what) ? "ui.handOver.nameHint" : "ui.handOver.documents.nameHint")} value={name} onChange={(event) => setName(event.currentTarget.value)} maxLength={120} data-testid="hand-over-name" />
      {byPortal && <PortalWay picked={recipient} name={name} onPick={pick} />}
      <div className={styles.beside}>
        <NativeSelect
          className={styles.grow ?? ""} label={t(byPortal ? "ui.handOver.portal.address" : "ui.handOver.to")} value={address} onChange={(event) => setAddress(event.currentTarget.value)} data-testid="hand-over-to"
          data={[...stranger, ...theirs, ...known.colleagues.map((one) => ({ value: one.address, label: one.name })), { value: PASSPHRASE, label: t("ui.handOver.byPhrase") }]}
        />
        {isKnown && (
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
      {byPortal && recipient && !address && <Strip tone="info" testId="portal-no-address"><p>{t("ui.handOver.portal.noAddress")}</p></Strip>}
      {address && !isKnown && address !== recipient?.address && <Strip tone="warn" testId="hand-over-stranger">{t("ui.handOver.documents.strangerHint")}</Strip>}
      {!isDraft(what) && (
        <Textarea
          label={t("ui.handOver.documents.note")} description={t("ui.handOver.documents.noteHint")} value={note} onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={LONGEST_NOTE} rows={3} data-testid="hand-over-note"
        />
      )}
      {[send, forget].map((action, index) => action.error && <ErrorNotice key={index} error={action.error} onClose={action.clear} />)}
      {!byPortal && <OwnAddress address={known.ownAddress} />}
      <div className={styles.foot}>
        <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
        <Button leftSection={<Icon name={byPortal ? "outbox" : "save"} />} loading={send.busy} disabled={!name.trim() || adding || (byPortal && !recipient)} onClick={() => void send.run()} data-testid="hand-over-confirm">{t(byPortal ? "ui.handOver.portal.button" : "ui.handOver.button")}</Button>
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
      className={styles.adding}
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
