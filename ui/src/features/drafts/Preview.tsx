/** A draft as the authority will read it, before there is a document. */
import { Drawer } from "@mantine/core";
import { host, type DraftView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Empty, Loading, Strip } from "../../shared/Pieces";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { ReadableView } from "../document/ReadableView";
import styles from "./Drafts.module.css";

export function Preview({ opened, draft, onClose }: { opened: boolean; draft: DraftView; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Drawer opened={opened} onClose={onClose} position="right" size="xl" title={t("ui.drafts.preview.title")} closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="draft-preview">
      {opened && <Reading draft={draft} />}
    </Drawer>
  );
}

function Reading({ draft }: { draft: DraftView }) {
  const { t } = useTexts();
  const preview = useHostQuery(`preview-${draft.id}-${draft.revision}`, () => host.previewDraft(draft.id));
  if (preview.error) return <ErrorNotice error={preview.error} onRetry={() => void preview.reload()} />;
  if (!preview.data) return <Loading rows={6} />;
  const { readable, problems } = preview.data;
  return (
    <div className={styles.dialog}>
      <p className="muted small">{t("ui.drafts.preview.hint")}</p>
      {problems.length > 0 && <Strip tone="warn" testId="preview-left"><p>{t("ui.drafts.preview.left", { count: problems.length })}</p></Strip>}
      {readable ? <ReadableView readable={readable} /> : <Empty icon="documents" title={t("ui.drafts.preview.none")}>{t("ui.drafts.preview.noneWhy")}</Empty>}
    </div>
  );
}
