/** The first screen: what needs the user now, what is under way, what has just ended. */
import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useAppState } from "../features/app/AppState";
import { InformationPanel } from "../features/app/InformationPanel";
import { NextDeadlines } from "../features/calendar/NextDeadlines";
import { ExpiryNotices, ExpiryTitle } from "../features/certificates/ExpiryNotices";
import { useTokenScan, type Scanning } from "../features/certificates/useTokenScan";
import { RowNotes } from "../features/documents/DocumentsTable";
import { RecentDrafts } from "../features/drafts/RecentDrafts";
import { useImports } from "../features/documents/Imports";
import { StageLabel } from "../features/documents/stages";
import { useSession } from "../features/session/useSession";
import { SigningSheet } from "../features/signing/SigningSheet";
import { UnfinishedRuns } from "../features/signing/UnfinishedRuns";
import { host, type DocumentRow, type Today as TodayData, type TokenScan } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Page } from "../shared/Page";
import { Empty, Label, Loading, Strip } from "../shared/Pieces";
import { paths } from "../shared/router";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";
import styles from "./Today.module.css";

export function Today() {
  const { t } = useTexts();
  const imports = useImports();
  const scanning = useTokenScan(false);
  const today = useHostQuery("today", host.today, ["documents-changed", "outbox-changed"]);
  const [signing, setSigning] = useState<DocumentRow[] | null>(null);
  const toSign = today.data?.needsAction.filter((row) => row.stage === "ready") ?? [];
  const nothing = today.data && [today.data.needsAction, today.data.inProgress, today.data.recent].every((rows) => rows.length === 0);
  const open = (
    <Button onClick={imports.open} loading={imports.busy} leftSection={<Icon name="open" />} aria-keyshortcuts="Control+O" data-testid="open-files">
      {t("ui.today.open")}
    </Button>
  );
  return (
    <Page title={t("ui.today.title")} actions={open}>
      <div className={styles.stack}>
        <StateFacts scanning={scanning} />
        <UnfinishedRuns />
        {today.error && <ErrorNotice error={today.error} onRetry={() => void today.reload()} />}
        {!today.data && !today.error && <Loading rows={5} height={52} />}
        {today.data && <Expiry signedIn={today.data.certificateExpiry} scanning={scanning} />}
        {today.data && <InformationPanel orders={today.data.orders} certificates={scanning.scan?.certificates.filter((one) => one.unfit.length === 0).length ?? null} />}
        {today.data && <NextDeadlines />}
        {nothing && <Empty icon="documents" title={t("ui.today.empty.title")}>{t("ui.today.empty.text")}</Empty>}
        {nothing && <RecentDrafts />}
        {today.data && !nothing && (
          <div className={styles.columns}>
            <Section
              id="needs-action" title={t("ui.today.needsAction")} rows={today.data.needsAction} none={t("ui.today.needsActionEmpty")}
              action={
                toSign.length > 1 && (
                  <Button variant="light" size="compact-md" leftSection={<Icon name="sign" size={16} />} onClick={() => setSigning(toSign)} data-testid="sign-all">
                    {t("ui.today.signAll", { count: toSign.length })}
                  </Button>
                )
              }
            />
            <div className={styles.side}>
              <RecentDrafts />
              <Section id="in-progress" narrow title={t("ui.today.inProgress")} rows={today.data.inProgress} none={t("ui.today.inProgressEmpty")} />
              <Section
                id="recent" narrow title={t("ui.today.recent")} rows={today.data.recent} none={t("ui.today.recentEmpty")}
                action={<a href={`#${paths.documents()}`}>{t("ui.today.all")}</a>}
              />
            </div>
          </div>
        )}
      </div>
      <SigningSheet documents={signing} onClose={() => setSigning(null)} />
    </Page>
  );
}

