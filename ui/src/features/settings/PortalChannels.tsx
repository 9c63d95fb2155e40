/** Where the portal itself tells of what; changed there, with a confirmation where it asks for one. */
import { Button, Checkbox, Switch, Table } from "@mantine/core";
import { useState } from "react";
import { host, type KindChannels, type PortalChannels as Channels } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Loading } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "../orders/Orders.module.css";

const columns = ["wanted", "email", "sms", "push"] as const;
type Column = (typeof columns)[number];

export function PortalChannels() {
  const { t } = useTexts();
  const told = useHostQuery("portal-channels", host.portalChannels, ["cabinet-changed"]);
  const [draft, setDraft] = useState<Channels | null>(null);
  const [saved, setSaved] = useState(false);
  const save = useAction(async (wanted: Channels) => {
    await host.setPortalChannels(wanted.enabled, wanted.kinds);
    await told.reload();
    setDraft(null);
    setSaved(true);
  });
  const shown = draft ?? told.data;
  const change = (next: Channels) => {
    setSaved(false);
    setDraft(next);
  };
  const set = (kind: string, column: Column, on: boolean) =>
    shown && change({ ...shown, kinds: shown.kinds.map((one): KindChannels => (one.kind === kind ? { ...one, [column]: on } : one)) });
  const signedOut = told.data?.error?.code === "app.not-signed-in";
  return (
    <section className={styles.part} aria-labelledby="portal-channels" data-testid="portal-channels">
      <h3 id="portal-channels">{t("ui.notices.portal.title")}</h3>
      {told.error && <ErrorNotice error={told.error} onRetry={() => void told.reload()} />}
      {!told.data && !told.error && <Loading rows={3} />}
      {told.data?.presence === "absent" && <p className="muted">{t("ui.notices.portal.absent")}</p>}
      {signedOut && <p className="muted">{t("ui.notices.portal.signIn")}</p>}
      {told.data?.error && !signedOut && <ErrorNotice error={told.data.error} onRetry={() => void told.reload()} compact />}
      {shown && shown.kinds.length > 0 && (
        <>
          <p className="muted">{t("ui.notices.portal.hint")}</p>
          <Switch label={t("ui.notices.portal.enabled")} checked={shown.enabled} onChange={(event) => change({ ...shown, enabled: event.currentTarget.checked })} data-testid="portal-enabled" />
          <Table aria-labelledby="portal-channels">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("ui.notices.portal.kind")}</Table.Th>
                {columns.map((column) => <Table.Th key={column}>{t(`ui.notices.portal.${column}`)}</Table.Th>)}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.kinds.map((one) => {
                const security = one.kind === "security";
                const off = !security && !shown.enabled;
                const name = t(`ui.notifications.kinds.${one.kind}`);
                return (
                  <Table.Tr key={one.kind}>
                    <Table.Th scope="row" fw={400}>{name}</Table.Th>
                    {columns.map((column) => (
                      <Table.Td key={column}>
                        <Checkbox
                          aria-label={`${name}: ${t(`ui.notices.portal.${column}`)}`} checked={column === "wanted" && security ? true : one[column]} data-testid={`channel-${one.kind}-${column}`}
                          disabled={off || (column === "wanted" ? security : !security && !one.wanted)} onChange={(event) => set(one.kind, column, event.currentTarget.checked)}
                        />
                      </Table.Td>
                    ))}
                  </Table.Tr>
                );
              })}
            </Table.Tbody>
          </Table>
          <p className="muted small">{t("ui.notices.portal.confirm")}</p>
          {save.error && save.error.code !== "app.cancelled" && <ErrorNotice error={save.error} onClose={save.clear} compact />}
          {saved && <p role="status">{t("ui.notices.portal.saved")}</p>}
          <div><Button size="compact-md" disabled={draft === null} loading={save.busy} onClick={() => draft && void save.run(draft)} data-testid="portal-channels-save">{t("ui.notices.portal.save")}</Button></div>
        </>
      )}
    </section>
  );
}
