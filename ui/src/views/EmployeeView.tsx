/** One person: role and what it lets do, powers of attorney, history, and what an administrator may do about the place. */
import { useState } from "react";
import { Button } from "@mantine/core";
import cabinet from "../features/cabinet/Cabinet.module.css";
import { Act } from "../features/employees/Act";
import { Changes } from "../features/employees/Changes";
import styles from "../features/employees/Employees.module.css";
import { RemoveDialog, RevokeDialog } from "../features/employees/EndDialogs";
import { InviteDialog } from "../features/employees/InviteDialog";
import { RoleDialog } from "../features/employees/RoleDialog";
import { CanLabel } from "../features/employees/Roles";
import { can, fullName, groups } from "../features/employees/words";
import { host, type EmployeePage, type StaffPage } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Back, Page } from "../shared/Page";
import { Card, Facts, Label, Loading, Strip } from "../shared/Pieces";
import { go, paths } from "../shared/router";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

type Dialog = "role" | "administrator" | "revoke" | "grant" | "remove";

export function EmployeeView({ id }: { id: string }) {
  const { t } = useTexts();
  const staff = useHostQuery("staff-kept", () => host.staff(false), ["cabinet-changed"]);
  const query = useHostQuery(`employee-${id}`, () => host.employee(id), ["cabinet-changed"]);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const person = query.data;
  const page = staff.data;
  const done = (what: string) => () => {
    setDialog(null);
    if (what === "removed") {
      go(paths.employeesDone(what));
      return;
    }
    setSaid(what);
    void Promise.all([staff.reload(), query.reload()]);
  };
  const close = () => setDialog(null);
  return (
    <Page
      title={person ? fullName(person.row) : t("ui.employees.title")} above={<Back to={paths.employees()} testId="back">{t("ui.employees.title")}</Back>}
      lead={person?.row.position && <p className="muted">{person.row.position}</p>}
      actions={person && page && !person.error && <Acts page={page} person={person} onOpen={setDialog} />}
    >
      <div className={cabinet.stack}>
        {said && <Strip tone="ok" testId="done"><p role="status">{t(`ui.employees.done.${said}`)}</p></Strip>}
        {query.error && (query.error.code === "app.not-found" ? <Strip tone="warn" testId="missing"><p>{t("ui.employees.person.missing")}</p></Strip> : <ErrorNotice error={query.error} onRetry={() => void query.reload()} />)}
        {!person && !query.error && <Loading rows={4} height={90} />}
        {person?.error && <div data-testid="kept"><ErrorNotice error={person.error} onRetry={() => void query.reload()} /><p className="muted small">{t("ui.employees.offlineList")}</p></div>}
        {person && <Person page={page} person={person} />}
      </div>
      {person && page && dialog === "role" && <RoleDialog page={page} row={person.row} onClose={close} onDone={done("role")} />}
      {person && page && dialog === "administrator" && <RoleDialog page={page} row={person.row} wanted={page.roles.find((role) => role.isAdministrator)?.code ?? ""} onClose={close} onDone={done("role")} />}
      {person && page && dialog === "revoke" && <RevokeDialog page={page} person={person} onClose={close} onDone={done("revoked")} />}
      {person && page && dialog === "grant" && <InviteDialog page={page} again={person.row} onClose={close} onDone={done("invited")} />}
      {person && page && dialog === "remove" && <RemoveDialog page={page} person={person} onClose={close} onDone={done("removed")} />}
    </Page>
  );
}

function Acts({ page, person, onOpen }: { page: StaffPage; person: EmployeePage; onOpen: (dialog: Dialog) => void }) {
  const { t } = useTexts();
  const administrator = page.roles.find((role) => role.isAdministrator);
  const { row } = person;
  const isAdministrator = row.roleCode === administrator?.code;
  if (row.isHead) return null;
  return (
    <>
      <Act page={page} needs={isAdministrator ? ["roles.assign", "administrators.appoint"] : ["roles.assign"]} variant="default" onClick={() => onOpen("role")} data-testid="change-role">{t("ui.employees.changeRole")}</Act>
      {administrator && !isAdministrator && row.isActive && <Act page={page} needs={["administrators.appoint", "roles.assign"]} variant="default" onClick={() => onOpen("administrator")} data-testid="appoint">{t("ui.employees.appoint")}</Act>}
      {row.isActive
        ? <Act page={page} needs={["users.manage"]} variant="default" onClick={() => onOpen("revoke")} data-testid="revoke-access">{t("ui.employees.access.revoke")}</Act>
        : <Act page={page} needs={["users.manage"]} variant="default" onClick={() => onOpen("grant")} data-testid="grant-access">{t("ui.employees.access.grant")}</Act>}
      <Act page={page} needs={["users.manage"]} variant="outline" color="red" onClick={() => onOpen("remove")} data-testid="remove-employee">{t("ui.employees.remove")}</Act>
    </>
  );
}

function Person({ page, person }: { page: StaffPage | null; person: EmployeePage }) {
  const { t, date } = useTexts();
  const { row } = person;
  const role = page?.roles.find((one) => one.code === row.roleCode);
  return (
    <div className={styles.columns}>
      <div className={cabinet.stack}>
        <Card testId="person"><div className={cabinet.section}>
          {person.isLastAdministrator && <Strip tone="info" testId="last-administrator"><p>{t("ui.employees.removing.last")}</p></Strip>}
          <Facts
            rows={[
              [t("ui.employees.role"), <span key="role" data-testid="person-role">{row.roleTitle}{row.isHead && `, ${t("ui.employees.head").toLowerCase()}`}</span>],
              [t("ui.employees.person.access"), <Label key="access" tone={row.isActive ? "ok" : "bad"}>{t(`ui.employees.state.${row.isActive ? "active" : "revoked"}`)}</Label>],
              [t("ui.employees.person.inn"), row.inn], [t("ui.employees.person.snils"), row.snils], [t("ui.employees.person.contacts"), person.contacts.join(", ")],
            ]}
          />
        </div></Card>
        <Card testId="person-poas"><div className={cabinet.section}>
          <h2>{t("ui.employees.person.poas")}</h2>
          {person.poas.length === 0 ? <p className="muted">{t("ui.employees.person.noPoas")}</p> : (
            <ul className={cabinet.list}>
              {person.poas.map((one) => (
                <li key={one.number} className={cabinet.line}>
                  <p>{t("ui.employees.person.poa", { number: one.number, expires: date(one.expires) })}</p>
                  <div><Button size="compact-sm" variant="default" onClick={() => go(paths.poa(one.number))}>{t("ui.employees.person.revokePoa")}</Button></div>
                </li>
              ))}
            </ul>
          )}
          {person.foreignPoas.length > 0 && <p className="small">{t("ui.employees.person.foreign", { list: person.foreignPoas.join(", ") })}</p>}
        </div></Card>
        {!person.error && <Card testId="person-changes"><div className={cabinet.section}><h2>{t("ui.employees.person.changes")}</h2><Changes items={person.changes} named={false} /></div></Card>}
      </div>
      {page && page.operations.length > 0 && (
        <Card testId="person-may"><div className={cabinet.section}>
          <h2>{t("ui.employees.person.may")}</h2>
          {groups(page).map(([group, operations]) => (
            <div key={group} className={cabinet.section}>
              <h3>{group}</h3>
              <ul className={styles.operations}>{operations.map((one) => <li key={one.code} className={styles.operation} data-operation={one.code} data-can={can(role, one.code)}><span>{one.title}</span><CanLabel state={can(role, one.code)} /></li>)}</ul>
            </div>
          ))}
        </div></Card>
      )}
    </div>
  );
}
