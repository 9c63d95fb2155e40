/** Roles × operations as the portal tells them, and roles of the organisation's own. */
import { Button, Modal } from "@mantine/core";
import { Fragment, useState } from "react";
import { host, type RoleRow, type StaffPage } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Empty, Label } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import cabinet from "../cabinet/Cabinet.module.css";
import { Act } from "./Act";
import styles from "./Employees.module.css";
import { ProfileDialog } from "./ProfileDialog";
import { can, groups, type Can } from "./words";

const tones = { yes: "ok", no: "quiet", denied: "bad", poa: "info" } as const;

/** A word with its mark; the column says whose it is. */
export function CanLabel({ state }: { state: Can }) {
  const { t } = useTexts();
  return <Label tone={tones[state]} icon={state === "yes" ? "check" : state === "no" ? "dot" : undefined}>{t(`ui.employees.can.${state}`)}</Label>;
}

export function Roles({ page, accept }: { page: StaffPage; accept: (page: StaffPage) => void }) {
  const { t } = useTexts();
  const [editing, setEditing] = useState<RoleRow | "new" | null>(null);
  const [removing, setRemoving] = useState<RoleRow | null>(null);
  const remove = useAction(async (role: RoleRow) => {
    accept(await host.removeRole(role.code));
    setRemoving(null);
  });
  const own = page.roles.filter((role) => role.isOwn);
  if (page.roles.length === 0) return <Empty icon="organisation" title={t("ui.employees.roles.none")} />;
  return (
    <div className={cabinet.stack}>
      <div className={cabinet.tools}>
        <p className="muted">{t("ui.employees.roles.lead")}</p>
        <Act page={page} needs={["roles.create"]} leftSection={<Icon name="plus" size={16} />} onClick={() => setEditing("new")} data-testid="make-role">{t("ui.employees.roles.make")}</Act>
      </div>
      {own.length > 0 && (
        <ul className={styles.list} data-testid="own-roles">
          {own.map((role) => (
            <li key={role.code} className={styles.row} data-role={role.code}>
              <p className={styles.name}>{role.title}</p>
              <p className="small">{t("ui.employees.profile.count", { count: role.granted.length })}</p>
              <Label tone="accent">{t("ui.employees.roles.own")}</Label>
              <div className={styles.actions}>
                <Act page={page} needs={["roles.create"]} size="compact-md" variant="default" onClick={() => setEditing(role)} data-testid="edit-role">{t("ui.employees.roles.edit")}</Act>
                <Act page={page} needs={["roles.create"]} size="compact-md" variant="subtle" color="red" onClick={() => setRemoving(role)} data-testid="remove-role">{t("ui.employees.roles.remove")}</Act>
              </div>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.matrix} tabIndex={0} role="region" aria-label={t("ui.employees.tab.roles")} data-testid="matrix">
        <table>
          <thead><tr><th scope="col">{t("ui.employees.roles.operation")}</th>{page.roles.map((role) => <th key={role.code} scope="col">{role.title}</th>)}</tr></thead>
          <tbody>
            {groups(page).map(([group, operations]) => (
              <Fragment key={group}>
                <tr className={styles.group}><th scope="rowgroup" colSpan={page.roles.length + 1}>{group}</th></tr>
                {operations.map((one) => (
                  <tr key={one.code} data-operation={one.code}>
                    <th scope="row">{one.title}</th>
                    {page.roles.map((role) => <td key={role.code} data-role={role.code} data-can={can(role, one.code)}><CanLabel state={can(role, one.code)} /></td>)}
                  </tr>
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      {editing && <ProfileDialog page={page} role={editing === "new" ? null : editing} onClose={() => setEditing(null)} accept={accept} />}
      <Modal opened={removing !== null} onClose={() => setRemoving(null)} title={t("ui.employees.profile.sure", { title: removing?.title ?? "" })} closeButtonProps={{ "aria-label": t("ui.close") }}>
        <div className={cabinet.stack}>
          {remove.error && <ErrorNotice error={remove.error} onClose={remove.clear} />}
          <div className={cabinet.foot}>
            <Button variant="default" onClick={() => setRemoving(null)} data-autofocus>{t("ui.cancel")}</Button>
            <Button color="red" loading={remove.busy} onClick={() => removing && void remove.run(removing)} data-testid="remove-role-do">{t("ui.employees.roles.remove")}</Button>
          </div>
        </div>
      </Modal>
    </div>
  );
}
