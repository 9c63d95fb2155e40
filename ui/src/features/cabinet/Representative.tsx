/** Confirming the person as a representative of the organisation worked for, and the services it takes into use. */
import { Button, Checkbox, Radio, Select, TextInput } from "@mantine/core";
import { useEffect, useState, type ReactNode } from "react";
import { host, type IdentityForm, type QrView, type RepresentativeView } from "../../ipc";
import { Age } from "../../shared/Age";
import { ErrorNotice } from "../../shared/ErrorNotice";
import { Card, Facts, Label, Strip, type Tone } from "../../shared/Pieces";
import { useAction } from "../../shared/useAction";
import { useHostQuery } from "../../shared/useHostQuery";
import { useTexts } from "../../shared/useTexts";
import { useAppState } from "../app/AppState";
import styles from "./Cabinet.module.css";
import { PermittedButton } from "./Permitted";

/** Milliseconds between two looks at what somebody else is about to decide. */
const LOOK = 5000;
const tones: Record<string, Tone> = { confirmed: "ok", "not-confirmed": "warn", refused: "bad", "in-review": "info" };
type Act = { busy: boolean; run: (work: () => Promise<RepresentativeView | null>) => void };

export function Representative() {
  const { t, has, dateTime } = useTexts();
  const { state } = useAppState();
  const query = useHostQuery(`representative-${state.organisation?.id ?? ""}`, () => host.representative(true));
  const [newer, setNewer] = useState<RepresentativeView | null>(null);
  const view = newer ?? query.data;
  const acting = useAction(async (work: () => Promise<RepresentativeView | null>) => setNewer(await work()));
  const act: Act = { busy: acting.busy, run: (work) => void acting.run(work) };
  const decides = view?.status === "in-review" || view?.status === "awaiting-approval";
  useEffect(() => {
    if (!decides) return;
    const timer = setInterval(() => void host.representative(true).then(setNewer, () => undefined), LOOK);
    return () => clearInterval(timer);
  }, [decides]);
  if (query.error && query.error.code !== "app.not-signed-in") return <ErrorNotice error={query.error} onRetry={() => void query.reload()} />;
  if (!view) return null;
  const word = has(`ui.representative.status.${view.status}`) ? t(`ui.representative.status.${view.status}`) : view.status;
  return (
    <>
      <Card testId="representative"><div className={styles.section}>
        <div className={styles.head}>
          <h2 className={styles.name}>{t("ui.representative.title")}</h2>
          <Label tone={tones[view.status] ?? "warn"}>{word}</Label>
        </div>
        {view.at && view.error && <p className="muted small">{t("ui.subscriptions.at", { at: dateTime(view.at) })}<Age since={view.at} /></p>}
        {view.error && <ErrorNotice error={view.error} compact />}
        {view.status === "confirmed" ? <Confirmed view={view} /> : <Open view={view} act={act} />}
        {acting.error && <ErrorNotice error={acting.error} onClose={acting.clear} />}
      </div></Card>
      {view.services.length > 0 && <Services key={view.services.map(({ enabled }) => enabled).join()} view={view} accept={setNewer} />}
    </>
  );
}

function Confirmed({ view }: { view: RepresentativeView }) {
  const { t, has, dateTime } = useTexts();
  const method = view.method && has(`ui.representative.method.${view.method}`) ? t(`ui.representative.method.${view.method}`) : view.method;
  return (
    <>
      <p>{t("ui.representative.done")}</p>
      <Facts rows={[[t("ui.representative.method.label"), method], [t("ui.representative.by"), view.confirmedBy], [t("ui.organisations.since"), view.since && dateTime(view.since)]]} />
    </>
  );
}

