/** Closing somebody's access, and removing somebody: what stands in the way and what goes along is said before. */
import { Button, Checkbox, Modal, NativeSelect, Textarea } from "@mantine/core";
import { useState } from "react";
import { host, type EmployeePage, type StaffPage } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Strip } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import cabinet from "../cabinet/Cabinet.module.css";
import { fullName, titleOf } from "./words";

type Props = { page: StaffPage; person: EmployeePage; onClose: () => void; onDone: (page: StaffPage) => void };

const enough = (reason: string) => reason.trim().length >= 3;

function Reason({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTexts();
  return <Textarea label={t("ui.employees.reason")} description={t("ui.employees.reasonHint")} value={value} onChange={(event) => onChange(event.currentTarget.value)} maxLength={500} rows={3} data-autofocus data-testid="reason" />;
}

export function RevokeDialog({ person, onClose, onDone }: Props) {
  const { t } = useTexts();
  const [reason, setReason] = useState("");
  const revoke = useAction(async () => onDone(await host.revokeEmployeeAccess(person.row.id, reason.trim())));
  return (
    <Modal opened onClose={onClose} title={t("ui.employees.access.title", { name: fullName(person.row) })} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
      <div className={cabinet.stack} data-testid="revoke-dialog">
        <p>{t("ui.employees.access.text")}</p>
        <Bindings person={person} />
        <Reason value={reason} onChange={setReason} />
        {revoke.error && <ErrorNotice error={revoke.error} onClose={revoke.clear} />}
        <div className={cabinet.foot}>
          <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
          <Button color="red" loading={revoke.busy} disabled={!enough(reason)} onClick={() => void revoke.run()} data-testid="revoke-do">{t("ui.employees.access.revoke")}</Button>
        </div>
      </div>
    </Modal>
  );
}

/** Powers of attorney outlive the place. */
function Bindings({ person }: { person: EmployeePage }) {
  const { t } = useTexts();
  const count = person.poas.length + person.foreignPoas.length;
  if (count === 0) return null;
  return (
    <Strip tone="warn" testId="poas-stay">
      <p>{t("ui.employees.removing.poas", { count })}</p>
      <ul>
        {person.poas.map((one) => <li key={one.number}><a href={`#${paths.poa(one.number)}`} data-testid="poa-link">{one.number}</a></li>)}
        {person.foreignPoas.map((number) => <li key={number}>{number}</li>)}
      </ul>
    </Strip>
  );
}

export function RemoveDialog({ page, person, onClose, onDone }: Props) {
  const { t } = useTexts();
  const [reason, setReason] = useState("");
  const [successor, setSuccessor] = useState("");
  const [sure, setSure] = useState(false);
  const [copied, setCopied] = useState(false);
  const copy = useAction(async () => setCopied(await host.saveEmployeeCopy(person.row.id)));
  const remove = useAction(async () => onDone(await host.removeEmployee(person.row.id, reason.trim(), successor === "" ? null : successor)));
  const others = page.items.filter((one) => one.isActive && one.id !== person.row.id);
  const isClosed = person.isLastAdministrator || person.waitingFiles > 0 || (person.orders.length > 0 && successor === "");
  return (
    <Modal opened onClose={onClose} size="lg" title={t("ui.employees.removing.title", { name: fullName(person.row) })} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
      <div className={cabinet.stack} data-testid="remove-dialog">
        <p>{t("ui.employees.removing.text")}</p>
        {person.isLastAdministrator && <Strip tone="bad" testId="last-administrator"><p>{t("ui.employees.removing.last")}</p></Strip>}
        {person.orders.length > 0 && (
          <Strip tone="warn" testId="open-work">
            <p>{t("ui.employees.removing.orders")}:</p>
            <ul>{person.orders.map((one) => <li key={one.order}>{one.title} (№ {one.order})</li>)}</ul>
            <NativeSelect label={t("ui.employees.removing.successor")} value={successor} onChange={(event) => setSuccessor(event.currentTarget.value)} data={[{ value: "", label: "—" }, ...others.map((one) => ({ value: one.id, label: fullName(one) }))]} data-testid="successor" />
          </Strip>
        )}
        {person.waitingFiles > 0 && <Strip tone="warn" testId="waiting-files"><p>{t("ui.employees.removing.waiting", { count: person.waitingFiles })}</p></Strip>}
        <Bindings person={person} />
        {person.critical.length > 0 && <p data-testid="critical">{t("ui.employees.removing.critical", { list: person.critical.map((code) => titleOf(page, code)).join(", ") })}</p>}
        <div><Button variant="light" loading={copy.busy} onClick={() => void copy.run()} data-testid="save-copy">{t("ui.employees.removing.copy")}</Button></div>
        {copied && <Strip tone="ok" testId="copied"><p role="status">{t("ui.employees.removing.copied")}</p></Strip>}
        <Reason value={reason} onChange={setReason} />
        <Checkbox checked={sure} onChange={(event) => setSure(event.currentTarget.checked)} label={t("ui.employees.removing.sure")} data-testid="remove-sure" />
        {(remove.error ?? copy.error) && <ErrorNotice error={(remove.error ?? copy.error)!} onClose={() => { remove.clear(); copy.clear(); }} />}
        <div className={cabinet.foot}>
          <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
          <Button color="red" loading={remove.busy} disabled={!sure || !enough(reason) || isClosed} onClick={() => void remove.run()} data-testid="remove-do">{t("ui.employees.removing.do")}</Button>
        </div>
      </div>
    </Modal>
  );
}
