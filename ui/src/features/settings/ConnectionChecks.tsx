/** A look at the connection: a line for each host of the portal. */
import { Button } from "@mantine/core";
import { host, type ConnectionCheck } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { useState } from "react";
import styles from "./Settings.module.css";

/** Further off than this, seconds, signatures and sign-ins begin to be refused. */
const clockTolerance = 60;

export function ConnectionChecks() {
  const { t } = useTexts();
  const [checks, setChecks] = useState<ConnectionCheck[] | null>(null);
  const look = useAction(async () => setChecks(await host.checkConnection(null)));
  return (
    <>
      {look.error && <ErrorNotice error={look.error} onClose={look.clear} />}
      {checks?.map((check) => <Line key={check.service} check={check} />)}
      <div className={styles.actions}>
        <Button variant="default" type="button" leftSection={<Icon name="sync" size={16} />} loading={look.busy} onClick={() => void look.run()} data-testid="check-connection">
          {t("ui.connection.check")}
        </Button>
      </div>
    </>
  );
}

function Line({ check }: { check: ConnectionCheck }) {
  const { t } = useTexts();
  const offset = check.clockOffsetSeconds ?? 0;
  const details = [
    t(`ui.connection.ways.${check.way}`, { address: check.address }),
    check.milliseconds !== null && t("ui.connection.took", { milliseconds: check.milliseconds }),
    check.issuer && t("ui.connection.issuer", { issuer: check.issuer }),
  ].filter(Boolean).join(", ");
  return (
    <div className={styles.module} data-testid={`connection-${check.service}`}>
      <div className={styles.moduleHead}>
        <b>{t(`ui.connection.services.${check.service}`)}</b>
        <Label tone={check.error ? "bad" : "ok"}>{t(check.error ? "ui.connection.failed" : "ui.connection.reached")}</Label>
        <span className="mono muted small">{check.host}</span>
      </div>
      <span className="muted">{details}</span>
      {Math.abs(offset) > clockTolerance && <span>{t("ui.connection.clock", { minutes: Math.round(Math.abs(offset) / 60) })}</span>}
      {check.error && <ErrorNotice error={check.error} quiet />}
    </div>
  );
}
