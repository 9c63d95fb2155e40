/** «Сотрудники и роли»: who works for the organisation, what roles let do, what was changed, and the review of access. */
import { Button, Tabs } from "@mantine/core";
import { useState } from "react";
import { useAppState } from "../features/app/AppState";
import cabinet from "../features/cabinet/Cabinet.module.css";
import { Act } from "../features/employees/Act";
import { Changes } from "../features/employees/Changes";
import { InviteDialog } from "../features/employees/InviteDialog";
import { People } from "../features/employees/People";
import { Review } from "../features/employees/Review";
import { Roles } from "../features/employees/Roles";
import { refusal } from "../features/employees/words";
import { host, type StaffPage } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Back, Page } from "../shared/Page";
import { Empty, Loading, Strip } from "../shared/Pieces";
import { go, paths, type EmployeesTab } from "../shared/router";
import { useAction } from "../shared/useAction";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

const tabs: readonly EmployeesTab[] = ["people", "roles", "changes", "review"];

export function Employees({ tab, done }: { tab: EmployeesTab; done: string | null }) {
  const { t, has } = useTexts();
  const { state } = useAppState();
  const query = useHostQuery(`staff-${state.session?.signedInAt ?? ""}`, () => host.staff(state.session !== null));
  const [newer, setNewer] = useState<StaffPage | null>(null);
  const [inviting, setInviting] = useState(false);
  const [said, setSaid] = useState(done);
  const page = newer ?? query.data;
  const reload = () => {
    setNewer(null);
    void query.reload();
  };
  const act = useAction(async (work: () => Promise<StaffPage>, what: string | null) => {
    setNewer(await work());
    setSaid(what);
  });
  const isKept = page !== null && (page.error !== null || state.session === null);
  // Whom the role does not let review sees no section of it (EMP-12).
  const shown = tabs.filter((name) => name !== "review" || (page !== null && refusal(page, "review.access") === null));
  return (
    <Page
      title={t("ui.employees.title")} above={<Back to={paths.organisations} testId="back">{t("ui.organisations.title")}</Back>} lead={<p className="muted">{t("ui.employees.lead")}</p>}
      actions={
        <>
          <Button variant="default" leftSection={<Icon name="sync" size={16} />} loading={query.loading && page !== null} onClick={reload} data-testid="refresh">{t("ui.organisations.refresh")}</Button>
          {page?.presence === "present" && <Act page={page} needs={["users.manage"]} leftSection={<Icon name="plus" size={16} />} disabled={page.roles.length === 0} onClick={() => setInviting(true)} data-testid="invite">{t("ui.employees.invite")}</Act>}
        </>
      }
    >
      <div className={cabinet.stack}>
        {said && has(`ui.employees.done.${said}`) && <Strip tone="ok" testId="done"><p role="status">{t(`ui.employees.done.${said}`)}</p></Strip>}
        {query.error && <ErrorNotice error={query.error} onRetry={reload} />}
        {act.error && <ErrorNotice error={act.error} onClose={act.clear} />}
        {!page && !query.error && <Loading rows={5} height={64} />}
        {page?.presence === "absent" && <Strip tone="info" testId="absent"><p>{t("ui.employees.absent")}</p></Strip>}
        {page?.error && <ErrorNotice error={page.error} onRetry={reload} />}
        {isKept && page.items.length > 0 && <p className="muted small" data-testid="kept">{t("ui.employees.offlineList")}</p>}
        {page && page.presence !== "absent" && page.items.length === 0 && page.heard === null && !page.error && <Empty icon="organisation" title={t("ui.employees.unknown")} />}
        {page?.review.isDue && tab !== "review" && shown.includes("review") && (
          <Strip tone="warn" testId="review-due"><p>{t("ui.employees.review.isDue")}</p><Button size="compact-md" variant="default" onClick={() => go(paths.employees("review"))}>{t("ui.employees.review.go")}</Button></Strip>
        )}
        {page && page.heard !== null && (
          <Tabs value={shown.includes(tab) ? tab : "people"} onChange={(value) => value && go(paths.employees(value as EmployeesTab))} keepMounted={false}>
            <Tabs.List aria-label={t("ui.employees.title")} mb="md">
              {shown.map((name) => <Tabs.Tab key={name} value={name} data-testid={`tab-${name}`}>{t(`ui.employees.tab.${name}`)}</Tabs.Tab>)}
            </Tabs.List>
            <Tabs.Panel value="people"><People page={page} busy={act.busy} onRevoke={(id) => void act.run(() => host.revokeInvitation(id), null)} onRestore={(id) => void act.run(() => host.restoreEmployee(id), "restored")} /></Tabs.Panel>
            <Tabs.Panel value="roles"><Roles page={page} accept={setNewer} /></Tabs.Panel>
            <Tabs.Panel value="changes"><Changes items={page.changes} /></Tabs.Panel>
            <Tabs.Panel value="review"><Review page={page} accept={setNewer} /></Tabs.Panel>
          </Tabs>
        )}
      </div>
      {inviting && page && <InviteDialog page={page} onClose={() => setInviting(false)} onDone={(next) => { setNewer(next); setInviting(false); setSaid("invited"); }} />}
    </Page>
  );
}
