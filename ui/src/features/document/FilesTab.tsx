/** The files a document is made of. */
import type { FileView } from "../../ipc";
import { useTexts } from "../../shared/useTexts";
import styles from "./Document.module.css";

export function FilesTab({ files, encoding }: { files: readonly FileView[]; encoding: string | null }) {
  const { t, size } = useTexts();
  return (
    <div className={styles.list}>
      {files.map((file) => (
        <div key={file.name} className={styles.item} data-testid="file">
          <b>{file.name}</b>
          <div className={styles.itemFoot}>
            <span>{t(`ui.document.filesKinds.${file.kind}`)}{file.signs && ` ${t("ui.document.signs", { name: file.signs })}`}</span>
            <span>{size(file.size)}</span>
            {file.kind === "main" && encoding && <span>{t("ui.document.encoding", { encoding })}</span>}
          </div>
        </div>
      ))}
    </div>
  );
}
