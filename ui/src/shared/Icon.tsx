/** The program's own line icons on a 24-unit grid. An icon never stands for a word alone: it is hidden from screen readers. */
const shapes = {
  today: "M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4M8 15l2.4 2.2L15.5 13",
  documents: "M6 3h8l4 4v14H6zM13.5 3v4.5H18M9 12h6M9 15.5h6",
  calendar: "M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4M8 14h2M11 14h2M14 14h2M8 17h2M11 17h2",
  services: "M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM16.75 13.5v6.5M13.5 16.75H20",
  orders: "M8 5.5h8M8 3.5h8v4H8zM8 5.5H5.5V20.5h13V5.5H16M8.5 12h7M8.5 16l1.8 1.8 3.7-3.6",
  poa: "M5 3.5h9l3.5 3.5v3.5M13.5 3.5V7.5h4M5 3.5v17h4.5M8 10h4M8 13.5h2.5M16 12.6a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4M12 21c.4-2 2-2.8 4-2.8s3.6.8 4 2.8",
  star: "M12 4l2.4 5.2 5.6.7-4.1 3.9 1 5.7-4.9-2.8-4.9 2.8 1-5.7L4 9.9l5.6-.7z",
  outbox: "M4 12.5 20 4l-5 16-3.6-6.2zM11.4 13.8 20 4",
  mail: "M4 6h16v12.5H4zM4.5 6.5 12 13l7.5-6.5",
  journal: "M5 4h12.5A1.5 1.5 0 0 1 19 5.5V20H7a2 2 0 0 1-2-2zM5 18a2 2 0 0 1 2-2h12M9 8h6M9 11.5h4",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4M4 12h13M20 12h0M18.5 10v4",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 14.5v2",
  unlock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1.2M12 14.5v2",
  search: "M10.5 4.5a6 6 0 1 1 0 12 6 6 0 0 1 0-12M15 15l5 5",
  plus: "M12 5v14M5 12h14",
  open: "M4 19V6h5l2 2.5h9V19zM4 12h16",
  sign: "M4 20h16M5 16.5 15.5 6l3 3L8 19.5M13.5 8l3 3",
  signFile: "M6 3h8l4 4v6M13.5 3v4.5H18M6 3v18h6M13.5 20.5l6-6 2 2-6 6H13.5z",
  token: "M7 9h10v8a4 4 0 0 1-4 4h-2a4 4 0 0 1-4-4zM9 9V3.5h6V9M11 6h0M13 6h0M12 13.5v3",
  person: "M12 4a3.8 3.8 0 1 1 0 7.6A3.8 3.8 0 0 1 12 4M4.5 20.5c.8-4 3.7-6 7.5-6s6.7 2 7.5 6",
  organisation: "M4 20.5h16M6 20.5V4h8v16.5M14 9h4v11.5M9 8h2M9 12h2M9 16h2",
  check: "M5 12.5 10 17.5 19 7",
  ok: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M8 12.3l2.8 2.7L16 9.5",
  warning: "M12 4 21 19.5H3zM12 10v4.5M12 17h0",
  error: "M8.5 3.5h7l5 5v7l-5 5h-7l-5-5v-7zM9.5 9.5l5 5M14.5 9.5l-5 5",
  info: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M12 11v5.5M12 7.8h0",
  question: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M9.5 9.8a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.8h0",
  clock: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M12 7.5V12l3 2",
  sync: "M19.5 12a7.5 7.5 0 0 1-13 5.2M4.5 12a7.5 7.5 0 0 1 13-5.2M17.5 3.5v3.5H14M6.5 20.5V17H10",
  offline: "M4 9.5c4.6-4 11.4-4 16 0M7 13c3-2.6 7-2.6 10 0M10 16.3c1.3-1 2.7-1 4 0M12 19.5h0M4 4l16 16",
  online: "M4 9.5c4.6-4 11.4-4 16 0M7 13c3-2.6 7-2.6 10 0M10 16.3c1.3-1 2.7-1 4 0M12 19.5h0",
  back: "M11 5.5 4.5 12l6.5 6.5M5 12h15",
  next: "M9 5.5 15.5 12 9 18.5",
  down: "M5.5 9 12 15.5 18.5 9",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h11v11H9zM15 5.5V4H4v11h1.5",
  save: "M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14",
  undo: "M8.5 5 4.5 9l4 4M5 9h9a5.5 5.5 0 0 1 0 11H9",
  stop: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17M6 18 18 6",
  flask: "M10 3.5v6L4.5 19a1 1 0 0 0 .9 1.5h13.2a1 1 0 0 0 .9-1.5L14 9.5v-6M8.5 3.5h7M7.5 15h9",
  school: "M12 4 2.5 9 12 14l9.5-5zM6 11v5c3.5 3 8.5 3 12 0v-5M21.5 9v6",
  shield: "M12 3.5 19 6v6c0 4.5-3 7.3-7 8.5-4-1.2-7-4-7-8.5V6z",
  keyboard: "M3 7h18v10H3zM6.5 10.5h0M10 10.5h0M14 10.5h0M17.5 10.5h0M8 14h8",
  bell: "M6 17h12l-1.5-2.5V10a4.5 4.5 0 0 0-9 0v4.5zM10.5 20h3M12 5.5V3.5",
  link: "M9.5 14.5l5-5M8 11l-2.5 2.5a3.5 3.5 0 0 0 5 5L13 16M16 13l2.5-2.5a3.5 3.5 0 0 0-5-5L11 8",
  edit: "M5 4h9l5 5v11H5zM13.5 4v5.5H19M8.5 13h7M8.5 16.5h5",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  dot: "M12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5",
} as const;

export type IconName = keyof typeof shapes;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.8}
      strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false"
    >
      <path d={shapes[name]} />
    </svg>
  );
}
