/** What else can be done with a power of attorney, each by a component that shows its own button, or nothing when it cannot be done. */
import type { ComponentType } from "react";
import type { PoaCard } from "../../ipc";

/** In the bar of the card, before the other buttons. */
export const cardActions: ComponentType<{ card: PoaCard; onChanged: () => void }>[] = [];
/** At the head of the register, beside «new». */
export const registerActions: ComponentType<{ onChanged: () => void }>[] = [];