function Section(props: { id: string; title: string; rows: DocumentRow[]; none: string; narrow?: boolean; action?: ReactNode }) {
  const { id, title, rows, none, narrow, action } = props;
  const { when } = useTexts();
  return (
    <section aria-labelledby={id} className={`${styles.section} ${narrow ? styles.narrow : ""}`} data-testid={id}>
      <div className={styles.head}>
        <h2 id={id}>{title} {rows.length > 0 && <span className={styles.count}>{rows.length}</span>}</h2>
        {action}
      </div>
      {rows.length === 0 ? (
        <p className={styles.none}>{none}</p>
      ) : (
        <ul className={styles.list}>
          {rows.map((row) => (
            <li key={row.id}>
              <a className={styles.item} href={`#${paths.document(row.id)}`} data-testid={`document-${row.id}`}>
                <span>
                  <span className={styles.title}>{row.title}</span>
                  <RowNotes row={row} />
                </span>
                <span className={styles.stage}>
                  <StageLabel stage={row.stage} />
                  <span className="muted small nowrap">{when(row.updated)}</span>
                </span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Tokens know more than the session: it speaks of its certificate only while no token shows that. */
function Expiry({ signedIn, scanning }: { signedIn: TodayData["certificateExpiry"]; scanning: Scanning }) {
  const { t } = useTexts();
  const { state } = useAppState();
  const { scan, error } = scanning;
  const own = state.session?.certificateId;
  const shown = scan?.certificates.some((certificate) => certificate.id === own || certificate.also.some((other) => other.id === own));
  return (
    <>
      {signedIn && (scan || error) && !shown && (
        <Strip tone="warn" testId="certificate-expiry">
          <p><b><ExpiryTitle {...signedIn} /></b></p>
          <p>{t(signedIn.daysLeft < 0 ? "ui.today.expiredTodo" : "ui.today.expiringTodo")}</p>
        </Strip>
      )}
      {/* One that was renewed asks for nothing: the screen of the tokens tells of it. */}
      {scan && <ExpiryNotices warnings={scan.expiring.filter((warning) => !warning.renewed)} action={() => <a href={`#${paths.tokens}`}>{t("ui.today.toTokens")}</a>} />}
    </>
  );
}

function StateFacts({ scanning }: { scanning: Scanning }) {
  const { t, time } = useTexts();
  const { state } = useAppState();
  const { scan, error } = scanning;
  const status = useSession(state.session);
  const holder = state.session?.holder ?? "";
  const facts: [string, ReactNode][] = [
    [t("ui.today.facts.organisation"), state.organisation?.name],
    [
      t("ui.today.facts.signedIn"),
      status.kind === "active" ? (
        <Label key="in" tone="ok">{t("ui.today.facts.signedInAs", { holder, until: time(state.session?.expiresAt ?? "") })}</Label>
      ) : status.kind === "ending" ? (
        <Label key="in" tone="warn">{t("ui.today.facts.signedInEnding", { holder, count: status.minutesLeft })}</Label>
      ) : (
        <Label key="in" tone="quiet">
          {t(status.kind === "expired" ? "ui.today.facts.expired" : "ui.today.facts.notSignedIn")} — <a href={`#${paths.signIn}`}>{t("ui.session.signIn")}</a>
        </Label>
      ),
    ],
    [t("ui.today.facts.token"), <TokenFact key="token" scan={scan} failed={error !== null} />],
  ];
  return (
    <dl className={styles.facts} aria-label={t("ui.today.facts.label")} data-testid="facts">
      {facts.map(([label, value]) => (
        <div key={label} className={styles.fact}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function TokenFact({ scan, failed }: { scan: TokenScan | null; failed: boolean }) {
  const { t } = useTexts();
  if (failed) return <Label tone="warn">{t("ui.today.facts.tokenProblem")}</Label>;
  if (!scan) return <Label tone="quiet">{t("ui.today.facts.tokenUnknown")}</Label>;
  const needy = scan.tokens.find((token) => !token.passive && token.pin !== "ok" && token.pin !== "on-device");
  if (needy) return <Label tone="warn"><a href={`#${paths.tokens}`}>{t("ui.today.facts.tokenAttention", { label: needy.label })}</a></Label>;
  // A token that cannot sign, an empty one for example, is none to this person.
  const usable = scan.tokens.filter((token) => !token.passive);
  if (usable.length > 0) return <Label tone="ok">{usable.map((token) => token.label).join(", ")}</Label>;
  return <Label tone="quiet">{t("ui.today.facts.tokenAbsent")}</Label>;
}
