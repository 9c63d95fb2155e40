/** The head of a column; a click sorts by it, and an arrow says how it is sorted. */
import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { Icon } from "./Icon";
import styles from "./Sorter.module.css";

type Props = { column: string; sorted: "ascending" | "descending" | undefined; title: string; onSort: () => void; children: ReactNode };

export function Sorter({ column, sorted, title, onSort, children }: Props) {
  return (
    <UnstyledButton className={styles.sorter ?? ""} onClick={onSort} title={title} data-testid={`sort-${column}`}>
      {children}
      {sorted && <span className={sorted === "ascending" ? styles.up : ""}><Icon name="down" size={14} /></span>}
    </UnstyledButton>
  );
}
