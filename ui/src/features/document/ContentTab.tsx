/** Readable view and the file, one at a time or side by side. */
import { SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { DocumentPage } from "../../ipc";
import { Empty, Strip } from "../../shared/Pieces";
import { useKeptState } from "../../shared/place";
import { useTexts } from "../../shared/useTexts";
import styles from "./Document.module.css";
import { RawView } from "./RawView";
import { ReadableView } from "./ReadableView";

type Mode = "readable" | "both" | "raw";
export type Target = { line: number; turn: number };

export function ContentTab({ page, target }: { page: DocumentPage; target: Target | null }) {
  const { t } = useTexts();
  const wide = useMediaQuery("(min-width: 1100px)", true) ?? true;
  const [chosen, setChosen] = useKeptState<{ mode: Mode; turn: number } | null>("content-mode", null);
  // A jump to a line needs the file in sight, until the user chooses otherwise.
  const turn = target?.turn ?? 0;
  const wanted: Mode = chosen && chosen.turn === turn ? chosen.mode : target ? (wide ? "both" : "raw") : wide ? "both" : "readable";
  const mode: Mode = page.readable === null ? "raw" : page.raw === null ? "readable" : !wide && wanted === "both" ? "readable" : wanted;
  if (page.readable === null && page.raw === null) return <Empty icon="documents" title={t("ui.document.noRaw")} />;
  const choices: Mode[] = wide ? ["readable", "both", "raw"] : ["readable", "raw"];
  return (
    <>
      <div className={styles.tools}>
        {page.readable && page.raw !== null && (
          <SegmentedControl
            size="sm" value={mode} onChange={(value) => setChosen({ mode: value as Mode, turn })} aria-label={t("ui.document.mode.label")} data-testid="content-mode"
            data={choices.map((value) => ({ value, label: t(`ui.document.mode.${value}`) }))}
          />
        )}
        {page.readable === null && <span className="muted small">{t("ui.document.noReadable")}</span>}
        {page.raw === null && <span className="muted small">{t("ui.document.noRaw")}</span>}
      </div>
      {page.rawTruncated && mode !== "readable" && <Strip tone="info"><p>{t("ui.document.truncated")}</p></Strip>}
      <div className={`${styles.panes} ${mode === "both" ? styles.two : ""}`}>
        {mode !== "raw" && page.readable && <ReadableView readable={page.readable} />}
        {mode !== "readable" && page.raw !== null && <RawView raw={page.raw} findings={page.findings} target={target} />}
      </div>
    </>
  );
}
