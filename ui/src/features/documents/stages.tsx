/** Stages in words with an icon, and the groups the list can be narrowed to. */
import { useTranslation } from "react-i18next";
import type { Stage } from "../../ipc";
import type { IconName } from "../../shared/Icon";
import { Label, type Tone } from "../../shared/Pieces";

const looks: Record<Stage, { tone: Tone; icon: IconName }> = {
  invalid: { tone: "bad", icon: "error" },
  ready: { tone: "accent", icon: "sign" },
  signed: { tone: "accent", icon: "token" },
  queued: { tone: "info", icon: "clock" },
  sending: { tone: "info", icon: "outbox" },
  "outcome-unknown": { tone: "warn", icon: "question" },
  sent: { tone: "info", icon: "outbox" },
  "needs-correction": { tone: "warn", icon: "warning" },
  accepted: { tone: "ok", icon: "ok" },
  refused: { tone: "bad", icon: "stop" },
  failed: { tone: "bad", icon: "warning" },
  cancelled: { tone: "quiet", icon: "undo" },
};

export const allStages = Object.keys(looks) as Stage[];

export const groups = {
  all: [],
  mine: ["invalid", "ready", "signed", "needs-correction", "failed"],
  moving: ["queued", "sending", "outcome-unknown", "sent"],
  done: ["accepted", "refused", "cancelled"],
} satisfies Record<string, Stage[]>;

export type Group = keyof typeof groups;
export const isGroup = (value: string): value is Group => value in groups;

export function StageLabel({ stage, pill }: { stage: Stage; pill?: boolean }) {
  const { t } = useTranslation();
  const look = looks[stage];
  return (
    <span data-testid="stage" data-stage={stage}>
      <Label tone={look.tone} icon={look.icon} pill={pill ?? false}>{t(`stage.${stage}`)}</Label>
    </span>
  );
}
