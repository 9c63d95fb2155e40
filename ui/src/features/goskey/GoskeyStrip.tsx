/** On a page: how a signature in Госключ that was asked for fares, how long there is for it, and what to do next. */
import { Button } from "@mantine/core";
import type { DocumentPage, GoskeyFile, GoskeyRequest, GoskeyState } from "../../ipc";
import { Label, Strip, type Tone } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import { useSecondsUntil } from "../../shared/useSecondsUntil";
import { useTexts } from "../../shared/useTexts";
import styles from "./Goskey.module.css";

type Props = { page: DocumentPage; onAgain: () => void };

export function GoskeyStrip({ page: { row, goskey }, onAgain }: Props) {
  const [last] = goskey;
  if (!last) return null;
  const own = last.documentId === row.id;
  return <Request request={last} own={own} files={own ? last.files : last.files.filter((file) => file.documentId === row.id)} onAgain={onAgain} />;
}

/** It ended without a signature, and somebody has to do something. */
const ended: GoskeyState[] = ["rejected", "expired", "request-error", "sender-not-checked", "person-not-found", "cancelled", "failed"];

function toneOf(state: GoskeyState, files: GoskeyFile[]): Tone {
  if (ended.includes(state)) return "warn";
  if (state !== "signed") return "info";
  if (files.every((file) => file.state === "joined")) return "ok";
  return files.some((file) => !["joined", "waiting"].includes(file.state)) ? "bad" : "info";
}

const fileTones: Partial<Record<GoskeyFile["state"], Tone>> = { joined: "ok", waiting: "quiet" };

function Request({ request, own, files, onAgain }: { request: GoskeyRequest; own: boolean; files: GoskeyFile[]; onAgain: () => void }) {
  const { t } = useTexts();
  const who = request.person ?? request.snils ?? request.oid ?? "";
  const { state } = request;
  const open = state === "waiting" || state === "not-sent";
  return (
    <div className={styles.strip}>
      <Strip tone={toneOf(state, files)} icon={open ? "person" : undefined} testId="goskey-strip">
        <p data-testid="goskey-state" data-state={state}><b>{t(own ? "ui.goskey.strip.request" : "ui.goskey.strip.of", { who })}</b> · {t(`ui.goskey.kind.${request.kind}`)}</p>
        <p>{t(`ui.goskey.state.${state}`)}</p>
        {open && request.expires && <TimeLeft until={request.expires} over={state === "waiting" ? "ui.goskey.over" : "ui.goskey.overUnsent"} />}
        {!open && state !== "signed" && request.comment && <p className="muted small">{t("ui.goskey.portalSays", { comment: request.comment })}</p>}
        {(own || state === "signed") && (
          <ul className={styles.files}>
            {files.map((file, place) => <FileLine key={place} file={file} own={own} />)}
          </ul>
        )}
        {!own && (
          <div className={styles.choices}>
            <Button size="compact-sm" variant="default" onClick={() => go(paths.document(request.documentId))} data-testid="goskey-open">{t("ui.goskey.openRequest")}</Button>
            {ended.includes(state) && <Button size="compact-sm" variant="default" onClick={onAgain} data-testid="goskey-again">{t("ui.goskey.again")}</Button>}
          </div>
        )}
      </Strip>
    </div>
  );
}

function TimeLeft({ until, over }: { until: string; over: string }) {
  const { t, dateTime } = useTexts();
  const seconds = useSecondsUntil(until);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.ceil((seconds % 3600) / 60);
  const left = hours > 0 ? t("ui.goskey.hoursMinutes", { hours, minutes }) : t("ui.goskey.minutes", { minutes });
  return <p className="small" data-testid="goskey-left">{seconds > 0 ? t("ui.goskey.left", { left, until: dateTime(until) }) : t(over, { until: dateTime(until) })}</p>;
}

function FileLine({ file, own }: { file: GoskeyFile; own: boolean }) {
  const { t } = useTexts();
  return (
    <li data-testid="goskey-file" data-state={file.state}>
      {own && (file.documentId ? <a href={`#${paths.document(file.documentId)}`} title={t("ui.goskey.openDocument")}>{file.file}</a> : <span>{file.file} ({t("ui.goskey.gone")})</span>)}
      <Label tone={fileTones[file.state] ?? "bad"}>{t(`ui.goskey.file.${file.state}`)}</Label>
    </li>
  );
}
