/** One power of attorney: who may do what until when, where it stands, what it says exactly, and what can be done with it (POA-09). */
import { Button, Tabs } from "@mantine/core";
import { useState } from "react";
import { useAppState } from "../features/app/AppState";
import { PermittedButton } from "../features/cabinet/Permitted";
import { JournalTab } from "../features/document/JournalTab";
import { ReadableView } from "../features/document/ReadableView";
import { cardActions } from "../features/poa/actions";
import { ChooseDialog } from "../features/poa/ChooseDialog";
import { JudgeDialog } from "../features/poa/JudgeDialog";
import styles from "../features/poa/Poa.module.css";
import { PoaNotices } from "../features/poa/PoaNotices";
import { Powers } from "../features/poa/Powers";
import { Relations } from "../features/poa/Relations";
import { DaysLeft, holdersOf, isOver, PoaState, RegistryWord } from "../features/poa/states";
import { Steps } from "../features/poa/Steps";
import { host, type PoaCard } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { ActionBar, Back, Page } from "../shared/Page";
import { Card, Empty, Loading } from "../shared/Pieces";
import { useKeptState } from "../shared/place";
import { go, paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

/** What the host says of a number that is not in its register. */
const absent = ["store.no-power-of-attorney", "app.not-found"];

export function PoaView({ number }: { number: string }) {
  const { t } = useTexts();
  const query = useHostQuery(`poa-${number}`, () => host.poaCard(number), ["documents-changed", "outbox-changed"]);
  const above = <Back to={paths.poas()} testId="poas-back">{t("ui.poas.back")}</Back>;
  const reload = () => void query.reload();
  if (query.data) return <Loaded card={query.data} above={above} onChanged={reload} />;
  return (
    <Page title={t("ui.poas.one")} above={above}>
      {query.error && absent.includes(query.error.code) ? <Unknown onFound={reload} /> : query.error ? <ErrorNotice error={query.error} onRetry={reload} /> : <Loading rows={6} />}
    </Page>
  );
}

/** A notification may name one that is not here yet. */
function Unknown({ onFound }: { onFound: () => void }) {
  const { t } = useTexts();
  const sync = useAction(async () => {
    await host.syncPoas();
    onFound();
  });
  return (
    <>
      {sync.error && <ErrorNotice error={sync.error} onClose={sync.clear} />}
      <Empty icon="poa" title={t("ui.poas.unknown.title")} action={<Button onClick={() => void sync.run()} loading={sync.busy} leftSection={<Icon name="sync" size={16} />} data-testid="poa-ask-registry">{t("ui.poas.sync")}</Button>}>
        {t("ui.poas.unknown.text")}
      </Empty>
    </>
  );
}

const tabs = ["overview", "text", "history"] as const;
type Tab = (typeof tabs)[number];

function Loaded({ card, above, onChanged }: { card: PoaCard; above: React.ReactNode; onChanged: () => void }) {
  const { t } = useTexts();
  const { row } = card;
  const [tab, setTab] = useKeptState<Tab>("poa-tab", "overview");
  return (
    <Page
      title={holdersOf(row) || t("ui.poas.one")} above={above} actions={<Beside card={card} onChanged={onChanged} />} bar={<Actions card={card} onChanged={onChanged} />}
      lead={
        <div className={styles.lead}>
          <PoaState row={row} pill testId="poa-state" />
          <span className={`mono ${styles.number}`} data-testid="poa-number">№ {row.number}</span>
          <DaysLeft row={row} />
          <RegistryWord row={row} />
        </div>
      }
    >
      <Tabs value={tab} onChange={(value) => value && setTab(value as Tab)} keepMounted={false}>
        <Tabs.List aria-label={t("ui.poas.one")} mb="md">
          {tabs.map((name) => <Tabs.Tab key={name} value={name} data-testid={`tab-${name}`}>{t(`ui.poas.tab.${name}`)}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <div className={styles.stack}>
            <PoaNotices card={card} />
            <div className={styles.columnsOfCard}>
              <div className={styles.stack}>
                <Powers card={card} />
                <Relations card={card} />
              </div>
              <Steps card={card} />
            </div>
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="text">
          {card.readable ? <ReadableView readable={card.readable} /> : <Empty icon="documents" title={t("ui.poas.noText")} />}
        </Tabs.Panel>
        <Tabs.Panel value="history"><Card><JournalTab rows={card.history} /></Card></Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** What is done seldom, beside the heading. */
function Beside({ card, onChanged }: { card: PoaCard; onChanged: () => void }) {
  const { t } = useTexts();
  const [choosing, setChoosing] = useState(false);
  const passOn = useAction(async () => go(paths.draft((await host.redelegatePoa(card.row.number)).id)));
  return (
    <>
      {passOn.error && <ErrorNotice error={passOn.error} onClose={passOn.clear} />}
      {card.row.state === "active" && card.redelegation !== "forbidden" && (
        <PermittedButton permission="applications.fill" variant="default" size="compact-md" loading={passOn.busy} onClick={() => void passOn.run()} data-testid="poa-pass-on">{t("ui.poas.passOn")}</PermittedButton>
      )}
      {!isOver(card.row) && <Button variant="default" size="compact-md" leftSection={<Icon name="star" size={16} />} onClick={() => setChoosing(true)} data-testid="poa-choose">{t("ui.poas.choose.button")}</Button>}
      <Button variant="default" size="compact-md" leftSection={<Icon name="documents" size={16} />} onClick={() => go(paths.document(card.row.documentId))} data-testid="poa-document">{t("ui.poas.document")}</Button>
      {choosing && <ChooseDialog card={card} onChanged={onChanged} onClose={() => setChoosing(false)} />}
    </>
  );
}

function Actions({ card, onChanged }: { card: PoaCard; onChanged: () => void }) {
  const { t } = useTexts();
  const { state } = useAppState();
  const { row } = card;
  const [judging, setJudging] = useState(false);
  const register = useAction(async () => {
    await host.registerPoa(row.number);
    onChanged();
  });
  const refresh = useAction(async () => {
    await host.refreshPoa(row.number);
    onChanged();
  });
  const failed = [register, refresh].find((action) => action.error !== null);
  const electronic = row.kind === "electronic";
  const next = state.network === "offline" && !isOver(row) ? "offline" : row.state;
  return (
    <>
      {failed?.error && <ErrorNotice error={failed.error} onClose={failed.clear} />}
      <ActionBar lead={<span className={`muted small ${styles.next}`} role="status" data-testid="poa-next">{t([`ui.poas.next.${next}`, "ui.poas.next.other"])}</span>}>
        {cardActions.map((Entry, index) => <Entry key={index} card={card} onChanged={onChanged} />)}
        {electronic && row.state !== "made" && (
          <Button variant="default" leftSection={<Icon name="sync" size={16} />} loading={refresh.busy} onClick={() => void refresh.run()} data-testid="poa-refresh">{t("ui.poas.refresh")}</Button>
        )}
        <Button variant={row.state === "active" ? "filled" : "default"} leftSection={<Icon name="question" size={16} />} onClick={() => setJudging(true)} data-testid="poa-judge">{t("ui.poas.judge.button")}</Button>
        {electronic && row.state === "signed" && (
          <PermittedButton permission="signing.sign" leftSection={<Icon name="outbox" size={16} />} loading={register.busy} onClick={() => void register.run()} data-testid="poa-register">{t("ui.poas.register")}</PermittedButton>
        )}
        {row.state === "made" && <Button leftSection={<Icon name="sign" size={16} />} onClick={() => go(paths.document(row.documentId))} data-testid="poa-sign">{t("ui.poas.toSign")}</Button>}
      </ActionBar>
      {judging && <JudgeDialog card={card} onClose={() => setJudging(false)} />}
    </>
  );
}
