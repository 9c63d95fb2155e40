/** The list of accredited authorities, and the root certificates trusted on this computer beside it. */
import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { host, type TrustedView, type TrustView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Facts, Label, Loading, Strip } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Settings.module.css";

export function TrustSetting() {
  const { t } = useTexts();
  const trust = useHostQuery("trust", host.trust, ["state-changed"]);
  const update = useAction(async () => {
    await host.updateTrust();
    await trust.reload();
  });
  const add = useAction(async () => {
    await host.addTrusted();
    await trust.reload();
  });
  const [leaving, setLeaving] = useState<TrustedView | null>(null);
  const remove = useAction(async (id: string) => {
    setLeaving(null);
    await host.removeTrusted(id);
    await trust.reload();
  });
  const own = trust.data?.certificates.filter((one) => one.source === "administrator") ?? [];
  return (
    <>
      <p className="muted">{t("ui.settings.trustHint")}</p>
      {trust.error && <ErrorNotice error={trust.error} onRetry={() => void trust.reload()} />}
      {!trust.data && !trust.error && <Loading rows={2} />}
      {trust.data && <List trust={trust.data} />}
      {update.error && <ErrorNotice error={update.error} onClose={update.clear} />}
      <div>
        <Button variant="default" loading={update.busy} onClick={() => void update.run()} data-testid="update-trust">{t("ui.settings.trustUpdate")}</Button>
      </div>
      <h3>{t("ui.settings.trustOwn")}</h3>
      <p className="muted">{t("ui.settings.trustOwnHint")}</p>
      {trust.data && own.length === 0 && <p>{t("ui.settings.trustOwnNone")}</p>}
      {own.map((one) => <Own key={one.id} certificate={one} onRemove={() => setLeaving(one)} />)}
      {add.error && <ErrorNotice error={add.error} onClose={add.clear} />}
      {remove.error && <ErrorNotice error={remove.error} onClose={remove.clear} />}
      <div>
        <Button variant="default" leftSection={<Icon name="plus" size={16} />} loading={add.busy} onClick={() => void add.run()} data-testid="add-trusted">
          {t("ui.settings.trustAdd")}
        </Button>
      </div>
      <Modal opened={leaving !== null} onClose={() => setLeaving(null)} title={t("ui.settings.trustRemoveTitle")} closeButtonProps={{ "aria-label": t("ui.close") }}>
        <p>{t("ui.settings.trustRemoveText", { name: leaving?.holder ?? "" })}</p>
        <div className={styles.buttons}>
          <Button variant="default" onClick={() => setLeaving(null)}>{t("ui.cancel")}</Button>
          <Button color="red" onClick={() => leaving && void remove.run(leaving.id)} data-testid="confirm-remove-trusted">{t("ui.settings.trustRemove")}</Button>
        </div>
      </Modal>
    </>
  );
}

function List({ trust }: { trust: TrustView }) {
  const { t, date, dateTime, number } = useTexts();
  const { list, refused, checkedAt } = trust;
  return (
    <>
      {refused && <ErrorNotice error={{ code: refused, params: {}, retriable: false }} />}
      {!list && <Strip tone="warn" testId="no-trust-list">{t("ui.settings.trustNone")}</Strip>}
      {list && (
        <div data-testid="trust-list">
          <Facts
            rows={[
              [t("ui.settings.trustVersion"), t("ui.settings.trustVersionValue", { version: number(list.version ?? 0), date: date(list.issued) })],
              [t("ui.settings.trustAge"), list.ageDays === 0 ? t("ui.settings.trustToday") : t("ui.settings.trustDays", { count: list.ageDays })],
              [t("ui.settings.trustCentres"), number(list.centres)],
              [t("ui.settings.trustSigner"), list.signer],
              [t("ui.settings.trustChecked"), checkedAt && dateTime(checkedAt)],
            ]}
          />
        </div>
      )}
    </>
  );
}

function Own({ certificate, onRemove }: { certificate: TrustedView; onRemove: () => void }) {
  const { t, date } = useTexts();
  return (
    <div className={styles.module} data-testid="own-trusted">
      <div className={styles.moduleHead}>
        <b>{certificate.holder}</b>
        {certificate.organisation && certificate.organisation !== certificate.holder && <span>{certificate.organisation}</span>}
        <Label tone="quiet">{t("ui.settings.trustUntil", { date: date(certificate.notAfter) })}</Label>
      </div>
      <span className={`mono muted small ${styles.digest}`}>{certificate.id}</span>
      <div>
        <Button variant="subtle" size="compact-sm" color="red" onClick={onRemove} aria-label={`${t("ui.settings.trustRemove")}: ${certificate.holder}`} data-testid="remove-trusted">
          {t("ui.settings.trustRemove")}
        </Button>
      </div>
    </div>
  );
}
