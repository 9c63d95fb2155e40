/** Who acts next at a stage, as the fake host sees it. */
import type { NextActor, Stage } from "../bindings";

const actors: Record<Stage, NextActor> = {
  invalid: "you", ready: "you", signed: "you", queued: "program", sending: "program", "outcome-unknown": "program", sent: "authority",
  "needs-correction": "you", accepted: "nobody", refused: "nobody", failed: "you", cancelled: "nobody",
};

export const nextActorOf = (stage: Stage): NextActor => actors[stage];
