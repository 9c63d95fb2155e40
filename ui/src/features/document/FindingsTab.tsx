/** What the check found, errors first; each can be shown in the file. */
import { Button } from "@mantine/core";
import type { FindingView, UiError } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Empty, Label } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./Document.module.css";

type Props = { findings: readonly FindingView[]; problems: readonly UiError[]; onShow: ((line: number) => void) | null };

/** `problems`: why no service would take the files, however right their content is. */
export function FindingsTab({ findings, problems, onShow }: Props) {
  const { t, coded } = useTexts();
  if (findings.length + problems.length === 0) return <Empty icon="ok" title={t("ui.document.findings.none")} />;
  const groups = [
    { name: "errors", tone: "bad", list: findings.filter((finding) => finding.severity === "error") },
    { name: "warnings", tone: "warn", list: findings.filter((finding) => finding.severity === "warning") },
  ] as const;
  return (
    <div className={styles.list}>
      {problems.length > 0 && (
        <section className={styles.list} aria-labelledby="findings-limits" data-testid="limits">
          <h2 id="findings-limits">{t("ui.document.findings.limits")}: {problems.length}</h2>
          {problems.map((problem, index) => <ErrorNotice key={index} error={problem} quiet compact />)}
        </section>
      )}
      {groups.map(({ name, tone, list }) =>
        list.length === 0 ? null : (
          <section key={name} className={styles.list} aria-labelledby={`findings-${name}`}>
            <h2 id={`findings-${name}`}>{t(`ui.document.findings.${name}`)}: {list.length}</h2>
            {list.map((finding, index) => (
              <div key={index} className={styles.item} data-testid="finding" data-code={finding.code}>
                <Label tone={tone}>{coded("findings", finding)}</Label>
                <div className={styles.itemFoot}>
                  {finding.element && <span>{t("ui.document.findings.where", { element: finding.element })}</span>}
                  <span>{t("ui.document.findings.file", { file: finding.file })}{finding.line !== null && `, ${t("ui.document.line", { line: finding.line })}`}</span>
                  {finding.line !== null && onShow && (
                    <Button
                      variant="light" size="compact-sm" leftSection={<Icon name="search" size={14} />} onClick={() => onShow(finding.line ?? 1)}
                      data-testid={`show-line-${finding.line}`}
                    >
                      {t("ui.document.findings.show")}
                    </Button>
                  )}
                </div>
              </div>
            ))}
          </section>
        ),
      )}
    </div>
  );
}
