/** One document: what it says, what the check found, who signed it, how it fares; one main action and who acts next. */
import { Button, Tabs } from "@mantine/core";
import { useEffect, useState } from "react";
import { useAppState } from "../features/app/AppState";
import { ContentTab, type Target } from "../features/document/ContentTab";
import styles from "../features/document/Document.module.css";
import { FilesTab } from "../features/document/FilesTab";
import { FindingsTab } from "../features/document/FindingsTab";
import { HistoryTab } from "../features/document/HistoryTab";
import { JournalTab } from "../features/document/JournalTab";
import { PermittedButton } from "../features/cabinet/Permitted";
import { nextStep, primaryAction, type PrimaryAction } from "../features/document/primaryAction";
import { SignaturesTab } from "../features/document/SignaturesTab";
import { useImports } from "../features/documents/Imports";
import { StageLabel } from "../features/documents/stages";
import { GoskeyDialog } from "../features/goskey/GoskeyDialog";
import { GoskeyStrip } from "../features/goskey/GoskeyStrip";
import { HandOverDialog } from "../features/handOver/HandOverDialog";
import { HandOverStrip } from "../features/handOver/HandOverStrip";
import { RetentionTab } from "../features/retention/RetentionTab";
import { SendDialog } from "../features/sending/SendDialog";
import { useSignIn } from "../features/session/SignInDialog";
import { SigningSheet } from "../features/signing/SigningSheet";
import { host, type Answered, type DocumentPage } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon, type IconName } from "../shared/Icon";
import { ActionBar, Back, Page } from "../shared/Page";
import { Label, Loading, Strip } from "../shared/Pieces";
import { useKeptState } from "../shared/place";
import { go, paths } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

/** `back` is the list it was found in. */
export function DocumentView({ id, back: list }: { id: string; back: string }) {
  const { t } = useTexts();
  const query = useHostQuery(`document ${id}`, () => host.document(id), ["documents-changed", "outbox-changed"]);
  const back = <Back to={list} testId="back">{t("ui.document.back")}</Back>;
  if (query.data) return <Loaded page={query.data} above={back} reload={() => void query.reload()} />;
  return (
    <Page title={t("ui.documents.columns.title")} above={back}>
      {query.error ? <ErrorNotice error={query.error} onRetry={() => void query.reload()} /> : <Loading rows={6} />}
    </Page>
  );
}

const tabNames = ["content", "findings", "signatures", "history", "files", "retention", "journal"] as const;
type TabName = (typeof tabNames)[number];

