/** The way to the next certificate, step by step: what is done, what to do, and a button where the program can do it. */
import { Button, Modal } from "@mantine/core";
import { host, type CertificateView, type RenewalStep, type TokenScan, type TokenView } from "../../ipc";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Icon } from "../../shared/Icon";
import { Label, Loading, type Tone } from "../../shared/Pieces";
import { go, paths } from "../../shared/router";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import styles from "./Tokens.module.css";

type Props = { certificate: CertificateView | null; scan: TokenScan | null; onOrder: (token: TokenView) => void; onClose: () => void };

export function RenewalDialog({ certificate, scan, onOrder, onClose }: Props) {
  const { t } = useTexts();
  return (
    <Modal
      opened={certificate !== null} onClose={onClose} title={t("ui.tokens.renewal.title", { holder: certificate?.holder })} size="lg"
      closeButtonProps={{ "aria-label": t("ui.close") }} data-testid="renewal-dialog"
    >
      {certificate && <Steps certificate={certificate} scan={scan} onOrder={onOrder} />}
    </Modal>
  );
}

type StepsProps = { certificate: CertificateView; scan: TokenScan | null; onOrder: (token: TokenView) => void };

function Steps({ certificate, scan, onOrder }: StepsProps) {
  const steps = useHostQuery(`renewal ${certificate.id}`, () => host.renewal(certificate.id), ["tokens-changed", "state-changed"]);
  return (
    <>
      {steps.error && <ErrorNotice error={steps.error} onRetry={() => void steps.reload()} />}
      {!steps.data && !steps.error && <Loading rows={6} />}
      {steps.data && (
        <ol className={styles.steps}>
          {steps.data.map((step) => (
            <li key={step.code} data-testid={`step-${step.code}`} data-done={String(step.done)}>
              <Step step={step} />
              {step.done !== true && <StepAction step={step} certificate={certificate} scan={scan} onOrder={onOrder} onDone={() => void steps.reload()} />}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

type State = "done" | "open" | "unknown";
const tones: Record<State, Tone> = { done: "ok", open: "warn", unknown: "quiet" };
const stateOf = (step: RenewalStep): State => (step.done === null ? "unknown" : step.done ? "done" : "open");

function Step({ step }: { step: RenewalStep }) {
  const { t, date } = useTexts();
  const state = stateOf(step);
  return (
    <div className={styles.step}>
      <div className={styles.stepHead}>
        <b>{t(`ui.tokens.renewal.${step.code}.what`)}</b>
        <Label tone={tones[state]} icon={state === "open" ? "clock" : undefined}>
          {state === "done" && step.at ? t("ui.tokens.renewal.doneAt", { date: date(step.at) }) : t(`ui.tokens.renewal.state.${state}`)}
        </Label>
      </div>
      {state !== "done" && <p className="muted">{t(`ui.tokens.renewal.${step.code}.todo`)}</p>}
    </div>
  );
}

type ActionProps = StepsProps & { step: RenewalStep; onDone: () => void };

function StepAction({ step, certificate, scan, onOrder, onDone }: ActionProps) {
  const { t } = useTexts();
  const tokens = scan?.tokens ?? [];
  switch (step.code) {
    case "request": {
      const makers = tokens.filter(makesKeys);
      const maker = makers.find((token) => token.id === certificate.token?.id) ?? makers[0];
      if (!maker) return <p>{t("ui.tokens.renewal.noMaker")}</p>;
      return <Button variant="light" size="compact-md" leftSection={<Icon name="plus" size={16} />} onClick={() => onOrder(maker)} data-testid="renewal-request">{t("ui.tokens.do.order")}</Button>;
    }
    case "import": {
      const waiting = tokens.filter((token) => scan?.loneKeys.some((key) => key.tokenId === token.id));
      const own = tokens.filter((token) => token.id === certificate.token?.id && token.holder === "token" && !token.passive);
      return <div className={styles.step}>{(waiting.length > 0 ? waiting : own).map((token) => <Import key={token.id} token={token} onDone={onDone} />)}</div>;
    }
    case "sign-in":
      return <Button variant="light" size="compact-md" leftSection={<Icon name="token" size={16} />} onClick={() => go(paths.signIn)} data-testid="renewal-sign-in">{t("ui.session.signIn")}</Button>;
    default:
      return null;
  }
}

function Import({ token, onDone }: { token: TokenView; onDone: () => void }) {
  const { t } = useTexts();
  const write = useAction(async () => {
    await host.importCertificate(token.id);
    onDone();
  });
  return (
    <>
      <Button variant="light" size="compact-md" leftSection={<Icon name="save" size={16} />} loading={write.busy} onClick={() => void write.run()} data-testid={`renewal-import-${token.id}`}>
        {t("ui.tokens.renewal.importTo", { label: token.label })}
      </Button>
      {write.error && <ErrorNotice error={write.error} onClose={write.clear} />}
    </>
  );
}

/** Tokens a new key can be made on now. */
export const makesKeys = (token: TokenView) => token.makes.length > 0 && !token.blank && token.pin !== "locked";
