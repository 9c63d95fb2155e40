/** Puts the report without personal data on the clipboard; where that fails the text itself is shown. */
import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { Icon } from "../../shared/Icon";
import { Strip } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";

export function CopyReport({ report }: { report: string }) {
  const { t } = useTexts();
  const [state, setState] = useState<{ of: string; copied: boolean } | null>(null);
  const copied = state?.of === report ? state.copied : null;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(report);
      setState({ of: report, copied: true });
    } catch {
      setState({ of: report, copied: false });
    }
  };
  return (
    <div>
      <Button variant="default" leftSection={<Icon name={copied ? "check" : "copy"} size={16} />} onClick={() => void copy()} data-testid="copy-report">
        {t(copied ? "ui.doctor.copied" : "ui.doctor.copy")}
      </Button>
      <p className="muted small" role="status">{t("ui.doctor.copyHint")}</p>
      {copied === false && (
        <Strip tone="warn">
          <p>{t("ui.doctor.copyFailed")}</p>
          <Textarea value={report} readOnly rows={12} aria-label={t("ui.doctor.report")} data-testid="report-text" />
        </Strip>
      )}
    </div>
  );
}
