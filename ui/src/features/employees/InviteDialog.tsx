/** Inviting somebody by e-mail or phone, or anew after the access was revoked. */
import { Button, Modal, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { useState } from "react";
import { host, type EmployeeRow, type StaffPage } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import cabinet from "../cabinet/Cabinet.module.css";
import { fullName, refusal } from "./words";

type Props = { page: StaffPage; again?: EmployeeRow; onClose: () => void; onDone: (page: StaffPage) => void };

export function InviteDialog({ page, again, onClose, onDone }: Props) {
  const { t } = useTexts();
  const [channel, setChannel] = useState<"email" | "phone">("email");
  const [to, setTo] = useState("");
  const given = page.roles.filter((role) => role.isAssignable && !(role.isAdministrator && refusal(page, "administrators.appoint")));
  const [chosen, setChosen] = useState(again && given.some((role) => role.code === again.roleCode) ? again.roleCode : (given.find((role) => role.code === "employee") ?? given[0])?.code ?? "");
  const invite = useAction(async () => {
    onDone(await host.inviteEmployee(again ? { channel: "employee", to: again.id, role: chosen } : { channel, to, role: chosen }));
  });
  const role = given.find((one) => one.code === chosen);
  return (
    <Modal opened onClose={onClose} title={again ? `${t("ui.employees.access.grant")}: ${fullName(again)}` : t("ui.employees.inviting.title")} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
      <div className={cabinet.stack} data-testid="invite-dialog">
        <p>{t(again ? "ui.employees.inviting.again" : "ui.employees.inviting.text")}</p>
        {!again && (
          <>
            <SegmentedControl value={channel} onChange={(value) => setChannel(value as "email" | "phone")} aria-label={t("ui.employees.inviting.how")} data={(["email", "phone"] as const).map((value) => ({ value, label: t(`ui.employees.inviting.${value}`) }))} data-testid="invite-channel" />
            <TextInput label={t(`ui.employees.inviting.${channel}`)} type={channel === "email" ? "email" : "tel"} value={to} onChange={(event) => setTo(event.currentTarget.value)} data-autofocus data-testid="invite-to" />
          </>
        )}
        <NativeSelect label={t("ui.employees.role")} value={chosen} onChange={(event) => setChosen(event.currentTarget.value)} data={given.map((one) => ({ value: one.code, label: one.title }))} data-testid="invite-role" />
        {role?.isAdministrator && <Strip tone="warn"><p>{t("ui.employees.administratorHint")}</p></Strip>}
        {invite.error && <ErrorNotice error={invite.error} onClose={invite.clear} />}
        <div className={cabinet.foot}>
          <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
          <Button loading={invite.busy} disabled={chosen === "" || (!again && to.trim() === "")} onClick={() => void invite.run()} data-testid="invite-do">{t("ui.employees.inviting.do")}</Button>
        </div>
      </div>
    </Modal>
  );
}