/** Everything before the confirmation: what is closed, what went wrong, what is awaited, and the ways to begin. */
function Open({ view, act }: { view: RepresentativeView; act: Act }) {
  const { t, has, dateTime } = useTexts();
  const [choosing, setChoosing] = useState(false);
  const { status } = view;
  const opens = view.opens.map((code) => code.replaceAll(".", "-")).map((key) => (has(`ui.representative.opens.${key}`) ? t(`ui.representative.opens.${key}`) : key));
  const awaits: Record<string, ReactNode> = {
    "awaiting-signature": <Button loading={act.busy} onClick={() => act.run(() => host.signRepresentative())} data-testid="representative-sign">{t("ui.representative.sign")}</Button>,
    "awaiting-code": <Button loading={act.busy} onClick={() => act.run(() => host.confirmRepresentative())} data-testid="representative-code">{t("ui.representative.enterCode")}</Button>,
  };
  const waits = ["awaiting-signature", "awaiting-code", "awaiting-approval", "in-review"].includes(status) && !choosing;
  return (
    <>
      <p>{t("ui.representative.lead")} {opens.join(", ")}.</p>
      {view.reasons.length > 0 && (
        <Strip tone="bad" testId="reasons">
          <p><b>{t("ui.representative.reasons")}</b></p>
          <ul className={styles.tips}>{view.reasons.map((one) => <li key={one.code}>{[one.message ?? one.code, one.correction].filter(Boolean).join(". ")}</li>)}</ul>
        </Strip>
      )}
      {waits && (
        <div className={styles.section} data-testid="awaited">
          {status === "awaiting-code" && view.sentTo && <p>{t("ui.representative.sentTo", { to: view.sentTo })}</p>}
          {status === "in-review" && <p>{t("ui.representative.review")} {view.expected && `${t("ui.representative.expected", { at: dateTime(view.expected) })}.`}</p>}
          {status === "awaiting-approval" && view.qr && <Qr qr={view.qr} />}
          <div className={styles.actions}>
            {awaits[status]}
            <Button variant="default" disabled={act.busy} onClick={() => setChoosing(true)} data-testid="other-way">{t("ui.representative.other")}</Button>
          </div>
        </div>
      )}
      {!waits && <Begin view={view} act={{ ...act, run: (work) => { setChoosing(false); act.run(work); } }} />}
    </>
  );
}

function Begin({ view, act }: { view: RepresentativeView; act: Act }) {
  const { t, has } = useTexts();
  const [method, setMethod] = useState(view.method ?? view.methods[0] ?? "");
  const [form, setForm] = useState<IdentityForm>({ ...view.form, kind: view.form.kind || (view.documents[0]?.kind ?? "") });
  const ready = method !== "code" || [form.kind, form.documentId, form.phone, form.email].every((text) => text.trim() !== "");
  const closed = method === "smev" && !view.smevAvailable;
  const word = (code: string) => (has(`ui.representative.method.${code}`) ? t(`ui.representative.method.${code}`) : code);
  const hint = (code: string) => {
    if (code === "smev" && !view.smevAvailable) return t("ui.representative.smevDown");
    return has(`ui.representative.hint.${code}`) ? t(`ui.representative.hint.${code}`) : undefined;
  };
  return (
    <>
      <Radio.Group label={t("ui.representative.method.label")} value={method} onChange={setMethod}>
        <div className={styles.section}>
          {view.methods.map((code) => <Radio key={code} value={code} label={word(code)} description={hint(code)} disabled={code === "smev" && !view.smevAvailable} data-testid={`way-${code}`} />)}
        </div>
      </Radio.Group>
      {method === "code" && <Identity view={view} form={form} set={(part) => setForm((old) => ({ ...old, ...part }))} />}
      <div><Button loading={act.busy} disabled={!ready || closed || method === ""} onClick={() => act.run(() => host.beginRepresentative(method, form))} data-testid="representative-begin">
        {t(view.status === "refused" ? "ui.representative.again" : "ui.representative.begin")}
      </Button></div>
    </>
  );
}

