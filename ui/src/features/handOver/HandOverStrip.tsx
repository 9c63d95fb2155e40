/** On the page of a document: that it waits to be signed and sent back, is on its way, or has come back. */
import { Button } from "@mantine/core";
import type { HandOverRow } from "../../ipc";
import { Icon } from "../../shared/Icon";
import { Strip } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import styles from "./HandOver.module.css";
import { LetterFacts } from "./LetterFacts";

type Props = { last: HandOverRow; signed: boolean; onAnswer: () => void };

export function HandOverStrip({ last, signed, onAnswer }: Props) {
  const { t, dateTime } = useTexts();
  const who = last.colleague ?? last.who;
  const when = dateTime(last.at);
  const lead = t(`ui.handOver.strip.${last.way}${who ? "" : "-nobody"}`, { who, when });
  const came = last.way === "came-to-sign" || last.way === "came-back";
  return (
    <div className={styles.strip}>
      <Strip tone={last.way === "came-to-sign" ? "warn" : "info"} icon="outbox" testId="hand-over-strip">
        {came ? <LetterFacts who={last.who} colleague={last.colleague} note={last.note} lead={lead} /> : <p>{lead}</p>}
        {last.way === "came-to-sign" && (
          <Button size="xs" mt={4} className={styles.answer ?? ""} variant={signed ? "filled" : "default"} leftSection={<Icon name="outbox" size={16} />} onClick={onAnswer} data-testid="hand-back">{t(signed ? "ui.handOver.answerSigned" : "ui.handOver.answer")}</Button>
        )}
      </Strip>
    </div>
  );
}
