/** Sending one document: what and where to, with one button. */
import { Button, Modal, Radio } from "@mantine/core";
import { useState } from "react";
import { host, type DocumentRow, type ServiceView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Facts } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import { QueueNote } from "./QueueNote";
import styles from "./Sending.module.css";

type Props = { opened: boolean; row: DocumentRow; services: ServiceView[]; onClose: () => void; onSent: () => void };

export function SendDialog({ opened, row, services, onClose, onSent }: Props) {
  const { t } = useTexts();
  const only = services.length === 1 ? services[0] : undefined;
  const [picked, setPicked] = useState<string | null>(null);
  const service = services.find((candidate) => candidate.code === picked) ?? only;
  const send = useAction(async () => {
    if (!service) return;
    await host.sendDocument(row.id, service.code);
    onSent();
  });
  return (
    <Modal
      opened={opened} onClose={() => !send.busy && onClose()} title={t("ui.sending.title")} size="lg" closeOnClickOutside={false}
      closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="send-dialog"
    >
      <div className={styles.stack}>
        <Facts rows={[[t("ui.sending.what"), row.title], only ? [t("ui.sending.service"), only.title] : null]} />
        {!only && (
          <Radio.Group label={t("ui.sending.choose")} value={picked} onChange={setPicked}>
            <div className={styles.services}>
              {services.map((candidate) => (
                <Radio.Card key={candidate.code} value={candidate.code} className={styles.service} data-testid={`service-${candidate.code}`}>
                  <span className={styles.option}><Radio.Indicator /><span>{candidate.title}</span></span>
                </Radio.Card>
              ))}
            </div>
          </Radio.Group>
        )}
        {service?.problems.map((problem, index) => <ErrorNotice key={index} error={problem} quiet compact />)}
        <QueueNote />
        {send.error && <ErrorNotice error={send.error} onClose={send.clear} />}
        <div className={styles.foot}>
          <Button variant="default" onClick={onClose} disabled={send.busy}>{t("ui.cancel")}</Button>
          <Button leftSection={<Icon name="outbox" />} disabled={!service || service.problems.length > 0} loading={send.busy} onClick={() => void send.run()} data-testid="send-confirm" data-autofocus>
            {t("ui.sending.button")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
