/** Asks for a test signature: whose key, and one button; the PIN has its own window. */
import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { host, type Diagnosis, type DoctorChain } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useTexts } from "../../shared/useTexts";
import styles from "./Doctor.module.css";
import { useSaid } from "./words";

type Props = { chain: DoctorChain; diagnosis: Diagnosis; onTested: (diagnosis: Diagnosis) => void };

export function TestSignature({ chain, diagnosis, onTested }: Props) {
  const { t, date } = useTexts();
  const saidOf = useSaid(diagnosis.system);
  const [picked, setPicked] = useState<string | null>(null);
  const certificate = chain.certificates.find((one) => one.id === picked) ?? chain.certificates[0];
  const test = useAction(async (id: string) => onTested(await host.testSignature(diagnosis, id)));
  if (!certificate) return null;
  const pin = chain.lines.find((line) => line.step === "token" && line.state === "warning");
  return (
    <div className={styles.test}>
      {chain.certificates.length > 1 && (
        <NativeSelect
          label={t("ui.doctor.testWho")} value={certificate.id} onChange={(event) => setPicked(event.currentTarget.value)} disabled={test.busy}
          data={chain.certificates.map((one) => ({ value: one.id, label: `${one.holder}, ${t("ui.certificate.until")} ${date(one.notAfter)}` }))}
          className={styles.who}
        />
      )}
      {pin && <Label tone="warn">{saidOf(pin).says}</Label>}
      <div className={styles.ask}>
        <Button variant="default" leftSection={<Icon name="sign" size={16} />} loading={test.busy} onClick={() => void test.run(certificate.id)} data-testid="test-signature">
          {t("ui.doctor.test")}
        </Button>
        <span className="muted small">{t("ui.doctor.testHint")}</span>
      </div>
      {test.error && <ErrorNotice error={test.error} onClose={test.clear} />}
    </div>
  );
}
