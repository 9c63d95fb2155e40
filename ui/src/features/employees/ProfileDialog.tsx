/** A role of the organisation's own: a name and a set of operations. */
import { Button, Checkbox, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import { host, type RoleRow, type StaffPage } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import cabinet from "../cabinet/Cabinet.module.css";
import styles from "./Employees.module.css";
import { groups } from "./words";

/** Goes with every role. */
const ALWAYS = "cabinet.enter";

export function ProfileDialog({ page, role, onClose, accept }: { page: StaffPage; role: RoleRow | null; onClose: () => void; accept: (page: StaffPage) => void }) {
  const { t } = useTexts();
  const [title, setTitle] = useState(role?.title ?? "");
  const [granted, setGranted] = useState<string[]>(role?.granted ?? [ALWAYS]);
  const save = useAction(async () => {
    accept(await host.saveRole({ code: role?.code ?? null, title: title.trim(), granted }));
    onClose();
  });
  const toggle = (code: string, on: boolean) => setGranted(on ? [...granted, code] : granted.filter((one) => one !== code));
  return (
    <Modal opened onClose={onClose} size="lg" title={role ? t("ui.employees.profile.edit", { title: role.title }) : t("ui.employees.profile.make")} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("ui.close") }}>
      <div className={cabinet.stack} data-testid="profile-dialog">
        <TextInput label={t("ui.employees.profile.title")} value={title} onChange={(event) => setTitle(event.currentTarget.value)} maxLength={80} data-autofocus data-testid="profile-title" />
        <fieldset className={styles.rights}>
          <legend className="visually-hidden">{t("ui.employees.profile.rights")}</legend>
          {groups(page).map(([group, operations]) => (
            <div key={group} className={cabinet.section}>
              <h3>{group}</h3>
              {operations.map((one) => (
                <Checkbox
                  key={one.code} label={one.title} description={one.forOwn ? undefined : t("ui.employees.profile.locked")} checked={granted.includes(one.code)} disabled={!one.forOwn || one.code === ALWAYS}
                  onChange={(event) => toggle(one.code, event.currentTarget.checked)} data-testid={`right-${one.code}`}
                />
              ))}
            </div>
          ))}
        </fieldset>
        {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
        <div className={cabinet.foot}>
          <span className="muted small" role="status">{t("ui.employees.profile.count", { count: granted.length })}</span>
          <Button variant="default" onClick={onClose}>{t("ui.cancel")}</Button>
          <Button loading={save.busy} disabled={title.trim().length < 3} onClick={() => void save.run()} data-testid="profile-save">{t("ui.employees.profile.save")}</Button>
        </div>
      </div>
    </Modal>
  );
}