function Loaded({ page, above, reload }: { page: DocumentPage; above: React.ReactNode; reload: () => void }) {
  const { t, dateTime } = useTexts();
  const [tab, setTab] = useKeptState<TabName>("document-tab", page.row.stage === "invalid" ? "findings" : page.row.stage === "needs-correction" || page.row.stage === "refused" ? "history" : "content");
  const [target, setTarget] = useState<Target | null>(null);
  const showLine = (line: number) => {
    setTarget((old) => ({ line, turn: (old?.turn ?? 0) + 1 }));
    setTab("content");
  };
  // While one service takes the files as they are, the document can be sent.
  const problems = page.services.every((service) => service.problems.length > 0) ? (page.services[0]?.problems ?? []) : [];
  const counts: Partial<Record<TabName, number>> = { findings: page.findings.length + problems.length, signatures: page.signatures.length };
  const panels: Record<TabName, React.ReactNode> = {
    content: <ContentTab page={page} target={target} />,
    findings: <FindingsTab findings={page.findings} problems={problems} onShow={page.raw === null ? null : showLine} />,
    signatures: <SignaturesTab signatures={page.signatures} signedUnder={page.signedUnder} />,
    history: <HistoryTab page={page} onChanged={reload} />,
    files: <FilesTab files={page.files} encoding={page.encoding} />,
    retention: <RetentionTab page={page} onChanged={reload} />,
    journal: <JournalTab rows={page.journal} />,
  };
  const { row, shown } = page;
  const toSign = row.stage === "ready";
  const [handing, setHanding] = useState(false);
  const [asking, setAsking] = useState(false);
  const [last] = page.handOvers;
  useEffect(() => {
    // If this cannot be noted down, the signing sheet says that the document was not opened, and asks.
    if (toSign) host.noteOpened(row.id, shown).catch(() => undefined);
  }, [toSign, row.id, shown]);
  return (
    <Page
      title={row.title} above={above} fill bar={<Actions page={page} reload={reload} onShowErrors={() => setTab("findings")} onHandOver={() => setHanding(true)} onGoskey={() => setAsking(true)} />}
      lead={
        <div className={styles.meta}>
          <StageLabel stage={row.stage} pill />
          {row.orderId && <span>{t("ui.document.order", { id: row.orderId })}</span>}
          {row.statusTitle && <span>{t("ui.document.portalSays", { status: row.statusTitle })}</span>}
          <span>{t("ui.document.added", { when: dateTime(row.added) })}</span>
        </div>
      }
    >
      {page.submission?.outcomeUnknown && (
        <Strip tone="warn" icon="question" testId="outcome-unknown">
          <p><b>{t("ui.outbox.unknown.title")}</b></p>
          <p>{t("ui.outbox.unknown.text")}</p>
        </Strip>
      )}
      {page.answers && <AnsweredStrip answers={page.answers} taken={page.services.length > 0} />}
      <GoskeyStrip page={page} onAgain={() => setAsking(true)} />
      {last && <HandOverStrip last={last} signed={row.signed} onAnswer={() => setHanding(true)} />}
      {problems.length > 0 && tab !== "findings" && (
        <Strip tone="warn" testId="not-taken">
          <p>
            {t("ui.document.notTaken")}{" "}
            <Button variant="default" size="compact-sm" onClick={() => setTab("findings")} data-testid="show-limits">{t("ui.document.notTakenShow")}</Button>
          </p>
        </Strip>
      )}
      <Tabs value={tab} onChange={(value) => value && setTab(value as TabName)} className={styles.tabs} keepMounted={false}>
        <Tabs.List aria-label={t("ui.document.tabs.label")}>
          {tabNames.map((name) => (
            <Tabs.Tab key={name} value={name} data-testid={`tab-${name}`}>
              {t(`ui.document.tabs.${name}`)}{counts[name] ? ` (${counts[name]})` : ""}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabNames.map((name) => (
          <Tabs.Panel key={name} value={name} className={`${styles.panel} ${name === "content" ? styles.content : ""}`} data-keep-scroll={name}>{panels[name]}</Tabs.Panel>
        ))}
      </Tabs>
      <GoskeyDialog documents={asking ? [row.id] : null} onClose={() => setAsking(false)} />
      <HandOverDialog what={handing ? { documents: [row.id] } : null} onClose={() => { setHanding(false); reload(); }} />
    </Page>
  );
}

/** Which letter of Госпочта the document answers. */
function AnsweredStrip({ answers: { row, number }, taken }: { answers: Answered; taken: boolean }) {
  const { t, date } = useTexts();
  const day = date(row.created);
  return (
    <Strip tone="info" icon="mail" testId="answers-letter">
      <p>
        {t("ui.mail.answers.answersTo")}{" "}
        <a href={`#${paths.letter(row.letter)}`}>{row.sender}, {number ? t("ui.mail.answers.reference", { number, day }) : t("ui.mail.answers.referenceDay", { day })}</a>
      </p>
      {!taken && <p className="muted small">{t("ui.mail.answers.way")}</p>}
    </Strip>
  );
}

/** What an action asks of the role. */
const permissionOf: Partial<Record<PrimaryAction, string>> = { sign: "signing.sign", send: "applications.submit" };

type ActionProps = { page: DocumentPage; reload: () => void; onShowErrors: () => void; onHandOver: () => void; onGoskey: () => void };

/** What Госключ takes, by the ending of the main file. */
const forGoskey = ({ row, files }: DocumentPage) => !row.format.startsWith("goskey.") && files.some((file) => file.kind === "main" && /\.(pdf|tiff?|xml|txt)$/i.test(file.name));

function Actions({ page, reload, onShowErrors, onHandOver, onGoskey }: ActionProps) {
  const { t } = useTexts();
  const { accept } = useAppState();
  const imports = useImports();
  const signIn = useSignIn();
  const [signing, setSigning] = useState(false);
  const [sending, setSending] = useState(false);
  const save = useAction(() => host.exportDocuments([page.row.id], "zip"));
  const [saved, setSaved] = useState(false);
  const sync = useAction(async () => {
    accept(await host.syncNow());
    reload();
  });
  const forms = useHostQuery("forms", host.forms);
  const edit = useAction(async () => go(paths.draft((await host.draftOfDocument(page.row.id)).id)));
  const exportNow = async () => setSaved((await save.run()) === true);
  const action = primaryAction(page);
  const all: Record<typeof action, { icon: IconName; text: string; busy: boolean; run: () => void }> = {
    "show-errors": { icon: "error", text: t("ui.document.showErrors"), busy: false, run: onShowErrors },
    sign: { icon: "sign", text: t("ui.document.sign"), busy: false, run: () => setSigning(true) },
    send: { icon: "outbox", text: t("ui.document.send"), busy: false, run: () => setSending(true) },
    "sign-in": { icon: "token", text: t("ui.document.signIn"), busy: false, run: signIn },
    sync: { icon: "sync", text: t("ui.document.syncNow"), busy: sync.busy, run: () => void sync.run() },
    "open-fixed": { icon: "open", text: t("ui.document.openFixed"), busy: imports.busy, run: imports.open },
    export: { icon: "save", text: t("ui.document.exportAll"), busy: save.busy, run: () => void exportNow() },
  };
  const primary = all[action];
  const error = save.error ?? sync.error ?? edit.error;
  return (
    <>
      {error && <ErrorNotice error={error} onClose={() => { save.clear(); sync.clear(); edit.clear(); }} />}
      <ActionBar
        lead={
          <div className={styles.next} role="status" aria-label={t("ui.next.title")} data-testid="next-actor" data-actor={page.nextActor}>
            <span className={styles.nextWho}>{t(`ui.next.${page.nextActor}`)}</span>
            <span className={styles.nextWhat}>{t(`ui.next.${nextStep(page)}`)}</span>
          </div>
        }
      >
        {saved && <Label tone="ok">{t("ui.document.exported")}</Label>}
        {forms.data?.some((form) => form.code === page.row.format) && (
          <Button variant="default" leftSection={<Icon name="edit" />} loading={edit.busy} onClick={() => void edit.run()} data-testid="edit-as-draft">{t("ui.drafts.ofDocument")}</Button>
        )}
        {action === "show-errors" && (
          <Button variant="default" leftSection={<Icon name="open" />} onClick={imports.open} loading={imports.busy} data-testid="open-fixed">{t("ui.document.openFixed")}</Button>
        )}
        {(page.row.stage === "ready" || page.row.stage === "signed") && forGoskey(page) && (
          <PermittedButton permission="signing.initiate" variant="default" leftSection={<Icon name="token" />} onClick={onGoskey} data-testid="goskey-document" title={t("ui.goskey.button")}>{t("ui.goskey.short")}</PermittedButton>
        )}
        {(page.row.stage === "ready" || page.row.stage === "signed") && page.handOvers[0]?.way !== "came-to-sign" && (
          <Button variant="default" leftSection={<Icon name="person" />} onClick={onHandOver} data-testid="hand-over-document">{t("ui.handOver.documents.button")}</Button>
        )}
        {action !== "export" && (
          <Button variant="default" leftSection={<Icon name="save" />} onClick={() => void exportNow()} loading={save.busy} data-testid="export">{t("ui.document.export")}</Button>
        )}
        <PermittedButton permission={permissionOf[action] ?? ""} leftSection={<Icon name={primary.icon} />} onClick={primary.run} loading={primary.busy} data-testid="primary-action" data-action={action}>{primary.text}</PermittedButton>
      </ActionBar>
      <SigningSheet documents={signing ? [page.row] : null} onClose={() => { setSigning(false); reload(); }} />
      <SendDialog opened={sending} row={page.row} services={page.services} onClose={() => setSending(false)} onSent={() => { setSending(false); reload(); }} />
    </>
  );
}
