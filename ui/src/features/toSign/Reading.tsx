/** Reading a document before it is chosen: what follows from it, then its exact content. Only what was shown counts as opened. */
import { Button, Drawer, SegmentedControl } from "@mantine/core";
import { useEffect, useState } from "react";
import { host, type DocumentPage, type ToSignItem } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Empty, Loading, Strip } from "../../shared/Pieces";
import { paths } from "../../shared/router";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { RawView } from "../document/RawView";
import { ReadableView } from "../document/ReadableView";
import { Grants, Revokes } from "./Grants";
import styles from "./ToSign.module.css";

type Props = {
  item: ToSignItem | null;
  /** Nobody here may sign it: it can be read all the same. */
  others: boolean;
  /** What was shown is noted down as opened. */
  onOpened: () => void;
  onChoose: (document: string, shown: string) => void;
  onClose: () => void;
};

export function Reading({ item, onClose, ...rest }: Props) {
  const { t } = useTexts();
  return (
    <Drawer
      opened={item !== null} onClose={onClose} position="right" size={760} padding={0} title={t("ui.toSign.reading.title")}
      closeButtonProps={{ "aria-label": t("ui.close") }} classNames={{ content: styles.reading, body: styles.reading, header: styles.readingHead }} data-testid="to-sign-reading"
    >
      {item && <Body key={item.document.row.id} item={item} onClose={onClose} {...rest} />}
    </Drawer>
  );
}

function Body({ item, others, onOpened, onChoose, onClose }: Omit<Props, "item"> & { item: ToSignItem }) {
  const { t } = useTexts();
  const { id } = item.document.row;
  const page = useHostQuery(`reading ${id}`, () => host.document(id));
  const shown = page.data?.shown;
  useEffect(() => {
    // If this cannot be noted down, it goes on standing as not read.
    if (shown) host.noteOpened(id, shown).then(onOpened, () => undefined);
  }, [id, shown, onOpened]);
  return (
    <>
      <div className={styles.readingBody} tabIndex={0} role="region" aria-label={item.document.row.title}>
        <Grants grants={item.grants} all />
        {item.revokes && <Revokes revokes={item.revokes} />}
        {page.error && <ErrorNotice error={page.error} onRetry={() => void page.reload()} />}
        {!page.data && !page.error && <Loading rows={8} />}
        {page.data && <Content page={page.data} />}
      </div>
      <div className={styles.readingFoot}>
        <Button variant="default" component="a" href={`#${paths.document(id)}`}>{t("ui.import.open")}</Button>
        <Button variant="default" onClick={onClose} data-testid="to-sign-reading-close">{t("ui.toSign.reading.close")}</Button>
        {!others && (
          <Button
            leftSection={<Icon name="check" />} disabled={!shown} data-testid="to-sign-read"
            onClick={() => {
              if (shown) onChoose(id, shown);
              onClose();
            }}
          >
            {t("ui.toSign.reading.choose")}
          </Button>
        )}
      </div>
    </>
  );
}

function Content({ page }: { page: DocumentPage }) {
  const { t } = useTexts();
  const [raw, setRaw] = useState(page.readable === null);
  if (page.readable === null && page.raw === null) return <Empty icon="documents" title={t("ui.document.noRaw")} />;
  return (
    <>
      {page.readable && page.raw !== null && (
        <SegmentedControl
          size="sm" value={raw ? "raw" : "readable"} onChange={(value) => setRaw(value === "raw")} aria-label={t("ui.document.mode.label")} data-testid="reading-mode"
          data={(["readable", "raw"] as const).map((value) => ({ value, label: t(`ui.document.mode.${value}`) }))}
        />
      )}
      {page.rawTruncated && raw && <Strip tone="info"><p>{t("ui.document.truncated")}</p></Strip>}
      {raw ? page.raw !== null && <RawView raw={page.raw} findings={page.findings} target={null} /> : page.readable && <ReadableView readable={page.readable} />}
    </>
  );
}