function Identity({ view, form, set }: { view: RepresentativeView; form: IdentityForm; set: (part: Partial<IdentityForm>) => void }) {
  const { t } = useTexts();
  const { data } = useHostQuery("link-documents", () => host.documents({ stages: [], formats: [], signed: null, added: { from: null, to: null }, updated: { from: null, to: null }, text: "", order: "updated-newest", offset: 0, limit: 200 }));
  const files = (data?.rows ?? []).map((row) => ({ value: row.id, label: row.title }));
  return (
    <div className={styles.group}>
      <Select label={t("ui.representative.kind")} data={view.documents.map((one) => ({ value: one.kind, label: one.title }))} value={form.kind || null} onChange={(kind) => set({ kind: kind ?? "" })} data-testid="authority-kind" />
      <Select
        label={t("ui.representative.file")} data={files} searchable placeholder={t("ui.organisations.form.noDocument")} value={form.documentId || null} onChange={(id) => set({ documentId: id ?? "" })} data-testid="authority-file"
      />
      <TextInput label={t("ui.representative.phone")} inputMode="tel" value={form.phone} onChange={(event) => set({ phone: event.currentTarget.value })} data-testid="authority-phone" />
      <TextInput label={t("ui.representative.email")} inputMode="email" value={form.email} onChange={(event) => set({ email: event.currentTarget.value })} data-testid="authority-email" />
    </div>
  );
}

/** Modules of light around the code (ISO/IEC 18004, 6.3.8). */
const QUIET = 4;

function Qr({ qr }: { qr: QrView }) {
  const { t, time } = useTexts();
  const side = qr.size + 2 * QUIET;
  return (
    <div className={styles.qr}>
      <svg className={styles.qrCode} viewBox={`${-QUIET} ${-QUIET} ${side} ${side}`} role="img" aria-label={t("ui.representative.qrTitle")} shapeRendering="crispEdges" data-testid="qr">
        <rect x={-QUIET} y={-QUIET} width={side} height={side} fill="#fff" />
        <path d={qr.path} fill="#000" />
      </svg>
      <div className={styles.section}>
        <p>{t("ui.representative.qrText")}</p>
        <p className={`${styles.address} small`}>{qr.text}</p>
        {qr.expires && <p className="muted small">{t("ui.representative.qrUntil", { until: time(qr.expires) })}</p>}
      </div>
    </div>
  );
}

function Services({ view, accept }: { view: RepresentativeView; accept: (view: RepresentativeView | null) => void }) {
  const { t, date } = useTexts();
  const [marked, setMarked] = useState(() => view.services.filter((one) => one.enabled).map(({ code }) => code));
  const [accepted, setAccepted] = useState(false);
  const [saved, setSaved] = useState(false);
  const save = useAction(async () => {
    accept(await host.enableServices(marked, accepted));
    setSaved(true);
  });
  const toggle = (code: string, on: boolean) => setMarked((old) => (on ? [...old, code] : old.filter((one) => one !== code)));
  return (
    <Card testId="services"><div className={styles.section}>
      <h2>{t("ui.representative.services")}</h2>
      <p className="muted">{t("ui.representative.servicesLead")}</p>
      {view.services.map((one) => (
        <Checkbox
          key={one.code} checked={marked.includes(one.code)} onChange={(event) => toggle(one.code, event.currentTarget.checked)} label={one.title} data-testid={`service-${one.code}`}
          description={[one.summary, one.by && one.since && t("ui.representative.serviceBy", { by: one.by, at: date(one.since) })].filter(Boolean).join(" · ")}
        />
      ))}
      <Checkbox checked={accepted} onChange={(event) => setAccepted(event.currentTarget.checked)} label={t("ui.representative.accept")} data-testid="services-accept" />
      {save.error && <ErrorNotice error={save.error} onClose={save.clear} />}
      {saved && <p role="status" className="small">{t("ui.representative.saved")}</p>}
      <div><PermittedButton permission="services.enable" loading={save.busy} disabled={!accepted} onClick={() => void save.run()} data-testid="services-save">{t("ui.representative.save")}</PermittedButton></div>
    </div></Card>
  );
}
