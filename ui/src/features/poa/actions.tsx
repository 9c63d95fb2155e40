/** What else can be done with a power of attorney, each by a component that shows its own button, or nothing when it cannot be done. */
import { Button } from "@mantine/core";
import { useState, type ComponentType } from "react";
import type { PoaCard } from "../../ipc";
import { useTexts } from "../../shared/useTexts";
import { AddScan } from "../poaBack/AddScan";
import { ChangeAction } from "../poaBack/ChangeAction";
import { RevokeAction } from "../poaBack/RevokeAction";

type CardProps = { card: PoaCard; onChanged: () => void };

/** In the bar of the card, before the other buttons. */
export const cardActions: ComponentType<CardProps>[] = [
  function Change({ card }: CardProps) {
    return <ChangeAction number={card.row.number} state={card.row.state} />;
  },
  function Revoke({ card, onChanged }: CardProps) {
    return <RevokeAction number={card.row.number} state={card.row.state} onDone={onChanged} />;
  },
];

/** At the head of the register, beside «new». */
export const registerActions: ComponentType<{ onChanged: () => void }>[] = [
  function Scan({ onChanged }) {
    const { t } = useTexts();
    const [opened, setOpened] = useState(false);
    const added = () => {
      setOpened(false);
      onChanged();
    };
    return (
      <>
        <Button variant="default" onClick={() => setOpened(true)} data-testid="poa-add-scan">{t("ui.poaBack.scan.title")}</Button>
        <AddScan opened={opened} onClose={() => setOpened(false)} onAdded={added} />
      </>
    );
  },
];
