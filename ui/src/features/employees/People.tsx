/** The list: who works here, who is invited, who was removed and can be taken back. */
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import type { StaffPage } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { Empty, Label, type Tone } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import { useTexts } from "../../shared/useTexts";
import cabinet from "../cabinet/Cabinet.module.css";
import { Act } from "./Act";
import styles from "./Employees.module.css";
import { found, fullName, type Access } from "./words";

type Props = { page: StaffPage; onRevoke: (invitation: string) => void; onRestore: (employee: string) => void; busy: boolean };

export function People({ page, onRevoke, onRestore, busy }: Props) {
  const { t, dateTime } = useTexts();
  const [wanted, setWanted] = useState("");
  const [role, setRole] = useState("");
  const [access, setAccess] = useState<Access>("all");
  const shown = found(page.items, wanted, role, access);
  const roles = [...new Map(page.items.map((one) => [one.roleCode, one.roleTitle]))];
  return (
    <div className={cabinet.stack}>
      <div className={styles.filters}>
        <TextInput className={styles.search} value={wanted} onChange={(event) => setWanted(event.currentTarget.value)} aria-label={t("ui.employees.search")} placeholder={t("ui.employees.search")} leftSection={<Icon name="search" size={16} />} data-testid="employee-search" />
        <NativeSelect label={t("ui.employees.filterRole")} value={role} onChange={(event) => setRole(event.currentTarget.value)} data={[{ value: "", label: t("ui.employees.allRoles") }, ...roles.map(([value, label]) => ({ value, label }))]} data-testid="filter-role" />
        <NativeSelect label={t("ui.employees.filterState")} value={access} onChange={(event) => setAccess(event.currentTarget.value as Access)} data={(["all", "active", "revoked"] as const).map((value) => ({ value, label: t(`ui.employees.state.${value}`) }))} data-testid="filter-access" />
        {page.heard && <span className="muted small">{t("ui.employees.at", { at: dateTime(page.heard) })}</span>}
      </div>
      {page.items.length > 0 && shown.length === 0 && <Empty icon="search" title={t("ui.employees.nothing")}>{t("ui.employees.nothingText")}</Empty>}
      {shown.length > 0 && (
        <ul className={styles.list} aria-label={t("ui.employees.tab.people")} data-testid="employees">
          {shown.map((one) => (
            <li key={one.id} className={styles.row} data-testid="employee-row" data-employee={one.id}>
              <div><p className={styles.name}>{fullName(one)}</p>{one.position && <p className="muted small">{one.position}</p>}</div>
              <div><p>{one.roleTitle}</p>{one.isHead && <p className="muted small">{t("ui.employees.head")}</p>}</div>
              <Label tone={one.isActive ? "ok" : "bad"}>{t(`ui.employees.state.${one.isActive ? "active" : "revoked"}`)}</Label>
              <div className={styles.actions}><Button size="compact-md" variant="default" onClick={() => go(paths.employee(one.id))} aria-label={`${t("ui.employees.open")}: ${fullName(one)}`} data-testid="employee-open">{t("ui.employees.open")}</Button></div>
            </li>
          ))}
        </ul>
      )}
      {page.invitations.length > 0 && <Invitations page={page} onRevoke={onRevoke} busy={busy} />}
      {page.removed.length > 0 && (
        <section className={cabinet.section} aria-labelledby="removed-title">
          <h2 id="removed-title">{t("ui.employees.removedTitle")}</h2>
          <ul className={styles.list} data-testid="removed">
            {page.removed.map((one) => (
              <li key={one.id} className={styles.row} data-employee={one.id}>
                <div><p className={styles.name}>{one.name}</p>{one.position && <p className="muted small">{one.position}</p>}</div>
                <p className="small">{t("ui.employees.removedLine", { by: one.by, at: one.at ? dateTime(one.at) : "", reason: one.reason })}</p>
                <p className="muted small">{one.until && t("ui.employees.restorable", { at: dateTime(one.until) })}</p>
                <div className={styles.actions}><Act page={page} needs={["users.manage"]} size="compact-md" variant="default" disabled={busy} onClick={() => onRestore(one.id)} data-testid="restore">{t("ui.employees.restore")}</Act></div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

const tones: Record<string, Tone> = { sent: "info", accepted: "ok", declined: "bad", revoked: "quiet", expired: "warn" };

function Invitations({ page, onRevoke, busy }: { page: StaffPage; onRevoke: (invitation: string) => void; busy: boolean }) {
  const { t, has, dateTime } = useTexts();
  const word = (state: string) => (has(`ui.employees.invitation.${state}`) ? t(`ui.employees.invitation.${state}`) : state);
  return (
    <section className={cabinet.section} aria-labelledby="invitations-title">
      <h2 id="invitations-title">{t("ui.employees.invitations")}</h2>
      <ul className={styles.list} data-testid="invitations">
        {page.invitations.map((one) => (
          <li key={one.id} className={styles.row} data-testid={`invitation-${one.id}`} data-state={one.state}>
            <div><p className={styles.name}>{one.contact}</p><p className="muted small">{t("ui.employees.invitedBy", { by: one.by })}</p></div>
            <p>{one.role}</p>
            <div><Label tone={tones[one.state] ?? "info"}>{word(one.state)}</Label>{one.state === "sent" && one.expires && <p className="muted small">{t("ui.employees.until", { at: dateTime(one.expires) })}</p>}</div>
            <div className={styles.actions}>
              {one.state === "sent" && <Act page={page} needs={["users.manage"]} size="compact-md" variant="default" disabled={busy} onClick={() => onRevoke(one.id)} data-testid="revoke-invitation">{t("ui.employees.revokeInvitation")}</Act>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
