/** For whom a file is left at the portal: an employee as the portal knows them; and the own address for those who have not got it. */
import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { host, type PortalColleague } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label, Loading } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./HandOver.module.css";

type Props = { picked: PortalColleague | null; name: string; onPick: (colleague: PortalColleague | null) => void };

export function PortalWay({ picked, name, onPick }: Props) {
  const { t } = useTexts();
  const { data, error, reload } = useHostQuery("portal-colleagues", host.portalColleagues);
  const [told, setTold] = useState<string | null>(null);
  const tell = useAction(async (colleague: PortalColleague) => {
    await host.sendOwnAddress(colleague.id, name);
    setTold(colleague.name);
  });
  if (error) return <ErrorNotice error={error} onRetry={() => void reload()} />;
  if (!data) return <Loading rows={1} />;
  if (data.length === 0) return <p className="muted" data-testid="portal-nobody">{t("ui.handOver.portal.nobody")}</p>;
  const line = (one: PortalColleague) => [one.name, one.isHead ? t("ui.handOver.portal.head") : one.position].filter(Boolean).join(", ");
  return (
    <>
      <div className={styles.beside}>
        <NativeSelect
          className={styles.grow ?? ""} label={t("ui.handOver.portal.to")} value={picked?.id ?? ""} data-testid="portal-to"
          onChange={(event) => onPick(data.find((one) => one.id === event.currentTarget.value) ?? null)}
          data={[{ value: "", label: t("ui.handOver.portal.pick"), disabled: true }, ...data.map((one) => ({ value: one.id, label: line(one) }))]}
        />
        {picked && (
          <Button variant="default" leftSection={<Icon name="outbox" size={16} />} loading={tell.busy} disabled={!name.trim()} onClick={() => void tell.run(picked)} data-testid="send-own-address">
            {t("ui.handOver.portal.sendAddress")}
          </Button>
        )}
      </div>
      {told && <Label tone="ok"><span role="status" data-testid="address-sent">{t("ui.handOver.portal.addressSent", { name: told })}</span></Label>}
      {tell.error && <ErrorNotice error={tell.error} onClose={tell.clear} />}
    </>
  );
}
