/** Another role for somebody: what comes and what goes is said before. */
import { Button, Modal, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { host, type EmployeeRow, type StaffPage } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import cabinet from "../cabinet/Cabinet.module.css";
import { fullName, refusal, titleOf } from "./words";

export function RoleDialog({ page, row, wanted, onClose, onDone }: { page: StaffPage; row: EmployeeRow; wanted?: string; onClose: () => void; onDone: (page: StaffPage) => void }) {
  const { t } = useTexts();
  const before = page.roles.find((role) => role.code === row.roleCode);
  const offered = page.roles.filter((role) => role.isAssignable && role.code !== row.roleCode && !(role.isAdministrator && refusal(page, "administrators.appoint")));
  const [chosen, setChosen] = useState(wanted ?? offered[0]?.code ?? "");
  const change = useAction(async () => onDone(await host.setEmployeeRole(row.id, chosen)));
  const after = page.roles.find((role) => role.code === chosen);
  const words = (codes: string[]) => codes.map((code) => titleOf(page, code)).join(", ");
  const more = (after?.granted ?? []).filter((code) => !before?.granted.includes(code));
  const less = (before?.granted ?? []).filter((code) => !after?.granted.includes(code));
  return (
    <Modal opened onClose={onClose} title={t("ui.employees.changing.title", { name: fullName(row) })} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
      <div className={cabinet.stack} data-testid="role-dialog">
        <NativeSelect label={t("ui.employees.role")} value={chosen} onChange={(event) => setChosen(event.currentTarget.value)} data={offered.map((one) => ({ value: one.code, label: one.title }))} data-autofocus data-testid="role-choice" />
        {after?.isAdministrator && <Strip tone="warn"><p>{t("ui.employees.administratorHint")}</p></Strip>}
        {more.length > 0 && <p data-testid="rights-more">{t("ui.employees.mayNow", { list: words(more) })}</p>}
        {less.length > 0 && <p data-testid="rights-less">{t("ui.employees.mayNot", { list: words(less) })}</p>}
        {more.length + less.length === 0 && <p className="muted">{t("ui.employees.nothingChanges")}</p>}
        {change.error && <ErrorNotice error={change.error} onClose={change.clear} />}
        <div className={cabinet.foot}>
          <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
          <Button loading={change.busy} disabled={chosen === ""} onClick={() => void change.run()} data-testid="role-do">{t("ui.employees.changing.do")}</Button>
        </div>
      </div>
    </Modal>
  );
}
