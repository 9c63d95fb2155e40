/** The list of keys, on F1. */
import { Kbd, Modal, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";

const keys = (sections: number) => [
  ["open", "Ctrl+O"], ["search", "Ctrl+K, /"], ["sync", "F5"], ["lock", "Ctrl+L"], ["sections", sections < 10 ? `Ctrl+1…${sections}` : "Ctrl+1…9, Ctrl+0"],
  ["move", "↑ ↓ Home End"], ["select", "Space"], ["enter", "Enter"], ["close", "Esc"], ["help", "F1"],
] as const;

export function ShortcutsHelp({ sections, opened, onClose }: { sections: number; opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t("ui.keys.title")} closeButtonProps={{ "aria-label": t("ui.close") }}>
      <Table>
        <Table.Tbody>
          {keys(sections).map(([name, key]) => (
            <Table.Tr key={name}>
              <Table.Td>{t(`ui.keys.${name}`)}</Table.Td>
              <Table.Td><Kbd>{key}</Kbd></Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
