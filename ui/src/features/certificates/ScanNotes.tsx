/** What keeps a list of tokens from being whole: drivers that have not answered yet, a service that does not run. */
import type { TokenScan } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { useTexts } from "../../shared/useTexts";

export function PendingModules({ scan }: { scan: TokenScan }) {
  const { t } = useTexts();
  return (
    <p className="muted small" role="status" hidden={scan.pending.length === 0} data-testid="pending-modules">
      {scan.pending.length > 0 && t("ui.tokens.pending", { count: scan.pending.length, names: scan.pending.join(", ") })}
    </p>
  );
}

export function NoService({ scan }: { scan: TokenScan }) {
  return scan.noService && <div data-testid="no-service"><ErrorNotice error={scan.noService} quiet /></div>;
}
