/** A text in which the places that were found are marked. */
import type { Mark } from "../../ipc";
import styles from "./Documents.module.css";

export function Marked({ text, marks }: { text: string; marks: Mark[] }) {
  const pieces = [];
  let at = 0;
  for (const { from, to } of marks) {
    if (from > at) pieces.push(text.slice(at, from));
    pieces.push(<mark key={from} className={styles.mark}>{text.slice(from, to)}</mark>);
    at = to;
  }
  pieces.push(text.slice(at));
  return <>{pieces}</>;
}
