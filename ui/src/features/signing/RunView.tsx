/** A signing run: how far it is, each document with its state, and what can be done now. */
import { Button, Progress } from "@mantine/core";
import { memo } from "react";
import { host, type ItemState, type SigningItem, type SigningRun } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label, Strip } from "../../shared/Pieces";
import { useTexts } from "../../shared/useTexts";
import { useTokenScan } from "../certificates/useTokenScan";
import { FindCause } from "../doctor/FindCause";
import styles from "./Signing.module.css";
import type { Signing } from "./useSigning";

type Props = { items: SigningItem[]; signing: Signing; onDone: () => void };

export function RunView({ items, signing, onDone }: Props) {
  const { t } = useTexts();
  const { run, progress, busy } = signing;
  const count = (state: ItemState) => items.filter((item) => item.state === state).length;
  const signed = count("signed");
  const current = busy && (progress?.phase === "signing" || progress?.phase === "device") ? items.find((item) => item.state === "waiting")?.documentId : undefined;
  return (
    <>
      <div className={styles.scroll}>
        <section className={styles.section} aria-labelledby="sign-results" data-testid="sign-results" data-signed={signed}>
          <h2 id="sign-results">{t(busy ? "ui.signing.running" : "ui.signing.result")}</h2>
          {items.length > 1 && (
            <Progress value={(signed / items.length) * 100} size="lg" aria-label={t("ui.signing.running")} aria-valuetext={t("ui.signing.progress", { signed, total: items.length })} data-testid="run-progress" />
          )}
          {busy ? <Under signed={signed} total={items.length} signing={signing} /> : run && <Left run={run} items={items} />}
        </section>
        <ul className={styles.results} aria-label={t("ui.signing.what")}>
          {inView(items, busy).map((item) => <Item key={item.documentId} item={item} current={item.documentId === current} />)}
        </ul>
      </div>
      <div className={styles.foot}>
        {signing.error && <ErrorNotice error={signing.error} onClose={signing.clear} />}
        {signing.error && <FindCause error={signing.error} />}
        {busy ? (
          <Button
            size="md" fullWidth variant="default" leftSection={<Icon name="stop" />} onClick={() => void host.stopSigning()}
            disabled={progress?.phase === "pin" || progress?.phase === "stopping"} data-testid="sign-stop"
          >
            {t(progress?.phase === "stopping" ? "ui.signing.stopping" : "ui.signing.stop")}
          </Button>
        ) : (
          run && <Next run={run} waiting={count("waiting")} failed={count("failed")} signing={signing} onDone={onDone} />
        )}
      </div>
    </>
  );
}

const weight: Record<ItemState, number> = { failed: 0, waiting: 1, skipped: 2, signed: 3 };

/** In the order of the run while it is under way; afterwards first what needs attention. */
const inView = (items: SigningItem[], busy: boolean) => (busy ? items : [...items].sort((a, b) => weight[a.state] - weight[b.state]));

function Under({ signed, total, signing }: { signed: number; total: number; signing: Signing }) {
  const { t } = useTexts();
  const { phase = "checking", current = null } = signing.progress ?? {};
  return (
    <div role="status" data-testid="run-phase" data-phase={phase}>
      {total > 1 && <p className={styles.name}>{t("ui.signing.progress", { signed, total })}</p>}
      <p>{t(`ui.signing.phases.${phase}`)}</p>
      {current && (phase === "signing" || phase === "device") && <p className="muted small">{current}</p>}
    </div>
  );
}

/** How the run was left. */
function Left({ run, items }: { run: SigningRun; items: SigningItem[] }) {
  const { t } = useTexts();
  const signed = items.filter((item) => item.state === "signed").length;
  const all = signed === items.length;
  const waits = items.some((item) => item.state === "waiting");
  return (
    <>
      <Strip tone={all ? "ok" : "warn"}>
        <p role="status" data-testid="run-outcome">{all ? t("ui.signing.allSigned", { count: signed }) : t("ui.signing.partly", { signed, total: items.length })}</p>
        {waits && run.stopped === null && <p>{t("ui.signing.brokenOff")}</p>}
      </Strip>
      {waits && run.stopped && <ErrorNotice error={run.stopped} quiet />}
      {waits && run.stopped && <FindCause error={run.stopped} />}
    </>
  );
}

type NextProps = { run: SigningRun; waiting: number; failed: number; signing: Signing; onDone: () => void };

function Next({ run, waiting, failed, signing, onDone }: NextProps) {
  const { t } = useTexts();
  const goesOn = waiting + failed > 0;
  const { scan } = useTokenScan(goesOn);
  const here = scan?.certificates.some((certificate) => certificate.id === run.certificateId) ?? false;
  const done = (
    <Button size={goesOn ? "sm" : "md"} variant={goesOn ? "default" : "filled"} fullWidth onClick={onDone} data-testid="sign-done" data-autofocus={!goesOn}>
      {t(waiting > 0 ? "ui.signing.later" : "ui.signing.done")}
    </Button>
  );
  if (!goesOn) return done;
  return (
    <>
      {waiting > 0 && (
        <Button size="md" fullWidth leftSection={<Icon name="sign" />} disabled={!here} onClick={() => signing.goOn(false)} data-testid="sign-continue">
          {t("ui.signing.goOn", { count: waiting })}
        </Button>
      )}
      {failed > 0 && (
        <Button size={waiting > 0 ? "sm" : "md"} variant={waiting > 0 ? "default" : "filled"} fullWidth leftSection={<Icon name="sync" />} disabled={!here} onClick={() => signing.goOn(true)} data-testid="sign-retry">
          {t("ui.signing.retryFailed", { count: failed })}
        </Button>
      )}
      <p className="muted small" role="status" data-testid="run-hint">
        {here ? t("ui.signing.pinAgain", { name: run.holder }) : t("ui.signing.putBack", { label: run.tokenLabel, serial: run.tokenSerial, name: run.holder })}
      </p>
      {done}
    </>
  );
}

const Item = memo(function Item({ item, current }: { item: SigningItem; current: boolean }) {
  const { t } = useTexts();
  return (
    <li className={styles.result} data-testid={`result-${item.documentId}`} data-state={item.state}>
      <span>{item.title}</span>
      {item.state === "failed" && item.error ? (
        <ErrorNotice error={item.error} quiet compact />
      ) : (
        <Label tone={current ? "accent" : item.state === "signed" ? "ok" : item.state === "waiting" ? "quiet" : "warn"}>
          {current ? t("ui.signing.signingNow") : t(`ui.signing.items.${item.state}`)}
          {item.error && <>: {t(`errors.${item.error.code}.what`, item.error.params)}</>}
        </Label>
      )}
    </li>
  );
});
