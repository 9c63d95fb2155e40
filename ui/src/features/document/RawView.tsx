/** The file itself with line numbers; lines with findings are marked, one can be jumped to. Long files draw only what is in sight. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import type { FindingView } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { useTexts } from "../../shared/useTexts";
import styles from "./Document.module.css";
import { tokens } from "./xmlTokens";

const LINE_HEIGHT = 20;

type Props = { raw: string; findings: readonly FindingView[]; target: { line: number; turn: number } | null };

export function RawView({ raw, findings, target }: Props) {
  const { t } = useTexts();
  const scroll = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => raw.split(/\r\n|\r|\n/), [raw]);
  const marked = useMemo(() => new Set(findings.flatMap((finding) => (finding.line === null ? [] : [finding.line]))), [findings]);
  const virtual = useVirtualizer({
    count: lines.length, getScrollElement: () => scroll.current, estimateSize: () => LINE_HEIGHT, overscan: 20, initialRect: { width: 800, height: 600 },
  });
  useEffect(() => {
    if (!target) return;
    virtual.scrollToIndex(target.line - 1, { align: "center" });
    scroll.current?.focus();
  }, [target, virtual]);

  return (
    <div className={styles.raw} ref={scroll} data-keep-scroll="raw" tabIndex={0} role="region" aria-label={t("ui.document.rawLabel")} data-testid="raw">
      <div className={styles.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const number = item.index + 1;
          const text = lines[item.index] ?? "";
          const isMarked = marked.has(number);
          return (
            <div
              key={item.key} className={`${styles.line} ${isMarked ? styles.marked : ""} ${target?.line === number ? styles.current : ""}`}
              style={{ transform: `translateY(${item.start}px)` }} data-testid={`line-${number}`} data-marked={isMarked}
              aria-current={target?.line === number ? "location" : undefined}
            >
              <span className={styles.gutter}>
                {isMarked && <Icon name="warning" size={13} />}
                {number}
              </span>
              <span className={styles.text}>
                {tokens(text).map((token, index) => <span key={index} className={token.kind ? styles[token.kind] : undefined}>{token.text}</span>)}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
