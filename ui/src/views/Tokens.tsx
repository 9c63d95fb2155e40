/** «Токены и подписи»: every token and key file, how it stands, and the certificates on it with what they are fit for. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { ExpiryNotices } from "../features/certificates/ExpiryNotices";
import { ModuleProblems } from "../features/certificates/ModuleProblems";
import { NoService, PendingModules } from "../features/certificates/ScanNotes";
import { useTokenScan } from "../features/certificates/useTokenScan";
import { FindCause } from "../features/doctor/FindCause";
import { OrderDialog, type Order } from "../features/tokens/OrderDialog";
import { makesKeys, RenewalDialog } from "../features/tokens/RenewalDialog";
import { TokenBlock } from "../features/tokens/TokenBlock";
import styles from "../features/tokens/Tokens.module.css";
import { host, type CertificateView } from "../ipc";
import { ErrorNotice } from "../shared/ErrorNotice";
import { Icon } from "../shared/Icon";
import { Page } from "../shared/Page";
import { Empty, Loading } from "../shared/Pieces";
import { useAction } from "../shared/useAction";
import { useTexts } from "../shared/useTexts";

export function Tokens() {
  const { t } = useTexts();
  const { scan, error, refresh, rescan } = useTokenScan(true);
  const [ordering, setOrdering] = useState<Order | null>(null);
  const [renewing, setRenewing] = useState<CertificateView | null>(null);
  const again = useAction(rescan);
  const add = useAction(async () => {
    if (await host.addKeyFile()) await refresh();
  });
  const makers = scan?.tokens.filter(makesKeys) ?? [];
  const addFile = (
    <Button variant="default" leftSection={<Icon name="plus" size={16} />} loading={add.busy} onClick={() => void add.run()} data-testid="add-key-file">{t("ui.tokens.do.add")}</Button>
  );
  return (
    <Page
      title={t("ui.tokens.title")} lead={scan && <PendingModules scan={scan} />}
      actions={
        <>
          {addFile}
          <Button variant="default" leftSection={<Icon name="sync" size={16} />} loading={again.busy} onClick={() => void again.run()} data-testid="rescan">{t("ui.tokens.do.rescan")}</Button>
        </>
      }
    >
      <div className={styles.stack}>
        {add.error && <ErrorNotice error={add.error} onClose={add.clear} />}
        {error && <ErrorNotice error={error} onRetry={() => void rescan()} />}
        {!scan && !error && <Loading rows={3} height={150} />}
        {scan && (
          <>
            <NoService scan={scan} />
            <ExpiryNotices
              warnings={scan.expiring}
              action={({ certificateId }) => {
                const certificate = scan.certificates.find((one) => one.id === certificateId);
                return certificate && <Button variant="default" size="compact-sm" onClick={() => setRenewing(certificate)} data-testid={`expiring-renew-${certificateId}`}>{t("ui.tokens.do.renew")}</Button>;
              }}
            />
            <ModuleProblems problems={scan.problems} />
            {scan.problems.length > 0 && <p><FindCause /></p>}
            {scan.tokens.length === 0 && <Empty icon="token" title={t("ui.tokens.empty.title")} action={<FindCause />}>{t("ui.tokens.empty.text")}</Empty>}
            {scan.tokens.map((token) => (
              <TokenBlock
                key={token.id} token={token} makers={makers} certificates={scan.certificates}
                loneKeys={scan.loneKeys.filter((key) => key.tokenId === token.id)} onChanged={() => void refresh()} onOrder={(maker) => setOrdering({ token: maker, renewed: null })}
                onRenew={setRenewing}
              />
            ))}
          </>
        )}
      </div>
      {/* An order that belongs to a renewal leads back to its steps. */}
      <RenewalDialog
        certificate={ordering ? null : renewing} scan={scan} onOrder={(token) => setOrdering({ token, renewed: renewing })} onClose={() => setRenewing(null)}
      />
      <OrderDialog order={ordering} makers={makers} onClose={() => setOrdering(null)} />
    </Page>
  );
}
