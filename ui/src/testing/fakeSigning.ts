/** Signing runs of the fake host: at a pace, broken off or failing where a test wants it. */
import type { CertificateView, SigningItem, SigningPhase, SigningProgress, SigningRequest, SigningRun, UiError } from "../bindings";
import { inDays } from "./demoPeople";

type Around = {
  title: (id: string) => string;
  signed: (id: string) => void;
  changed: () => unknown;
  progress: (progress: SigningProgress) => Promise<unknown>;
};

/** What the host shows of a document, as a digest. */
export const shownOf = (id: string) => id.padEnd(64, "0");

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

export class FakeSigning {
  runs: SigningRun[] = [];
  /** Milliseconds a signature takes. */
  pace = 0;
  /** What a signature waits for besides, so that a test can hold the token. */
  hold: (signed: number) => Promise<unknown> = () => Promise.resolve();
  /** After this many signatures, once. */
  breaks: { after: number; error: UiError } | null = null;
  fails: (item: SigningItem, index: number) => UiError | null = () => null;
  private toStop = false;

  constructor(private readonly around: Around) {}

  left = () => this.runs.filter((run) => run.ended === null);

  start(request: SigningRequest, signer: CertificateView): Promise<SigningRun> {
    return this.work(this.make(request.documents.map(({ id }) => id), signer));
  }

  goOn(id: string, retry: boolean): Promise<SigningRun> {
    const run = this.find(id);
    const items = run.items.map((item): SigningItem => (retry && item.state === "failed" ? { ...item, state: "waiting", error: null } : item));
    return this.work({ ...run, stopped: null, ended: null, items });
  }

  stop() {
    this.toStop = true;
    return null;
  }

  drop(id: string) {
    this.keep({ ...this.find(id), ended: new Date().toISOString() });
    void this.around.changed();
    return this.left();
  }

  /** A run that the program left when it crashed, with this many signed. */
  leave(ids: string[], signed: number, signer: CertificateView): SigningRun {
    const run = this.make(ids, signer);
    const items = run.items.map((item, index): SigningItem => (index < signed ? { ...item, state: "signed" } : item));
    items.filter((item) => item.state === "signed").forEach((item) => this.around.signed(item.documentId));
    return this.keep({ ...run, items });
  }

  private make(ids: string[], signer: CertificateView): SigningRun {
    return {
      id: `run-${this.runs.length + 1}`, certificateId: signer.id, holder: signer.holder, tokenLabel: signer.token?.label ?? "", tokenSerial: signer.token?.serial ?? "",
      started: inDays(-0.01), ended: null, stopped: null, progress: null,
      items: ids.map((documentId) => ({ documentId, title: this.around.title(documentId), state: "waiting", error: null })),
    };
  }

  private find(id: string): SigningRun {
    const run = this.runs.find((one) => one.id === id);
    if (!run) throw new Error(`no run ${id}`);
    return run;
  }

  private keep(run: SigningRun): SigningRun {
    this.runs = [...this.runs.filter((one) => one.id !== run.id), run];
    return run;
  }

  private async work(run: SigningRun): Promise<SigningRun> {
    this.toStop = false;
    const items = [...run.items];
    let made = 0;
    const tell = (phase: SigningPhase, settled: SigningItem | null = null) =>
      this.around.progress({
        runId: run.id, phase, signed: items.filter((item) => item.state === "signed").length, total: items.length,
        current: items.find((item) => item.state === "waiting")?.title ?? null, settled,
      });
    const close = (stopped: UiError | null) => {
      const waits = items.some((item) => item.state === "waiting");
      void this.around.changed();
      return this.keep({ ...run, items, stopped, ended: waits ? null : new Date().toISOString() });
    };
    await tell("checking");
    await tell("pin");
    await tell("signing");
    for (const [index, item] of items.entries()) {
      if (item.state !== "waiting") continue;
      await pause(this.pace);
      await this.hold(made);
      if (this.toStop) return close({ code: "app.signing-stopped", params: {}, retriable: true });
      if (this.breaks && made === this.breaks.after) {
        const { error } = this.breaks;
        this.breaks = null;
        return close(error);
      }
      const error = this.fails(item, index);
      const settled: SigningItem = { ...item, state: error ? "failed" : "signed", error };
      items[index] = settled;
      made += 1;
      if (!error) this.around.signed(item.documentId);
      await tell("signing", settled);
    }
    return close(null);
  }
}
