/** Who handed something over and what they say, with how far that is known. */
import { useTexts } from "../../shared/useTexts";
import styles from "./HandOver.module.css";

type Props = { who: string; colleague: string | null; note: string; lead: string };

export function LetterFacts({ who, colleague, note, lead }: Props) {
  const { t } = useTexts();
  return (
    <>
      <p><b>{lead}</b></p>
      {note && <blockquote className={styles.note} data-testid="letter-note">{note}</blockquote>}
      <p className="small muted" data-testid="letter-known">{colleague ? t("ui.handOver.known", { name: colleague }) : who ? t("ui.handOver.unknown") : null}</p>
    </>
  );
}
