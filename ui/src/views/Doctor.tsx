/** The token doctor: every step from the USB socket to a checked signature, the first broken one opened with its remedy. */
import { Button } from "@mantine/core";
import { useEffect, useState } from "react";
import { ChainCard, ModuleCard } from "../features/doctor/ChainCard";
import { CopyReport } from "../features/doctor/CopyReport";
import styles from "../features/doctor/Doctor.module.css";
import { TestSignature } from "../features/doctor/TestSignature";
import { host, subscribe, type Diagnosis } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { operationsRunning } from "../shared/operations";
import { Page } from "../shared/Page";
import { Loading } from "../shared/Pieces";
import { useHostQuery } from "../shared/useHostQuery";
import { useTexts } from "../shared/useTexts";

export function Doctor() {
  const { t } = useTexts();
  const looked = useHostQuery("doctor", host.diagnose);
  const { reload } = looked;
  // While a test signature is under way tokens answer and change by that alone.
  useEffect(() => subscribe("tokens-changed", () => operationsRunning() === 0 && void reload()), [reload]);
  // The outcome of a test signature stands until the next look.
  const [tested, setTested] = useState<{ after: Diagnosis; diagnosis: Diagnosis } | null>(null);
  const diagnosis = tested && tested.after === looked.data ? tested.diagnosis : looked.data;
  const modules = diagnosis?.chains.filter((chain) => chain.isModule) ?? [];
  return (
    <Page
      title={t("ui.doctor.title")} lead={<p className="muted">{t("ui.doctor.lead")}</p>} narrow
      actions={
        <Button leftSection={<Icon name="sync" size={16} />} loading={looked.loading} onClick={() => void looked.reload()} data-testid="diagnose">
          {t("ui.doctor.again")}
        </Button>
      }
    >
      <div className={styles.stack}>
        {looked.error && <ErrorNotice error={looked.error} onRetry={() => void looked.reload()} />}
        {looked.loading && <p role="status" className="muted" data-testid="checking">{t("ui.doctor.checking")}</p>}
        {!diagnosis && looked.loading && <Loading rows={8} height={28} />}
        {diagnosis?.chains.filter((chain) => !chain.isModule).map((chain, index) => (
          <ChainCard key={`${chain.title}-${index}`} chain={chain} system={diagnosis.system}>
            {looked.data && (
              <TestSignature
                chain={chain} diagnosis={diagnosis}
                onTested={(outcome) => looked.data && setTested({ after: looked.data, diagnosis: outcome })}
              />
            )}
          </ChainCard>
        ))}
        {diagnosis && modules.length > 0 && (
          <section className={styles.modules} aria-labelledby="doctor-modules">
            <h2 id="doctor-modules">{t("ui.doctor.modules")}</h2>
            {modules.map((chain, index) => <ModuleCard key={`${chain.title}-${index}`} chain={chain} system={diagnosis.system} />)}
          </section>
        )}
        {diagnosis && <CopyReport report={diagnosis.report} />}
      </div>
    </Page>
  );
}
